//! One conversation with the relay, command by command (RFC 5321), and where exactly it ended.
//!
//! A session never decides what becomes of a message: it gives the phase and what was heard, and
//! [`super::verdict`] judges. The final dot is written only after everything before it was handed
//! to the system, so that a failure before it proves that nothing was sent (RFC 5321, 4.1.1.10).

use super::reply::Reply;
use super::tls::{self, Trust};
use super::wire::{Hurry, Loss, NoTls, Wire};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs as _};
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

/// How to prove who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// RFC 4616.
    Plain,
    /// The old LOGIN.
    Login,
    /// A bearer token.
    Xoauth2,
}

impl Mechanism {
    /// As EHLO announces it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::Xoauth2 => "XOAUTH2",
        }
    }
}

/// A secret, which nothing prints.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes one in.
    pub fn new(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
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

/// What the relay announced (EHLO).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// STARTTLS (RFC 3207).
    pub starttls: bool,
    /// Largest message in octets (RFC 1870); 0: no limit announced.
    pub size: Option<u64>,
    /// Delivery status notifications (RFC 3461).
    pub dsn: bool,
    /// Mechanisms (RFC 4954).
    pub auth: Vec<String>,
    /// LIMITS (RFC 9422), as announced.
    pub limits: Option<String>,
    /// Every keyword, as announced.
    pub lines: Vec<String>,
}

impl Offer {
    /// Reads the lines of an EHLO reply; keywords in any case (RFC 5321, 4.1.1.1).
    fn read(reply: &Reply) -> Self {
        let mut offer =
            Self { lines: reply.lines.iter().skip(1).cloned().collect(), ..Self::default() };
        for line in &offer.lines {
            let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
            let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
            match keyword.as_str() {
                "STARTTLS" => offer.starttls = true,
                "SIZE" => offer.size = Some(words.next().and_then(|n| n.parse().ok()).unwrap_or(0)),
                "DSN" => offer.dsn = true,
                "AUTH" => offer.auth.extend(words.map(str::to_ascii_uppercase)),
                "LIMITS" => offer.limits = Some(words.collect::<Vec<_>>().join(" ")),
                _ => {}
            }
        }
        offer
    }

    /// Whether a message of so many octets is above the announced limit.
    pub fn is_too_large(&self, octets: usize) -> bool {
        self.size.is_some_and(|most| most > 0 && octets as u64 > most)
    }
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
    /// Connects, protects, authenticates.
    pub fn open(relay: &Relay, hurry: &Hurry) -> Result<Self, Unopened> {
        let addresses: Vec<SocketAddr> = (relay.host.as_str(), relay.port)
            .to_socket_addrs()
            .map_err(|_| Unopened::Unreachable(format!("aucune adresse pour {}", relay.host)))?
            .collect();
        // No protection: this computer only, whatever its name now leads to.
        if relay.security == Security::None && !addresses.iter().all(|own| own.ip().is_loopback()) {
            let why = format!("{} n'est pas cet ordinateur, et security = \"none\"", relay.host);
            return Err(Unopened::Unprotected(why));
        }
        let wire = Wire::connect(&addresses, relay.timeouts.connect, hurry).map_err(|error| {
            let why = match error.kind() {
                std::io::ErrorKind::ConnectionRefused => "connexion refusée".to_owned(),
                std::io::ErrorKind::TimedOut => "aucune réponse".to_owned(),
                _ => error.to_string(),
            };
            Unopened::Unreachable(format!("{}:{} : {why}", relay.host, relay.port))
        })?;
        let offer = Offer::default();
        let mut own = Self { wire, timeouts: relay.timeouts, offer, begun: 0, broken: false };
        if relay.security == Security::Tls {
            own.protect(relay)?;
        }
        let greeting = own.wire.reply(relay.timeouts.command).map_err(Unopened::Lost)?;
        if greeting.code != 220 {
            return Err(Unopened::Unwelcome(greeting));
        }
        let hello = own.hello(relay);
        own.greet(&hello)?;
        if relay.security == Security::Starttls {
            own.start_tls(relay)?;
            own.greet(&hello)?;
        }
        if !relay.auth.is_empty() {
            own.authenticate(relay)?;
        }
        Ok(own)
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
        self.wire.protect(trust.config(), name, relay.timeouts.command).map_err(|error| match error
        {
            NoTls::Refused(error) => Unopened::Unprotected(tls::french(&error, &relay.host)),
            NoTls::Lost(loss) => Unopened::Lost(loss),
        })
    }

    /// One mechanism, one try: a second one could lock the account.
    fn authenticate(&mut self, relay: &Relay) -> Result<(), Unopened> {
        let offered = |own: &&Mechanism| self.offer.auth.iter().any(|name| name == own.as_str());
        let Some(mechanism) = relay.auth.iter().find(offered) else {
            let known = match self.offer.auth.as_slice() {
                [] => "aucune".to_owned(),
                names => names.join(", "),
            };
            return Err(Unopened::Unknown(format!(
                "le serveur n'offre aucune des authentifications demandées (il offre : {known})"
            )));
        };
        let Some(Secret(secret)) = &relay.secret else {
            return Err(Unopened::Unknown(
                "il manque le mot de passe du compte d'envoi".to_owned(),
            ));
        };
        let user = &relay.username;
        let reply = match mechanism {
            Mechanism::Plain => {
                let word = BASE64.encode(format!("\0{user}\0{secret}"));
                self.command(&format!("AUTH PLAIN {word}"))
            }
            Mechanism::Login => self.command("AUTH LOGIN").and_then(|reply| {
                let reply = match reply.code {
                    334 => self.command(&BASE64.encode(user))?,
                    _ => return Ok(reply),
                };
                match reply.code {
                    334 => self.command(&BASE64.encode(secret)),
                    _ => Ok(reply),
                }
            }),
            Mechanism::Xoauth2 => {
                let word = BASE64.encode(format!("user={user}\x01auth=Bearer {secret}\x01\x01"));
                self.command(&format!("AUTH XOAUTH2 {word}")).and_then(|reply| match reply.code {
                    // The reason comes as a challenge; an empty line brings the reply.
                    334 => {
                        let why = reply.lines.first().and_then(|line| BASE64.decode(line).ok());
                        let mut last = self.command("")?;
                        last.lines.extend(why.map(|why| super::reply::printable(&why)));
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
        self.wire.send(format!("{line}\r\n").as_bytes(), self.timeouts.command)?;
        self.wire.reply(self.timeouts.command)
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
        if let Err(loss) = self.wire.send(&stuffed(octets), self.timeouts.data) {
            return self.drained(Phase::Body, loss);
        }
        // A relay that has already said no does not get the dot: then nothing is in doubt.
        let spoken = match self.wire.has_spoken() {
            Ok(spoken) => spoken,
            Err(loss) => {
                self.broken = true;
                return Answer { phase: Phase::Body, heard: Heard::Lost(loss) };
            }
        };
        if spoken {
            self.broken = true;
            let heard = self.wire.reply(self.timeouts.command);
            return Answer {
                phase: Phase::Body,
                heard: heard.map_or_else(Heard::Lost, Heard::Reply),
            };
        }
        if let Err(loss) = self.wire.send(b".\r\n", self.timeouts.data) {
            return self.drained(Phase::End, loss);
        }
        let heard = match self.wire.reply(self.timeouts.end_of_data) {
            Ok(reply) => Heard::Reply(reply),
            Err(loss) => Heard::Lost(loss),
        };
        let clear = matches!(&heard, Heard::Reply(reply) if reply.code != 421 && reply.code >= 400 || reply.is_positive());
        self.broken |= !clear;
        Answer { phase: Phase::End, heard }
    }

    /// After a failed write the relay's reason may still be there to be read.
    fn drained(&mut self, phase: Phase, loss: Loss) -> Answer {
        self.broken = true;
        let heard = match self.wire.reply(FAREWELL) {
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
        Answer { phase, heard }
    }

    /// Takes an addressed message back.
    pub fn reset(&mut self) {
        self.broken |= !self.command("RSET").is_ok_and(|reply| reply.is_positive());
    }

    /// Says goodbye.
    pub fn close(mut self) {
        if !self.broken {
            let _ = self.wire.send(b"QUIT\r\n", FAREWELL);
            let _ = self.wire.reply(FAREWELL);
        }
    }
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
        let lines = ["mx", "size 1000", "Auth PLAIN login", "AUTH=XOAUTH2", "dsn", "SIZE"];
        let lines = lines.map(str::to_owned).to_vec();
        let offer = Offer::read(&Reply { code: 250, lines });
        assert_eq!((offer.size, offer.dsn, offer.starttls), (Some(0), true, false));
        assert_eq!(offer.auth, ["PLAIN", "LOGIN", "XOAUTH2"]);
        assert!(!offer.is_too_large(5) && Offer { size: Some(4), ..offer }.is_too_large(5));
        assert_eq!(format!("{:?}", Secret::new("mot".into())), "Secret");
    }
}
