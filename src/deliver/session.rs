//! One conversation with the relay, command by command (RFC 5321), and where exactly it ended.
//!
//! A session never decides what becomes of a message: it gives the phase and what was heard, and
//! [`super::verdict`] judges. The final dot is written only after everything before it was handed
//! to the system, so that a failure before it proves that nothing was sent (RFC 5321, 4.1.1.10).

use super::account::{Mechanism, Secret};
use super::connect::{self, Unreached};
use super::deadline::{Deadline, Hurry};
use super::offer::Offer;
use super::redact::Redactor;
use super::reply::Reply;
use super::tls::{self, Trust};
use super::wire::{Cause, Loss, NoTls, Wire};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::fmt;
use std::net::TcpStream;
use std::time::Duration;

/// Messages after which a connection is closed and a new one opened.
pub const MESSAGES: usize = 50;
/// How long goodbyes are waited for.
const FAREWELL: Duration = Duration::from_secs(5);

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// STARTTLS, or nothing.
    Starttls,
    /// TLS from the first octet.
    Tls,
    /// None, on this computer only.
    None,
}

/// Longest time of each phase as a whole (RFC 5321, 4.5.3.2).
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Connecting.
    pub connect: Duration,
    /// A command.
    pub command: Duration,
    /// The body.
    pub data: Duration,
    /// The answer to the final dot.
    pub end_of_data: Duration,
}

/// The relay and how to talk to it.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// What is trusted; not needed without protection.
    pub trust: Option<Trust>,
    /// Mechanisms, the preferred first; none: no authentication.
    pub auth: Vec<Mechanism>,
    /// Account.
    pub username: String,
    /// Its password or token.
    pub secret: Option<Secret>,
    /// This computer's full name, if it has one.
    pub name: Option<String>,
    /// Time.
    pub timeouts: Timeouts,
}

/// Why there is no session. Nothing was sent.
#[derive(Clone, Debug)]
pub enum Unopened {
    /// No connection.
    Unreachable(String),
    /// The relay will not talk, now or at all.
    Unwelcome(Reply),
    /// The connection cannot be protected.
    Unprotected(String),
    /// The account was refused, or cannot be tried.
    Unknown(String),
    /// The account cannot be checked now.
    AuthLater(Reply),
    /// The connection was lost on the way.
    Lost(Loss),
}

/// As a person reads it.
impl fmt::Display for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "le serveur de messagerie est injoignable ({why})"),
            Self::Unwelcome(reply) => {
                write!(f, "le serveur de messagerie ne veut pas de connexion : « {reply} »")
            }
            Self::Unprotected(why) => f.write_str(why),
            Self::Unknown(why) => f.write_str(why),
            Self::AuthLater(reply) => write!(
                f,
                "le serveur ne peut pas vérifier le compte d'envoi en ce moment : « {reply} »"
            ),
            Self::Lost(loss) => write!(f, "{loss} avant tout envoi"),
        }
    }
}

/// Where a message goes, whatever its headers say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// MAIL FROM.
    pub from: String,
    /// RCPT TO; the first is the one that counts.
    pub recipients: Vec<String>,
    /// What the relay has to repeat in a notification (RFC 3461, ENVID).
    pub id: String,
}

/// A part of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// MAIL FROM.
    Mail,
    /// RCPT TO of the school.
    Recipient,
    /// DATA, up to its 354.
    Data,
    /// The message, up to but without the final dot.
    Body,
    /// The final dot, perhaps written, and its answer.
    End,
}

/// What was heard in a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A reply.
    Reply(Reply),
    /// None.
    Lost(Loss),
    /// Nothing was asked: the message is above the announced limit (octets, limit).
    TooLarge(u64, u64),
}

/// As a person reads it.
impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reply(reply) => write!(f, "{reply}"),
            Self::Lost(loss) => write!(f, "{loss}"),
            Self::TooLarge(octets, most) => {
                write!(
                    f,
                    "le message fait {octets} octets, le serveur n'en accepte que {most} : réduire les pièces jointes"
                )
            }
        }
    }
}

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where.
    pub phase: Phase,
    /// What was heard there.
    pub heard: Heard,
}

/// A recipient besides the first who was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    /// Address.
    pub address: String,
    /// Why.
    pub reply: Reply,
}

/// An open session.
#[derive(Debug)]
pub struct Session {
    wire: Wire,
    timeouts: Timeouts,
    offer: Offer,
    begun: usize,
    broken: bool,
}

impl Session {
    /// Connects, protects, authenticates. Nothing is in hand meanwhile: one wish to stop is enough.
    pub fn open(relay: &Relay, hurry: &Hurry) -> Result<Self, Unopened> {
        let redactor = match (&relay.secret, relay.auth.is_empty()) {
            (Some(secret), false) => Redactor::new(&relay.username, secret),
            _ => Redactor::default(),
        };
        let unusable = |error: std::io::Error| Unopened::Unreachable(error.to_string());
        let wire = Wire::new(reached(relay, hurry)?, hurry, redactor).map_err(unusable)?;
        let offer = Offer::default();
        let mut session = Self { wire, timeouts: relay.timeouts, offer, begun: 0, broken: false };
        if relay.security == Security::Tls {
            session.protect(relay)?;
        }
        let deadline = Deadline::after(relay.timeouts.command);
        let greeting = session.wire.reply(&deadline).map_err(Unopened::Lost)?;
        if greeting.code != 220 {
            return Err(Unopened::Unwelcome(greeting));
        }
        let hello = session.hello(relay);
        session.greet(&hello)?;
        if relay.security == Security::Starttls {
            session.start_tls(relay)?;
            session.greet(&hello)?;
        }
        if !relay.auth.is_empty() {
            session.authenticate(relay)?;
        }
        Ok(session)
    }

    fn hello(&self, relay: &Relay) -> String {
        let full = relay.name.as_deref().filter(|name| {
            name.contains('.')
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        });
        match (full, self.wire.local().map(|own| own.ip())) {
            (Some(name), _) => name.to_owned(),
            (None, Some(std::net::IpAddr::V6(ip))) => format!("[IPv6:{ip}]"),
            (None, Some(ip)) => format!("[{ip}]"),
            (None, None) => "[127.0.0.1]".to_owned(),
        }
    }

    fn greet(&mut self, hello: &str) -> Result<(), Unopened> {
        let reply = self.command(&format!("EHLO {hello}")).map_err(Unopened::Lost)?;
        if !reply.is_positive() {
            return Err(Unopened::Unwelcome(reply));
        }
        self.offer = Offer::read(&reply);
        Ok(())
    }

    fn start_tls(&mut self, relay: &Relay) -> Result<(), Unopened> {
        if !self.offer.starttls {
            return Err(Unopened::Unprotected(
                "le serveur ne propose pas STARTTLS : la connexion n'est pas protégée, ou quelqu'un l'en empêche".to_owned(),
            ));
        }
        let reply = self.command("STARTTLS").map_err(Unopened::Lost)?;
        if reply.code != 220 {
            return Err(match reply.is_transient() {
                true => Unopened::Unwelcome(reply),
                false => Unopened::Unprotected(format!("le serveur refuse STARTTLS : « {reply} »")),
            });
        }
        // What came before the handshake was said by anyone (CVE-2011-0411).
        if self.wire.has_leftovers() {
            return Err(Unopened::Unprotected(
                "quelque chose a été glissé dans la connexion avant sa protection".to_owned(),
            ));
        }
        self.protect(relay)
    }

    fn protect(&mut self, relay: &Relay) -> Result<(), Unopened> {
        let (Some(trust), Some(name)) = (&relay.trust, tls::name(&relay.host)) else {
            let why = format!("« {} » n'est pas un nom de serveur", relay.host);
            return Err(Unopened::Unprotected(why));
        };
        let deadline = Deadline::after(relay.timeouts.command);
        self.wire.protect(trust.config(), name, &deadline).map_err(|error| match error {
            NoTls::Refused(error) => Unopened::Unprotected(tls::french(&error, &relay.host)),
            NoTls::Lost(loss) => Unopened::Lost(loss),
        })
    }

    /// One mechanism, one try: a second one could lock the account.
    fn authenticate(&mut self, relay: &Relay) -> Result<(), Unopened> {
        let offered = |one: &&Mechanism| self.offer.mechanisms.contains(one);
        let Some(&mechanism) = relay.auth.iter().find(offered) else {
            let known = match self.offer.auth.as_slice() {
                [] => "aucune".to_owned(),
                names => names.join(", "),
            };
            return Err(Unopened::Unknown(format!(
                "le serveur n'offre aucune des authentifications demandées (il offre : {known})"
            )));
        };
        let Some(secret) = &relay.secret else {
            return Err(Unopened::Unknown(
                "il manque le mot de passe du compte d'envoi".to_owned(),
            ));
        };
        let user = &relay.username;
        let word = BASE64.encode(secret.response(mechanism, user));
        let reply = match mechanism {
            Mechanism::Plain => self.command(&format!("AUTH PLAIN {word}")),
            Mechanism::Login => self.command("AUTH LOGIN").and_then(|reply| {
                let reply = match reply.code {
                    334 => self.command(&BASE64.encode(user))?,
                    _ => return Ok(reply),
                };
                match reply.code {
                    334 => self.command(&word),
                    _ => Ok(reply),
                }
            }),
            Mechanism::Xoauth2 => {
                self.command(&format!("AUTH XOAUTH2 {word}")).and_then(|reply| match reply.code {
                    // The reason comes as a challenge; an empty line brings the reply.
                    334 => {
                        let why = reply.words().first().and_then(|line| BASE64.decode(line).ok());
                        let mut last = self.command("")?;
                        last.lines.extend(why.map(|why| self.wire.shown(&why)));
                        Ok(last)
                    }
                    _ => Ok(reply),
                })
            }
        };
        let reply = reply.map_err(Unopened::Lost)?;
        match reply {
            // 235 (RFC 4954, 6); some relays say another yes.
            reply if reply.is_positive() => Ok(()),
            reply if reply.is_transient() => Err(Unopened::AuthLater(reply)),
            reply => Err(Unopened::Unknown(format!(
                "le serveur refuse le compte d'envoi « {user} » : « {reply} »"
            ))),
        }
    }

    /// What the relay announced.
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// Protocol and cipher in use.
    pub fn protection(&self) -> Option<String> {
        self.wire.protection()
    }

    /// Whether it should not be used for another message.
    pub fn is_spent(&self) -> bool {
        self.broken || self.begun >= MESSAGES
    }

    /// Whether it carried a message before.
    pub fn is_used(&self) -> bool {
        self.begun > 1
    }

    fn command(&mut self, line: &str) -> Result<Reply, Loss> {
        let deadline = Deadline::after(self.timeouts.command);
        self.say(line, &deadline)
    }

    /// A command and its answer within one time.
    fn say(&mut self, line: &str, deadline: &Deadline) -> Result<Reply, Loss> {
        self.wire.send(format!("{line}\r\n").as_bytes(), deadline)?;
        self.wire.reply(deadline)
    }

    /// A command; after anything but a clear answer the session is not used again.
    fn ask(&mut self, line: &str) -> Heard {
        match self.command(line) {
            Ok(reply) => {
                self.broken |= reply.code == 421;
                Heard::Reply(reply)
            }
            Err(loss) => {
                self.broken = true;
                // A relay that closes often says why first.
                Heard::Lost(loss)
            }
        }
    }

    /// Names sender and recipients. Recipients besides the first who are refused are returned; the
    /// message goes without them.
    pub fn address(&mut self, envelope: &Envelope, octets: usize) -> Result<Vec<Turned>, Answer> {
        self.begun += 1;
        self.wire.hold(true);
        let mut line = format!("MAIL FROM:<{}>", envelope.from);
        if self.offer.size.is_some() {
            line.push_str(&format!(" SIZE={octets}"));
        }
        if self.offer.dsn {
            line.push_str(&format!(" RET=HDRS ENVID={}", xtext(&envelope.id)));
        }
        let heard = self.ask(&line);
        if !matches!(&heard, Heard::Reply(reply) if reply.is_positive()) {
            return Err(self.end(Phase::Mail, heard));
        }
        let mut turned = Vec::new();
        for (index, address) in envelope.recipients.iter().enumerate() {
            let mut line = format!("RCPT TO:<{address}>");
            if self.offer.dsn {
                let own = xtext(address);
                line.push_str(&format!(" NOTIFY=FAILURE,DELAY ORCPT=rfc822;{own}"));
            }
            match self.ask(&line) {
                Heard::Reply(reply) if reply.is_positive() => {}
                Heard::Reply(reply) if index > 0 && reply.code != 421 => {
                    turned.push(Turned { address: address.clone(), reply });
                }
                heard => return Err(self.end(Phase::Recipient, heard)),
            }
        }
        Ok(turned)
    }

    /// Sends the message. Whatever comes back, the phase says whether the dot may have been
    /// written.
    pub fn message(&mut self, octets: &[u8]) -> Answer {
        let heard = self.ask("DATA");
        if !matches!(&heard, Heard::Reply(reply) if reply.code == 354) {
            if matches!(&heard, Heard::Reply(reply) if reply.code < 400) {
                self.broken = true;
            }
            return self.end(Phase::Data, heard);
        }
        let deadline = Deadline::after(self.timeouts.data);
        if let Err(loss) = self.wire.send(&stuffed(octets), &deadline) {
            return self.drained(Phase::Body, loss);
        }
        // A relay that has already said no does not get the dot: then nothing is in doubt.
        match self.wire.has_spoken() {
            Ok(false) => {}
            Ok(true) => {
                self.broken = true;
                let heard = self.wire.reply(&deadline.with_at_least(FAREWELL));
                let heard = heard.map_or_else(Heard::Lost, Heard::Reply);
                return Answer { phase: Phase::Body, heard };
            }
            Err(loss) => return self.drained(Phase::Body, loss),
        }
        self.dot()
    }

    /// The final dot and its answer, within one time.
    fn dot(&mut self) -> Answer {
        let deadline = Deadline::after(self.timeouts.end_of_data);
        // Who insists before the dot leaves nothing in doubt.
        if let Some(loss) = self.wire.broken_off() {
            self.broken = true;
            return Answer { phase: Phase::Body, heard: Heard::Lost(loss) };
        }
        if let Err(loss) = self.wire.send(b".\r\n", &deadline) {
            return self.drained(Phase::End, loss);
        }
        let heard = self.wire.reply(&deadline).map_or_else(Heard::Lost, Heard::Reply);
        let clear = matches!(&heard, Heard::Reply(reply) if reply.code != 421 && reply.code >= 400 || reply.is_positive());
        self.broken |= !clear;
        self.wire.hold(false);
        Answer { phase: Phase::End, heard }
    }

    /// After a failed write the relay's reason may still be there to be read.
    fn drained(&mut self, phase: Phase, loss: Loss) -> Answer {
        self.broken = true;
        let heard = match self.wire.reply(&Deadline::after(FAREWELL)) {
            Ok(reply) => Heard::Reply(reply),
            Err(_) => Heard::Lost(loss),
        };
        Answer { phase, heard }
    }

    /// A transaction that ended early is cleared away, so that the next one starts afresh.
    fn end(&mut self, phase: Phase, heard: Heard) -> Answer {
        if !self.broken {
            let cleared = self.command("RSET").is_ok_and(|reply| reply.is_positive());
            self.broken = !cleared;
        }
        self.wire.hold(false);
        Answer { phase, heard }
    }

    /// Takes an addressed message back.
    pub fn reset(&mut self) {
        self.broken |= !self.command("RSET").is_ok_and(|reply| reply.is_positive());
        self.wire.hold(false);
    }

    /// Says goodbye. Whatever comes back, it does not last.
    pub fn close(mut self) {
        if !self.broken {
            self.wire.hold(false);
            let _ = self.say("QUIT", &Deadline::after(FAREWELL));
            self.wire.end();
        }
    }
}

/// A connection to the relay, not yet protected.
fn reached(relay: &Relay, hurry: &Hurry) -> Result<TcpStream, Unopened> {
    let Relay { host, port, .. } = relay;
    let deadline = Deadline::after(relay.timeouts.connect);
    let interrupted = || Loss { cause: Cause::Interrupted, heard: String::new() };
    let addresses = connect::resolve(host, *port, &deadline, hurry).map_err(|why| match why {
        Unreached::Interrupted => Unopened::Lost(interrupted()),
        _ => Unopened::Unreachable(format!("aucune adresse pour {host}")),
    })?;
    // No protection: this computer only, whatever its name now leads to.
    if relay.security == Security::None && !addresses.iter().all(|one| one.ip().is_loopback()) {
        let why = format!("{host} n'est pas cet ordinateur, et security = \"none\"");
        return Err(Unopened::Unprotected(why));
    }
    connect::connect(addresses, &deadline, hurry).map_err(|why| {
        let why = match why {
            Unreached::Interrupted => return Unopened::Lost(interrupted()),
            Unreached::Silence => "aucune réponse".to_owned(),
            Unreached::Failed(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                "connexion refusée".to_owned()
            }
            Unreached::Failed(error) => error.to_string(),
        };
        Unopened::Unreachable(format!("{host}:{port} : {why}"))
    })
}

/// `+`, `=` and what is not printable, encoded (RFC 3461, 4).
fn xtext(text: &str) -> String {
    let mut coded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'!'..=b'~' if !matches!(byte, b'+' | b'=') => coded.push(char::from(byte)),
            _ => coded.push_str(&format!("+{byte:02X}")),
        }
    }
    coded
}

/// The message as it goes over the wire: a dot at the start of a line doubled, and CR/LF at its end
/// (RFC 5321, 4.5.2).
fn stuffed(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len() + 64);
    for line in octets.split_inclusive(|byte| *byte == b'\n') {
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_over_the_wire_is_as_the_standards_say() {
        assert_eq!(stuffed(b"a\r\n.b\r\n..\r\n"), b"a\r\n..b\r\n...\r\n");
        assert_eq!(stuffed(b"a"), b"a\r\n");
        assert_eq!(xtext("a+b=c d\u{e9}"), "a+2Bb+3Dc+20d+C3+A9");
    }
}
