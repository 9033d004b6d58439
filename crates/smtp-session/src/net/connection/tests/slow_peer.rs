//! A server that sends octet after octet, or reads none, does not hold a phase beyond its time.

use super::super::{ConnectionLoss, HandshakeError, LossCause};
use super::peers::{
    Peer, SHORT, given_up, localhost, look, on_and_on, pace, pair, protected, tls, within, written,
};
use crate::net::deadline::Deadline;
use rustls::{ServerConfig, ServerConnection};
use std::io::{self, Read as _, Write as _};
use std::time::Duration;

#[test]
fn a_handshake_that_drips_is_given_up_and_a_person_may_break_it_off() {
    for interrupted in [false, true] {
        let (mut connection, mut socket) = pair();
        let (server, client) = tls(|_| {});
        let relay = std::thread::spawn(move || {
            let mut connection = ServerConnection::new(server).unwrap();
            connection.read_tls(&mut socket).unwrap();
            connection.process_new_packets().unwrap();
            written(&mut connection).into_iter().try_for_each(|octet| {
                pace();
                socket.write_all(&[octet])
            })
        });
        let (time, meant) = match interrupted {
            true => (Duration::from_secs(600), LossCause::Cancelled),
            false => (SHORT, LossCause::Timeout(SHORT)),
        };
        // No message is in hand: once is enough.
        (0..u8::from(interrupted)).for_each(|_| connection.cancel.request());
        let lost = connection.protect(client, localhost(), &Deadline::after(time)).unwrap_err();
        assert!(matches!(&lost, HandshakeError::Lost(loss) if loss.cause == meant), "{lost:?}");
        drop(connection);
        assert!(relay.join().unwrap().is_err(), "the relay held us to its end");
    }
}

#[test]
fn a_reply_that_drips_is_given_up() {
    // Each octet in a record of its own, without end of line, and line after line.
    let drip = |peer: &mut Peer| peer.write_all(b"2").and_then(|()| peer.flush());
    let (connection, relay) = protected(
        |_| {},
        move |peer| {
            peer.write_all(b"250 ")?;
            on_and_on(peer, drip)
        },
    );
    let loss = given_up(connection, relay);
    assert_eq!(loss.cause, LossCause::Timeout(SHORT));
    assert!(loss.received.starts_with("250 2"), "{}", loss.received);
    let lines = |peer: &mut Peer| peer.write_all(b"250-more\r\n").and_then(|()| peer.flush());
    let (connection, relay) = protected(|_| {}, move |peer| on_and_on(peer, lines));
    assert!(given_up(connection, relay).received.starts_with("250-more"));
    // The octets of one record, one at a time.
    let (connection, relay) = protected(
        |_| {},
        |peer| {
            let long = format!("250-{}\r\n", "x".repeat(4000));
            peer.conn.writer().write_all(long.as_bytes())?;
            written(&mut peer.conn).into_iter().try_for_each(|octet| {
                pace();
                peer.sock.write_all(&[octet])
            })
        },
    );
    assert_eq!(
        given_up(connection, relay),
        ConnectionLoss { cause: LossCause::Timeout(SHORT), received: String::new() }
    );
    // The same in the clear.
    let (connection, mut socket) = pair();
    let relay =
        std::thread::spawn(move || on_and_on(&mut socket, |end| end.write_all(b"2")).is_ok());
    given_up(connection, relay);
}

#[test]
fn a_person_breaks_off_a_reply_that_drips() {
    let drip = |peer: &mut Peer| peer.write_all(b"2").and_then(|()| peer.flush());
    let (mut connection, relay) = protected(
        |_| {},
        move |peer| {
            peer.write_all(b"250 ")?;
            on_and_on(peer, drip)
        },
    );
    connection.set_in_hand(true);
    connection.cancel.request();
    let time = Deadline::after(SHORT);
    assert_eq!(
        connection.reply(&time).unwrap_err().cause,
        LossCause::Timeout(SHORT),
        "once: it is finished"
    );
    connection.cancel.request();
    assert_eq!(connection.reply(&within(600)).unwrap_err().cause, LossCause::Cancelled);
    drop(connection);
    assert!(!relay.join().unwrap());
}

#[test]
fn what_says_nothing_does_not_prolong_a_phase() {
    // New keys again and again: rustls has enough of it, or the deadline comes.
    let (connection, relay) = protected(
        |_| {},
        |peer| {
            on_and_on(peer, |peer| {
                peer.conn.refresh_traffic_keys().map_err(io::Error::other)?;
                peer.flush()
            })
        },
    );
    let loss = given_up(connection, relay);
    assert!(matches!(loss.cause, LossCause::Timeout(_) | LossCause::Broken(_)), "{loss:?}");
    // Tickets come before the word; the word is heard, and one that did not come is not awaited.
    for word in [&b"552 too much\r\n"[..], b""] {
        let many = |config: &mut ServerConfig| config.send_tls13_tickets = 200;
        let (mut connection, relay) = protected(many, move |peer| {
            peer.write_all(word)?;
            peer.flush()?;
            let _ = peer.read(&mut [0]);
            Ok(())
        });
        match word {
            b"" => assert!(matches!(
                connection.reply(&Deadline::after(SHORT)).unwrap_err().cause,
                LossCause::Timeout(_)
            )),
            _ => {
                assert_eq!(look(&mut connection), Ok(true));
                assert_eq!(connection.reply(&within(60)).unwrap().code, 552);
            }
        }
        drop(connection);
        relay.join().unwrap();
    }
}

#[test]
fn a_peer_that_does_not_read_does_not_hold_a_writer() {
    let octets = vec![b'x'; 30_000_000];
    // It reads an octet now and then, or nothing at all.
    for every in [1, 0] {
        let read = move |peer: &mut Peer| peer.sock.read_exact(&mut vec![0; every]);
        let (mut connection, relay) = protected(|_| {}, move |peer| on_and_on(peer, read));
        let loss = connection.send(&octets, &Deadline::after(SHORT)).unwrap_err();
        assert_eq!(loss.cause, LossCause::Timeout(SHORT));
        let mut clear = pair();
        let loss = clear.0.send(&octets, &Deadline::after(SHORT)).unwrap_err();
        assert_eq!(loss.cause, LossCause::Timeout(SHORT));
        connection.cancel.request();
        connection.cancel.request();
        let loss = connection.send(&octets, &within(600)).unwrap_err();
        assert_eq!(loss.cause, LossCause::Cancelled);
        // What is left of it may be taken or not: the relay's minute is not waited for.
        drop((connection, relay));
    }
}
