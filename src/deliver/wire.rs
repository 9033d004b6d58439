//! The connection: octets with one deadline for each phase as a whole, plain or over TLS.
//!
//! The reads and writes are single calls of the socket, each with what is left of the phase and never
//! more than a slice of it; between two of them the deadline and the person are looked at. rustls is
//! driven by hand: its own streams go on until a record is whole, and a relay that sends its octets
//! one at a time would hold them for as long as it likes. Nothing that passes here is ever written
//! to a log; what is shown of it has passed [`super::redact`].

use super::deadline::{Deadline, Hurry};
use super::redact::Redactor;
use super::reply::{self, Parsed, Reply};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// Octets written at once; less than rustls keeps for itself.
const PIECE: usize = 32 * 1024;
/// Reads without waiting before what has arrived is looked at.
const LOOKS: usize = 64;

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

/// A connection.
pub struct Wire {
    socket: TcpStream,
    tls: Option<Box<ClientConnection>>,
    arrived: Vec<u8>,
    /// How the connection ended, once everything before it was read.
    ended: Option<Cause>,
    hurry: Hurry,
    /// A message is in hand: one wish to stop lets it be finished.
    in_hand: bool,
    redactor: Redactor,
}

/// What has arrived is not printed: it may repeat a secret.
impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("socket", &self.socket).finish_non_exhaustive()
    }
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
    /// A connection that was just made.
    pub(super) fn new(socket: TcpStream, hurry: &Hurry, redactor: Redactor) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        let (arrived, hurry) = (Vec::new(), hurry.clone());
        Ok(Self { socket, tls: None, arrived, ended: None, hurry, in_hand: false, redactor })
    }

    /// This side's address.
    pub fn local(&self) -> Option<SocketAddr> {
        self.socket.local_addr().ok()
    }

    /// Whether something came that nobody asked for.
    pub fn has_leftovers(&self) -> bool {
        !self.arrived.is_empty()
    }

    /// Says whether a message is in hand: then a person has to wish twice to break it off.
    pub fn hold(&mut self, in_hand: bool) {
        self.in_hand = in_hand;
    }

    /// A text of the relay that did not come as the lines of a reply, fit to be shown.
    pub fn shown(&self, octets: &[u8]) -> String {
        self.redactor.text(octets)
    }

    /// Turns the connection into a protected one; the handshake is done when this returns.
    pub fn protect(
        &mut self,
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
        deadline: &Deadline,
    ) -> Result<(), NoTls> {
        let lost = |cause| NoTls::Lost(Loss { cause, heard: String::new() });
        let mut tls = ClientConnection::new(config, name).map_err(NoTls::Refused)?;
        while tls.is_handshaking() || tls.wants_write() {
            self.limit(deadline).map_err(|error| lost(cause(&error)))?;
            let step = match tls.wants_write() {
                true => tls.write_tls(&mut self.socket),
                false => tls.read_tls(&mut self.socket),
            };
            match step {
                Ok(0) => return Err(lost(Cause::Closed)),
                Err(error) if !is_pause(&error) => return Err(lost(cause(&error))),
                _ => {}
            }
            if let Err(error) = tls.process_new_packets() {
                // The relay is told why, if it takes that at once.
                let _ = tls.write_tls(&mut self.socket);
                return Err(NoTls::Refused(error));
            }
            if (tls.is_handshaking() || tls.wants_write())
                && let Some(cause) = self.overdue(deadline)
            {
                return Err(lost(cause));
            }
        }
        // A relay may greet in the same breath.
        collect(&mut tls, &mut self.arrived);
        self.tls = Some(Box::new(tls));
        Ok(())
    }

    /// Protocol and cipher in use.
    pub fn protection(&self) -> Option<String> {
        let tls = self.tls.as_ref()?;
        let version = match tls.protocol_version()? {
            rustls::ProtocolVersion::TLSv1_3 => "TLS 1.3",
            rustls::ProtocolVersion::TLSv1_2 => "TLS 1.2",
            _ => "TLS",
        };
        let suite = tls.negotiated_cipher_suite()?.suite();
        Some(format!("{version}, {}", suite.as_str().unwrap_or("suite inconnue")))
    }

    fn loss(&self, cause: Cause) -> Loss {
        Loss { cause, heard: reply::heard(&self.arrived, &self.redactor) }
    }

    /// Whether a person broke off what is going on.
    fn is_broken_off(&self) -> bool {
        self.hurry.insisted() || (!self.in_hand && self.hurry.asked())
    }

    /// What a person broke off, if so.
    pub fn broken_off(&self) -> Option<Loss> {
        self.is_broken_off().then(|| self.loss(Cause::Interrupted))
    }

    fn overdue(&self, deadline: &Deadline) -> Option<Cause> {
        if self.is_broken_off() {
            return Some(Cause::Interrupted);
        }
        deadline.is_over().then_some(Cause::Silence(deadline.time))
    }

    /// The next call of the socket does not block beyond a slice of what is left.
    fn limit(&self, deadline: &Deadline) -> io::Result<()> {
        self.socket.set_read_timeout(Some(deadline.slice()))?;
        self.socket.set_write_timeout(Some(deadline.slice()))
    }

    /// One reply, within the time of its phase.
    pub fn reply(&mut self, deadline: &Deadline) -> Result<Reply, Loss> {
        let mut last = false;
        loop {
            match reply::parse(&self.arrived, &self.redactor) {
                Parsed::Whole(reply, length) => {
                    self.arrived.drain(..length);
                    return Ok(reply);
                }
                Parsed::Garbage => return Err(self.loss(Cause::Garbage)),
                Parsed::Partial => {}
            }
            let step = match self.overdue(deadline) {
                Some(cause) if last || cause == Cause::Interrupted => Err(cause),
                // This computer may have slept: what came meanwhile came in time.
                Some(_) => {
                    last = true;
                    self.look()
                }
                None => {
                    self.limit(deadline).map_err(|error| cause(&error)).and_then(|()| self.take())
                }
            };
            step.map_err(|cause| self.loss(cause))?;
        }
    }

    /// Whether the relay has already said something, without waiting for it; a connection that is
    /// gone is a loss.
    pub fn has_spoken(&mut self) -> Result<bool, Loss> {
        // It may have come together with the reply before.
        if self.arrived.is_empty() {
            self.look().map_err(|cause| self.loss(cause))?;
        }
        Ok(!self.arrived.is_empty())
    }

    /// Takes what is there, without waiting. Under TLS much may come that says nothing.
    fn look(&mut self) -> Result<bool, Cause> {
        self.socket.set_nonblocking(true).map_err(|error| cause(&error))?;
        let mut looked = Ok(true);
        for _ in 0..LOOKS {
            looked = self.take();
            if looked != Ok(true) || !self.arrived.is_empty() {
                break;
            }
        }
        self.socket.set_nonblocking(false).map_err(|error| cause(&error))?;
        looked
    }

    /// One read of the socket. False when nothing came in time; an end is said only once everything
    /// before it was taken.
    fn take(&mut self) -> Result<bool, Cause> {
        if let Some(cause) = &self.ended {
            return Err(cause.clone());
        }
        let before = self.arrived.len();
        let read = match &mut self.tls {
            None => {
                let mut piece = [0; 4096];
                self.socket.read(&mut piece).inspect(|number| {
                    self.arrived.extend_from_slice(&piece[..*number]);
                })
            }
            Some(tls) => tls.read_tls(&mut self.socket),
        };
        let number = match read {
            Err(error) if is_pause(&error) => return Ok(false),
            Err(error) => return Err(cause(&error)),
            Ok(number) => number,
        };
        let mut end = (number == 0).then_some(Cause::Closed);
        if let Some(tls) = &mut self.tls {
            match tls.process_new_packets() {
                Ok(state) if state.peer_has_closed() => end = Some(Cause::Closed),
                Ok(_) => {}
                Err(error) => end = Some(unprotected(&error)),
            }
            collect(tls, &mut self.arrived);
        }
        match end {
            Some(cause) if self.arrived.len() == before => Err(cause),
            end => {
                self.ended = end;
                Ok(true)
            }
        }
    }

    /// Hands octets to the system, all of them, within the time of their phase.
    pub fn send(&mut self, octets: &[u8], deadline: &Deadline) -> Result<(), Loss> {
        for piece in octets.chunks(PIECE) {
            self.write(piece, deadline).map_err(|cause| self.loss(cause))?;
        }
        Ok(())
    }

    fn write(&mut self, piece: &[u8], deadline: &Deadline) -> Result<(), Cause> {
        if let Some(tls) = &mut self.tls {
            tls.writer().write_all(piece).map_err(|error| cause(&error))?;
        }
        let mut rest = piece;
        loop {
            match &self.tls {
                None if rest.is_empty() => return Ok(()),
                Some(tls) if !tls.wants_write() => return Ok(()),
                _ => {}
            }
            if let Some(cause) = self.overdue(deadline) {
                return Err(cause);
            }
            self.limit(deadline).map_err(|error| cause(&error))?;
            let written = match &mut self.tls {
                None => self.socket.write(rest),
                Some(tls) => tls.write_tls(&mut self.socket),
            };
            match written {
                Ok(0) => return Err(Cause::Closed),
                Ok(number) if self.tls.is_none() => rest = &rest[number..],
                Ok(_) => {}
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(cause(&error)),
            }
        }
    }

    /// Tells the relay that nothing more comes, if it takes that at once.
    pub fn end(&mut self) {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            let _ = self.socket.set_nonblocking(true);
            let _ = tls.write_tls(&mut self.socket);
        }
    }
}

/// Takes what rustls has made out.
fn collect(tls: &mut ClientConnection, arrived: &mut Vec<u8>) {
    let mut piece = [0; 4096];
    // An end is read from what `process_new_packets` says.
    while let Ok(number @ 1..) = tls.reader().read(&mut piece) {
        arrived.extend_from_slice(&piece[..number]);
    }
}

/// The protection failed after the handshake.
fn unprotected(error: &rustls::Error) -> Cause {
    Cause::Broken(match error {
        rustls::Error::AlertReceived(alert) => format!("le serveur y met fin : {alert:?}"),
        other => format!("ce qui arrive n'est pas protégé comme convenu : {other}"),
    })
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
mod tests;
