//! The connection: octets with a deadline for each phase as a whole, plain or over TLS.
//!
//! Reads go on in small slices of time, so that a relay that drips cannot hold a phase beyond its
//! deadline and a person can break off. Nothing that passes here is ever written to a log.

use super::reply::{self, Parsed, Reply};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// How long a read or write may block before the deadline and the person are looked at again.
const SLICE: Duration = Duration::from_millis(100);
/// Octets written at once.
const PIECE: usize = 32 * 1024;

/// A person's wish to stop: once, to end what is in hand; twice, at once.
#[derive(Clone, Debug, Default)]
pub struct Hurry(Arc<AtomicU8>);

impl Hurry {
    /// Notes one more wish.
    pub fn more(&self) {
        let _ =
            self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| Some(n.saturating_add(1)));
    }

    /// Whether to stop after what is in hand.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::SeqCst) >= 1
    }

    /// Whether to stop at once.
    pub fn insisted(&self) -> bool {
        self.0.load(Ordering::SeqCst) >= 2
    }
}

/// Why no reply came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What happened.
    pub cause: Cause,
    /// What had been heard of a reply by then.
    pub heard: String,
}

/// What happened to the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The other side closed it.
    Closed,
    /// It broke.
    Broken(String),
    /// Nothing, or not enough, within the time of the phase.
    Silence(Duration),
    /// What came is no reply.
    Garbage,
    /// A person broke off.
    Interrupted,
}

/// As a person reads it.
impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Closed => write!(f, "le serveur a coupé la connexion")?,
            Cause::Broken(why) => write!(f, "la connexion s'est rompue ({why})")?,
            Cause::Silence(time) => {
                write!(f, "le serveur n'a pas répondu en {} s", time.as_secs())?;
            }
            Cause::Garbage => write!(f, "la réponse du serveur est incompréhensible")?,
            Cause::Interrupted => write!(f, "interrompu au clavier")?,
        }
        match self.heard.as_str() {
            "" => Ok(()),
            heard => write!(f, " ; reçu : « {heard} »"),
        }
    }
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
    /// While one becomes the other.
    None,
}

/// A connection.
#[derive(Debug)]
pub struct Wire {
    stream: Stream,
    arrived: Vec<u8>,
    hurry: Hurry,
}

/// Why TLS could not be had.
#[derive(Debug)]
pub enum NoTls {
    /// The certificate, or the protocol.
    Refused(rustls::Error),
    /// The connection.
    Lost(Loss),
}

impl Wire {
    /// Connects to the first address that answers.
    pub fn connect(addresses: &[SocketAddr], time: Duration, hurry: &Hurry) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in addresses {
            match TcpStream::connect_timeout(address, time.max(SLICE)) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    stream.set_read_timeout(Some(SLICE))?;
                    stream.set_write_timeout(Some(SLICE))?;
                    let stream = Stream::Plain(stream);
                    return Ok(Self { stream, arrived: Vec::new(), hurry: hurry.clone() });
                }
                Err(error) => last = error,
            }
            if hurry.insisted() {
                break;
            }
        }
        Err(last)
    }

    /// This side's address.
    pub fn local(&self) -> Option<SocketAddr> {
        match &self.stream {
            Stream::Plain(stream) => stream.local_addr().ok(),
            Stream::Tls(stream) => stream.sock.local_addr().ok(),
            Stream::None => None,
        }
    }

    /// Whether something came that nobody asked for.
    pub fn has_leftovers(&self) -> bool {
        !self.arrived.is_empty()
    }

    /// Turns the connection into a protected one; the handshake is done when this returns.
    pub fn protect(
        &mut self,
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
        time: Duration,
    ) -> Result<(), NoTls> {
        let deadline = Instant::now() + time;
        let Stream::Plain(socket) = std::mem::replace(&mut self.stream, Stream::None) else {
            return Err(NoTls::Lost(self.loss(Cause::Closed)));
        };
        let connection = ClientConnection::new(config, name).map_err(NoTls::Refused)?;
        let mut stream = StreamOwned::new(connection, socket);
        while stream.conn.is_handshaking() {
            let step = stream.conn.complete_io(&mut stream.sock);
            if let Err(error) = step {
                if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
                    return Err(NoTls::Refused(rustls::Error::clone(inner)));
                }
                if !is_pause(&error) {
                    return Err(NoTls::Lost(self.loss(cause(&error))));
                }
            }
            if let Some(cause) = self.overdue(deadline, time) {
                return Err(NoTls::Lost(self.loss(cause)));
            }
        }
        self.stream = Stream::Tls(Box::new(stream));
        Ok(())
    }

    /// Protocol and cipher in use.
    pub fn protection(&self) -> Option<String> {
        let Stream::Tls(stream) = &self.stream else { return None };
        let version = match stream.conn.protocol_version()? {
            rustls::ProtocolVersion::TLSv1_3 => "TLS 1.3",
            rustls::ProtocolVersion::TLSv1_2 => "TLS 1.2",
            _ => "TLS",
        };
        let suite = stream.conn.negotiated_cipher_suite()?.suite();
        Some(format!("{version}, {}", suite.as_str().unwrap_or("suite inconnue")))
    }

    fn loss(&self, cause: Cause) -> Loss {
        Loss { cause, heard: reply::short(&reply::printable(&self.arrived)) }
    }

    fn overdue(&self, deadline: Instant, time: Duration) -> Option<Cause> {
        if self.hurry.insisted() {
            return Some(Cause::Interrupted);
        }
        (Instant::now() >= deadline).then_some(Cause::Silence(time))
    }

    /// One reply, within the time of its phase as a whole.
    pub fn reply(&mut self, time: Duration) -> Result<Reply, Loss> {
        let deadline = Instant::now() + time;
        loop {
            match reply::parse(&self.arrived) {
                Parsed::Whole(reply, length) => {
                    self.arrived.drain(..length);
                    return Ok(reply);
                }
                Parsed::Garbage => return Err(self.loss(Cause::Garbage)),
                Parsed::Partial => {}
            }
            match self.take() {
                Ok(0) => return Err(self.loss(Cause::Closed)),
                Ok(_) => {}
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(self.loss(cause(&error))),
            }
            if matches!(reply::parse(&self.arrived), Parsed::Partial)
                && let Some(cause) = self.overdue(deadline, time)
            {
                return Err(self.loss(cause));
            }
        }
    }

    /// Whether the relay has already said something, without waiting for it; a connection that is
    /// gone is a loss.
    pub fn has_spoken(&mut self) -> Result<bool, Loss> {
        // It may have come together with the reply before.
        if !self.arrived.is_empty() {
            return Ok(true);
        }
        let quick = |own: &Self, quick: bool| match &own.stream {
            Stream::Plain(stream) => stream.set_nonblocking(quick),
            Stream::Tls(stream) => stream.sock.set_nonblocking(quick),
            Stream::None => Ok(()),
        };
        let looked = quick(self, true).and_then(|()| self.take());
        let back = quick(self, false);
        match (looked, back) {
            _ if !self.arrived.is_empty() => Ok(true),
            (Ok(0), _) => Err(self.loss(Cause::Closed)),
            (Err(error), _) if !is_pause(&error) => Err(self.loss(cause(&error))),
            (_, Err(error)) => Err(self.loss(cause(&error))),
            _ => Ok(!self.arrived.is_empty()),
        }
    }

    fn take(&mut self) -> io::Result<usize> {
        let mut piece = [0; 4096];
        let number = match &mut self.stream {
            Stream::Plain(stream) => stream.read(&mut piece)?,
            Stream::Tls(stream) => stream.read(&mut piece)?,
            Stream::None => 0,
        };
        self.arrived.extend_from_slice(&piece[..number]);
        Ok(number)
    }

    /// Hands octets to the system, all of them, within a time.
    pub fn send(&mut self, octets: &[u8], time: Duration) -> Result<(), Loss> {
        let deadline = Instant::now() + time;
        let mut rest = octets;
        while !rest.is_empty() {
            let piece = &rest[..rest.len().min(PIECE)];
            let written = match &mut self.stream {
                Stream::Plain(stream) => stream.write(piece),
                Stream::Tls(stream) => stream.write(piece),
                Stream::None => Ok(0),
            };
            match written {
                Ok(0) => return Err(self.loss(Cause::Closed)),
                Ok(number) => rest = &rest[number..],
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(self.loss(cause(&error))),
            }
            if !rest.is_empty()
                && let Some(cause) = self.overdue(deadline, time)
            {
                return Err(self.loss(cause));
            }
        }
        loop {
            let flushed = match &mut self.stream {
                Stream::Plain(stream) => stream.flush(),
                Stream::Tls(stream) => stream.flush(),
                Stream::None => Ok(()),
            };
            match flushed {
                Ok(()) => return Ok(()),
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(self.loss(cause(&error))),
            }
            if let Some(cause) = self.overdue(deadline, time) {
                return Err(self.loss(cause));
            }
        }
    }
}

/// A read or write that only has to be tried again.
fn is_pause(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

fn cause(error: &io::Error) -> Cause {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Cause::Closed,
        io::ErrorKind::ConnectionReset => Cause::Broken("réinitialisée par le serveur".to_owned()),
        io::ErrorKind::BrokenPipe => Cause::Broken("fermée par le serveur".to_owned()),
        io::ErrorKind::ConnectionAborted => Cause::Broken("abandonnée".to_owned()),
        _ => Cause::Broken(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// Both ends of a connection.
    fn pair() -> (Wire, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let wire = Wire::connect(&[address], Duration::from_secs(5), &Hurry::default()).unwrap();
        (wire, listener.accept().unwrap().0)
    }

    /// Looks until there is something to see.
    fn look(wire: &mut Wire) -> Result<bool, Loss> {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            match wire.has_spoken() {
                Ok(false) if Instant::now() < deadline => std::thread::yield_now(),
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
        assert_eq!(wire.reply(Duration::from_secs(5)).unwrap().code, 552);
        drop(relay);
        assert_eq!(look(&mut wire).unwrap_err().cause, Cause::Closed);
    }

    #[test]
    fn a_word_that_came_with_the_reply_before_is_not_lost_with_the_connection() {
        let (mut wire, mut relay) = pair();
        relay.write_all(b"354 go\r\n552 too much\r\n").unwrap();
        drop(relay);
        assert_eq!(wire.reply(Duration::from_secs(5)).unwrap().code, 354);
        assert_eq!(wire.has_spoken(), Ok(true));
        assert_eq!(wire.reply(Duration::from_secs(5)).unwrap().code, 552);
    }

    #[test]
    fn a_phase_has_one_deadline_and_a_person_may_end_it() {
        let (mut wire, mut relay) = pair();
        relay.write_all(b"250 half").unwrap();
        let time = Duration::from_millis(300);
        let loss = wire.reply(time).unwrap_err();
        assert_eq!(loss, Loss { cause: Cause::Silence(time), heard: "250 half".to_owned() });
        wire.hurry.more();
        wire.hurry.more();
        let loss = wire.reply(Duration::from_secs(600)).unwrap_err();
        assert_eq!(loss.cause, Cause::Interrupted);
    }
}
