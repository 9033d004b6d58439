//! Hands four messages to a server on this computer that follows a script, shows the conversation, and says
//! what became of each message.

use smtp_session::{
    CancelToken, Disposition, Envelope, RelayConfig, Security, Session, Timeouts, disposition,
};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// The server's reply to the final dot of each message; none: it closes the connection instead.
const AFTER_DOT: [Option<&str>; 4] =
    [Some("250 2.0.0 queued"), Some("451 4.3.0 try again later"), Some("554 5.6.0 refused"), None];

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let server = std::thread::spawn(move || serve(&listener.accept()?.0));
    match Session::open(&relay(port), &CancelToken::default()) {
        Ok(session) => send_all(session),
        Err(error) => println!("no session: {error:?}"),
    }
    server.join().unwrap_or_else(|_| Err(io::Error::other("the server failed")))
}

fn relay(port: u16) -> RelayConfig {
    let time = Duration::from_secs(5);
    RelayConfig {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        trust: None,
        auth: Vec::new(),
        username: String::new(),
        secret: None,
        client_name: None,
        timeouts: Timeouts { connect: time, command: time, data: time, end_of_data: time },
    }
}

fn send_all(mut session: Session) {
    let message =
        b"From: us@example.org\r\nTo: them@example.org\r\nSubject: hello\r\n\r\nHello.\r\n";
    for number in 1..=AFTER_DOT.len() {
        let envelope = Envelope {
            from: "us@example.org".to_owned(),
            recipients: vec!["them@example.org".to_owned()],
            id: format!("message-{number}"),
        };
        let end = match session.send_envelope(&envelope, message.len()) {
            Ok(_) => session.send_message(message),
            Err(end) => end,
        };
        let advice = match disposition(&end) {
            Disposition::HandedOver => "the server is responsible for it",
            Disposition::Deferred => "not sent: try again later",
            Disposition::Refused => "not sent, and no use to try again",
            Disposition::Ambiguous => "nobody knows: a person has to find out",
            Disposition::Unchanged => "not sent, for a reason that is not the message's",
        };
        println!("message {number}: {:?} in phase {:?}: {advice}", disposition(&end), end.phase);
    }
    session.close();
}

/// The server: sends what the script says, and prints both sides.
fn serve(stream: &TcpStream) -> io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let mut writer = stream;
    let mut say = |text: &str| {
        println!("  S: {text}");
        writer.write_all(format!("{text}\r\n").as_bytes())
    };
    let mut after_dot = AFTER_DOT.into_iter();
    say("220 example.org ready")?;
    while let Some(line) = lines.next().transpose()? {
        println!("  C: {line}");
        match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => say("250 example.org")?,
            "DATA" => {
                say("354 go on")?;
                while lines.next().transpose()?.is_some_and(|line| line != ".") {}
                println!("  C: (the message) .");
                match after_dot.next().flatten() {
                    Some(text) => say(text)?,
                    None => return Ok(()),
                }
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
    Ok(())
}
