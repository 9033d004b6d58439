//! How a protected connection begins and ends: what came before the end counts, what follows unprotected does not.

use super::super::{ConnectionLoss, LossCause};
use super::peers::{localhost, pair, protected, tls, within, written};
use rustls::ServerConnection;
use std::io::{Read as _, Write as _};

#[test]
fn an_end_without_a_goodbye_keeps_what_came_before() {
    let (mut connection, relay) = protected(
        |_| {},
        |peer| {
            peer.write_all(b"250 2.0.0 Ok: queued\r\n250 2.0.0 Ok: que")?;
            peer.flush()?;
            peer.sock.shutdown(std::net::Shutdown::Both)
        },
    );
    assert_eq!(connection.reply(&within(60)).unwrap().to_string(), "250 2.0.0 Ok: queued");
    let loss = connection.reply(&within(60)).unwrap_err();
    assert_eq!(
        loss,
        ConnectionLoss { cause: LossCause::Closed, received: "250 2.0.0 Ok: que".to_owned() }
    );
    relay.join().unwrap();
}

#[test]
fn what_was_protected_counts_and_what_follows_unprotected_does_not() {
    let (mut connection, relay) = protected(
        |_| {},
        |peer| {
            peer.conn.writer().write_all(b"250 2.0.0 Ok\r\n")?;
            let octets = written(&mut peer.conn);
            peer.sock.write_all(&[octets, b"250 2.0.0 Ok\r\n".to_vec()].concat())?;
            let _ = peer.sock.read(&mut [0]);
            Ok(())
        },
    );
    assert_eq!(connection.reply(&within(60)).unwrap().code, 250);
    let loss = connection.reply(&within(60)).unwrap_err();
    assert!(matches!(loss.cause, LossCause::Broken(_)), "{loss:?}");
    assert_eq!(loss.received, "");
    drop(connection);
    relay.join().unwrap();
}

#[test]
fn a_greeting_in_the_same_breath_as_the_handshake_is_heard() {
    let (mut connection, mut socket) = pair();
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
    connection.protect(client, localhost(), &within(60)).unwrap();
    assert_eq!(connection.reply(&within(60)).unwrap().to_string(), "220 here");
    drop(connection);
    relay.join().unwrap();
}
