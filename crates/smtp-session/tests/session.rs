//! Transactions against a server on this computer that follows a script: where each one ends, and what the
//! client sent until then.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use smtp_session::{
    CancelToken, ConnectError, ConnectionLoss, Disposition, Envelope, LossCause, Phase,
    RelayConfig, Security, ServerOutcome, Session, Timeouts, TransactionEnd, disposition,
};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::Duration;

/// A line of the script: what the server says, once the client has said a line.
enum Step {
    /// A reply to the next line.
    Say(&'static str),
    /// A reply after the lines up to the dot.
    SayAfterDot(&'static str),
    /// A reply as soon as the message begins, before its dot.
    SayWithinBody(&'static str),
    /// The connection is closed after the next line.
    Close,
    /// The connection is closed after the lines up to the dot.
    CloseAfterDot,
}

/// A server that greets, follows its script, and gives the lines of the client back.
fn server(script: Vec<Step>) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut received = Vec::new();
        stream.write_all(b"220 here\r\n").unwrap();
        for step in script {
            let to_dot = matches!(step, Step::SayAfterDot(_) | Step::CloseAfterDot);
            loop {
                let Some(Ok(line)) = lines.next() else { return received };
                received.push(line);
                if !to_dot || received.last().is_some_and(|line| line == ".") {
                    break;
                }
            }
            match step {
                Step::Say(text) | Step::SayAfterDot(text) | Step::SayWithinBody(text) => {
                    stream.write_all(format!("{text}\r\n").as_bytes()).unwrap();
                }
                Step::Close | Step::CloseAfterDot => return received,
            }
        }
        received.extend(lines.map_while(Result::ok));
        received
    });
    (port, thread)
}

fn open(port: u16) -> Result<Session, ConnectError> {
    let time = Duration::from_secs(20);
    let relay = RelayConfig {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        trust: None,
        auth: Vec::new(),
        username: String::new(),
        secret: None,
        client_name: Some("client.example.org".to_owned()),
        timeouts: Timeouts { connect: time, command: time, data: time, end_of_data: time },
    };
    Session::open(&relay, &CancelToken::default())
}

/// Sends one message to two recipients; gives its end and the lines of the client.
fn send(script: Vec<Step>) -> (TransactionEnd, Vec<String>) {
    let script = std::iter::once(Step::Say("250-here\r\n250-SIZE 1000\r\n250 DSN")).chain(script);
    let (port, server) = server(script.collect());
    let mut session = open(port).unwrap();
    let envelope = Envelope {
        from: "us@example.org".to_owned(),
        recipients: vec!["a@example.org".to_owned(), "b@example.org".to_owned()],
        id: "1+1".to_owned(),
    };
    let end = match session.send_envelope(&envelope, 20) {
        Ok(_) => session.send_message(b"Subject: x\r\n\r\n.dot\r\n"),
        Err(end) => end,
    };
    session.close();
    (end, server.join().unwrap())
}

const OK: Step = Step::Say("250 2.0.0 ok");

#[test]
fn a_message_is_handed_over_with_the_commands_of_the_standard() {
    let script = vec![OK, OK, OK, Step::Say("354 go"), Step::SayAfterDot("250 2.0.0 queued"), OK];
    let (end, received) = send(script);
    assert_eq!(disposition(&end), Disposition::HandedOver);
    assert_eq!(
        received,
        [
            "EHLO client.example.org",
            "MAIL FROM:<us@example.org> SIZE=20 RET=HDRS ENVID=1+2B1",
            "RCPT TO:<a@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a@example.org",
            "RCPT TO:<b@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;b@example.org",
            "DATA",
            "Subject: x",
            "",
            "..dot",
            ".",
            "QUIT",
        ]
    );
}

#[test]
fn a_transient_no_after_the_dot_defers_the_message() {
    let script = vec![OK, OK, OK, Step::Say("354 go"), Step::SayAfterDot("451 4.3.0 later"), OK];
    let (end, received) = send(script);
    assert_eq!((end.phase, disposition(&end)), (Phase::EndOfData, Disposition::Deferred));
    assert_eq!(received.last().map(String::as_str), Some("QUIT"), "the session goes on");
}

#[test]
fn a_connection_lost_after_the_dot_leaves_doubt() {
    let (end, _) = send(vec![OK, OK, OK, Step::Say("354 go"), Step::CloseAfterDot]);
    assert_eq!((end.phase, disposition(&end)), (Phase::EndOfData, Disposition::Ambiguous));
    let closed = ConnectionLoss { cause: LossCause::Closed, received: String::new() };
    assert_eq!(end.outcome, ServerOutcome::Lost(closed));
}

#[test]
fn a_connection_lost_before_the_dot_leaves_none() {
    let (end, _) = send(vec![OK, OK, OK, Step::Close]);
    assert_eq!((end.phase, disposition(&end)), (Phase::Data, Disposition::Deferred));
}

#[test]
fn a_no_before_the_dot_keeps_the_dot_back() {
    let script =
        vec![OK, OK, OK, Step::Say("354 go\r\n552 5.3.4 too big"), Step::SayWithinBody("250 ?")];
    let (end, received) = send(script);
    assert_eq!((end.phase, disposition(&end)), (Phase::Body, Disposition::Refused));
    assert!(!received.contains(&".".to_owned()), "{received:?}");
}

#[test]
fn the_first_recipient_decides_and_the_others_do_not() {
    let no = Step::Say("550 5.1.1 unknown");
    let (end, received) = send(vec![OK, no, OK, OK]);
    assert_eq!((end.phase, disposition(&end)), (Phase::Recipient, Disposition::Refused));
    assert_eq!(received[3..], ["RSET", "QUIT"]);
    let no = Step::Say("550 5.1.1 unknown");
    let (end, _) = send(vec![OK, OK, no, Step::Say("354 go"), Step::SayAfterDot("250 ok"), OK]);
    assert_eq!(disposition(&end), Disposition::HandedOver);
}

#[test]
fn a_refused_sender_is_not_the_fault_of_the_message() {
    let (end, _) = send(vec![Step::Say("553 5.7.1 not yours"), OK, OK]);
    assert_eq!((end.phase, disposition(&end)), (Phase::Mail, Disposition::Unchanged));
}

#[test]
fn a_server_that_wants_no_session_is_believed() {
    let (port, server) = server(vec![Step::Say("554 5.7.1 go away")]);
    let error = open(port).unwrap_err();
    assert!(
        matches!(&error, ConnectError::SessionRefused(reply) if reply.code == 554),
        "{error:?}"
    );
    server.join().unwrap();
}
