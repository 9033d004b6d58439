//! What a relay may do to a connection, plain or under TLS, without holding a phase beyond its time.
//!
//! The relays here go on for a minute unless the other side leaves; the stories ask for less than a
//! second. A phase that is held shows by a relay that came to its end.

use super::*;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use std::net::TcpListener;
use std::thread::JoinHandle;

/// Both ends of a connection.
fn pair() -> (Wire, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let socket = TcpStream::connect(address).unwrap();
    let wire = Wire::new(socket, &Hurry::default(), Redactor::default()).unwrap();
    (wire, listener.accept().unwrap().0)
}

fn within(seconds: u64) -> Deadline {
    Deadline::after(Duration::from_secs(seconds))
}

/// Looks until there is something to see.
fn look(wire: &mut Wire) -> Result<bool, Loss> {
    let deadline = within(10);
    loop {
        match wire.has_spoken() {
            Ok(false) if !deadline.is_over() => std::thread::yield_now(),
            seen => return seen,
        }
    }
}

#[test]
fn a_word_and_an_end_are_seen_without_waiting() {
    let (mut wire, mut relay) = pair();
    assert_eq!(wire.has_spoken(), Ok(false), "nothing yet, and no loss");
    relay.write_all(b"552 too much\r\n").unwrap();
    assert_eq!(look(&mut wire), Ok(true));
    assert_eq!(wire.reply(&within(5)).unwrap().code, 552);
    drop(relay);
    assert_eq!(look(&mut wire).unwrap_err().cause, Cause::Closed);
}

#[test]
fn a_word_that_came_with_the_reply_before_is_not_lost_with_the_connection() {
    let (mut wire, mut relay) = pair();
    relay.write_all(b"354 go\r\n552 too much\r\n").unwrap();
    drop(relay);
    assert_eq!(wire.reply(&within(5)).unwrap().code, 354);
    assert_eq!(wire.has_spoken(), Ok(true));
    assert_eq!(wire.reply(&within(5)).unwrap().code, 552);
}

#[test]
fn a_phase_has_one_deadline_and_a_person_may_end_it() {
    let (mut wire, mut relay) = pair();
    relay.write_all(b"250 half").unwrap();
    let time = Duration::from_millis(300);
    let loss = wire.reply(&Deadline::after(time)).unwrap_err();
    assert_eq!(loss, Loss { cause: Cause::Silence(time), heard: "250 half".to_owned() });
    wire.hurry.more();
    wire.hurry.more();
    let loss = wire.reply(&within(600)).unwrap_err();
    assert_eq!(loss.cause, Cause::Interrupted);
}

/// Between two octets: less than a wait of ours, so that each read brings something.
const GAP: Duration = Duration::from_millis(20);
/// Steps until a relay comes to its end.
const STEPS: usize = 3000;
/// The time of a phase in these stories.
const SHORT: Duration = Duration::from_millis(700);

/// A certificate of this computer, and who trusts it.
fn tls(change: impl Fn(&mut ServerConfig)) -> (Arc<ServerConfig>, Arc<ClientConfig>) {
    let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain: Vec<CertificateDer<'static>> = vec![key.cert.der().clone()];
    let private = PrivateKeyDer::Pkcs8(key.signing_key.serialize_der().into());
    let mut server = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.clone(), private)
        .unwrap();
    change(&mut server);
    let mut roots = RootCertStore::empty();
    roots.add(chain[0].clone()).unwrap();
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    (Arc::new(server), Arc::new(client))
}

type Peer = StreamOwned<ServerConnection, TcpStream>;

fn localhost() -> ServerName<'static> {
    "localhost".try_into().unwrap()
}

/// A protected connection, and a relay that does something at its end of it; it says whether it came
/// through with that.
fn protected(
    change: impl Fn(&mut ServerConfig),
    act: impl FnOnce(&mut Peer) -> io::Result<()> + Send + 'static,
) -> (Wire, JoinHandle<bool>) {
    let (mut wire, socket) = pair();
    let (server, client) = tls(change);
    let relay = std::thread::spawn(move || {
        let mut peer = StreamOwned::new(ServerConnection::new(server).unwrap(), socket);
        while peer.conn.is_handshaking() {
            peer.conn.complete_io(&mut peer.sock).unwrap();
        }
        act(&mut peer).is_ok()
    });
    wire.protect(client, localhost(), &within(60)).unwrap();
    (wire, relay)
}

/// Does a step again and again, until the other side leaves.
fn on_and_on<T>(peer: &mut T, step: impl Fn(&mut T) -> io::Result<()>) -> io::Result<()> {
    for _ in 0..STEPS {
        step(peer)?;
        std::thread::sleep(GAP);
    }
    Ok(())
}

/// The reply is given up in its time, and the relay had not come to its end.
fn given_up(mut wire: Wire, relay: JoinHandle<bool>) -> Loss {
    let loss = wire.reply(&Deadline::after(SHORT)).unwrap_err();
    drop(wire);
    assert!(!relay.join().unwrap(), "the relay held us to its end");
    loss
}

/// What a server writes next, as octets on the wire.
fn written(connection: &mut ServerConnection) -> Vec<u8> {
    let mut octets = Vec::new();
    while connection.wants_write() {
        connection.write_tls(&mut octets).unwrap();
    }
    octets
}

#[test]
fn a_handshake_that_drips_is_given_up_and_a_person_may_break_it_off() {
    for interrupted in [false, true] {
        let (mut wire, mut socket) = pair();
        let (server, client) = tls(|_| {});
        let relay = std::thread::spawn(move || {
            let mut connection = ServerConnection::new(server).unwrap();
            connection.read_tls(&mut socket).unwrap();
            connection.process_new_packets().unwrap();
            written(&mut connection).into_iter().try_for_each(|octet| {
                std::thread::sleep(GAP);
                socket.write_all(&[octet])
            })
        });
        let (time, meant) = match interrupted {
            true => (Duration::from_secs(600), Cause::Interrupted),
            false => (SHORT, Cause::Silence(SHORT)),
        };
        // No message is in hand: once is enough.
        (0..u8::from(interrupted)).for_each(|_| wire.hurry.more());
        let lost = wire.protect(client, localhost(), &Deadline::after(time)).unwrap_err();
        assert!(matches!(&lost, NoTls::Lost(loss) if loss.cause == meant), "{lost:?}");
        drop(wire);
        assert!(relay.join().unwrap().is_err(), "the relay held us to its end");
    }
}

#[test]
fn a_reply_that_drips_is_given_up() {
    // Each octet in a record of its own, without end of line, and line after line.
    let drip = |peer: &mut Peer| peer.write_all(b"2").and_then(|()| peer.flush());
    let (wire, relay) = protected(
        |_| {},
        move |peer| {
            peer.write_all(b"250 ")?;
            on_and_on(peer, drip)
        },
    );
    let loss = given_up(wire, relay);
    assert_eq!(loss.cause, Cause::Silence(SHORT));
    assert!(loss.heard.starts_with("250 2"), "{}", loss.heard);
    let lines = |peer: &mut Peer| peer.write_all(b"250-more\r\n").and_then(|()| peer.flush());
    let (wire, relay) = protected(|_| {}, move |peer| on_and_on(peer, lines));
    assert!(given_up(wire, relay).heard.starts_with("250-more"));
    // The octets of one record, one at a time.
    let (wire, relay) = protected(
        |_| {},
        |peer| {
            let long = format!("250-{}\r\n", "x".repeat(4000));
            peer.conn.writer().write_all(long.as_bytes())?;
            written(&mut peer.conn).into_iter().try_for_each(|octet| {
                std::thread::sleep(GAP);
                peer.sock.write_all(&[octet])
            })
        },
    );
    assert_eq!(given_up(wire, relay), Loss { cause: Cause::Silence(SHORT), heard: String::new() });
    // The same in the clear.
    let (wire, mut socket) = pair();
    let relay =
        std::thread::spawn(move || on_and_on(&mut socket, |end| end.write_all(b"2")).is_ok());
    given_up(wire, relay);
}

#[test]
fn a_person_breaks_off_a_reply_that_drips() {
    let drip = |peer: &mut Peer| peer.write_all(b"2").and_then(|()| peer.flush());
    let (mut wire, relay) = protected(
        |_| {},
        move |peer| {
            peer.write_all(b"250 ")?;
            on_and_on(peer, drip)
        },
    );
    wire.hold(true);
    wire.hurry.more();
    let time = Deadline::after(SHORT);
    assert_eq!(wire.reply(&time).unwrap_err().cause, Cause::Silence(SHORT), "once: it is finished");
    wire.hurry.more();
    assert_eq!(wire.reply(&within(600)).unwrap_err().cause, Cause::Interrupted);
    drop(wire);
    assert!(!relay.join().unwrap());
}

#[test]
fn what_says_nothing_does_not_prolong_a_phase() {
    // New keys again and again: rustls has enough of it, or the deadline comes.
    let (wire, relay) = protected(
        |_| {},
        |peer| {
            on_and_on(peer, |peer| {
                peer.conn.refresh_traffic_keys().map_err(io::Error::other)?;
                peer.flush()
            })
        },
    );
    let loss = given_up(wire, relay);
    assert!(matches!(loss.cause, Cause::Silence(_) | Cause::Broken(_)), "{loss:?}");
    // Tickets come before the word; the word is heard, and one that did not come is not awaited.
    for word in [&b"552 too much\r\n"[..], b""] {
        let many = |config: &mut ServerConfig| config.send_tls13_tickets = 200;
        let (mut wire, relay) = protected(many, move |peer| {
            peer.write_all(word)?;
            peer.flush()?;
            let _ = peer.read(&mut [0]);
            Ok(())
        });
        match word {
            b"" => assert!(matches!(
                wire.reply(&Deadline::after(SHORT)).unwrap_err().cause,
                Cause::Silence(_)
            )),
            _ => {
                assert_eq!(look(&mut wire), Ok(true));
                assert_eq!(wire.reply(&within(60)).unwrap().code, 552);
            }
        }
        drop(wire);
        relay.join().unwrap();
    }
}

#[test]
fn a_peer_that_does_not_read_does_not_hold_a_writer() {
    let octets = vec![b'x'; 30_000_000];
    // It reads an octet now and then, or nothing at all.
    for every in [1, 0] {
        let read = move |peer: &mut Peer| peer.sock.read_exact(&mut vec![0; every]);
        let (mut wire, relay) = protected(|_| {}, move |peer| on_and_on(peer, read));
        let loss = wire.send(&octets, &Deadline::after(SHORT)).unwrap_err();
        assert_eq!(loss.cause, Cause::Silence(SHORT));
        let mut clear = pair();
        let loss = clear.0.send(&octets, &Deadline::after(SHORT)).unwrap_err();
        assert_eq!(loss.cause, Cause::Silence(SHORT));
        wire.hurry.more();
        wire.hurry.more();
        let loss = wire.send(&octets, &within(600)).unwrap_err();
        assert_eq!(loss.cause, Cause::Interrupted);
        // What is left of it may be taken or not: the relay's minute is not waited for.
        drop((wire, relay));
    }
}

#[test]
fn an_end_without_a_goodbye_keeps_what_came_before() {
    let (mut wire, relay) = protected(
        |_| {},
        |peer| {
            peer.write_all(b"250 2.0.0 Ok: queued\r\n250 2.0.0 Ok: que")?;
            peer.flush()?;
            peer.sock.shutdown(std::net::Shutdown::Both)
        },
    );
    assert_eq!(wire.reply(&within(60)).unwrap().to_string(), "250 2.0.0 Ok: queued");
    let loss = wire.reply(&within(60)).unwrap_err();
    assert_eq!(loss, Loss { cause: Cause::Closed, heard: "250 2.0.0 Ok: que".to_owned() });
    relay.join().unwrap();
}

#[test]
fn what_was_protected_counts_and_what_follows_unprotected_does_not() {
    let (mut wire, relay) = protected(
        |_| {},
        |peer| {
            peer.conn.writer().write_all(b"250 2.0.0 Ok\r\n")?;
            let octets = written(&mut peer.conn);
            peer.sock.write_all(&[octets, b"250 2.0.0 Ok\r\n".to_vec()].concat())?;
            let _ = peer.sock.read(&mut [0]);
            Ok(())
        },
    );
    assert_eq!(wire.reply(&within(60)).unwrap().code, 250);
    let loss = wire.reply(&within(60)).unwrap_err();
    assert!(matches!(loss.cause, Cause::Broken(_)), "{loss:?}");
    assert_eq!(loss.heard, "");
    drop(wire);
    relay.join().unwrap();
}

#[test]
fn a_greeting_in_the_same_breath_as_the_handshake_is_heard() {
    let (mut wire, mut socket) = pair();
    let (server, client) = tls(|_| {});
    let relay = std::thread::spawn(move || {
        let mut connection = ServerConnection::new(server).unwrap();
        connection.read_tls(&mut socket).unwrap();
        connection.process_new_packets().unwrap();
        connection.writer().write_all(b"220 here\r\n").unwrap();
        while connection.is_handshaking() {
            socket.write_all(&written(&mut connection)).unwrap();
            connection.read_tls(&mut socket).unwrap();
            connection.process_new_packets().unwrap();
        }
        socket.write_all(&written(&mut connection)).unwrap();
        let _ = socket.read(&mut [0]);
    });
    wire.protect(client, localhost(), &within(60)).unwrap();
    assert_eq!(wire.reply(&within(60)).unwrap().to_string(), "220 here");
    drop(wire);
    relay.join().unwrap();
}
