//! The connection: octets with one deadline for each phase as a whole, plain or over TLS.
//!
//! Reads and writes are single calls of the socket. Each may block for a slice of what is left of
//! the phase; between two of them the deadline and the cancel token are checked. rustls is called
//! directly: its own streams go on until a record is whole, and a server that sends its octets one
//! at a time could hold them for as long as it likes. Nothing that passes here is written to a log;
//! every text that is kept has passed through [`crate::protocol::redact`].

use super::cancel::CancelToken;
use super::deadline::Deadline;
use super::tls::Protection;
use crate::protocol::redact::Redactor;
use crate::protocol::reply::{self, Parsed, Reply};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// Octets written at once; less than rustls keeps in memory.
const CHUNK: usize = 32 * 1024;
/// Most reads without waiting before the data are parsed.
const READS: usize = 64;

/// Why no reply came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionLoss {
    /// What happened.
    pub cause: LossCause,
    /// The part of a reply that had been received, redacted and on one line.
    pub received: String,
}

impl ConnectionLoss {
    /// A loss before anything of a reply was received.
    pub(crate) fn new(cause: LossCause) -> Self {
        Self { cause, received: String::new() }
    }
}

/// What happened to the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LossCause {
    /// The other side closed it.
    Closed,
    /// It broke.
    Broken(BreakCause),
    /// No whole reply came within the time of the phase.
    Timeout(Duration),
    /// What came is not a reply of SMTP.
    NotSmtp,
    /// The caller asked to stop.
    Cancelled,
}

/// How a connection broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BreakCause {
    /// The other side reset it.
    Reset,
    /// The other side had closed it when something was written.
    BrokenPipe,
    /// This computer closed it.
    Aborted,
    /// The other side ended TLS with an alert (RFC 8446, 6), by its name.
    TlsAlert(String),
    /// The data that arrive are not protected as agreed; the TLS library's message.
    TlsViolated(String),
    /// Another error, with the system's message.
    Other(String),
}

/// A connection to a server.
pub(crate) struct Connection {
    socket: TcpStream,
    tls: Option<Box<ClientConnection>>,
    /// What has arrived and was not read as a reply yet.
    arrived: Vec<u8>,
    /// How the connection ended, once everything before it was read.
    ended: Option<LossCause>,
    cancel: CancelToken,
    /// A message is in hand: one request to stop lets it be finished.
    in_hand: bool,
    redactor: Redactor,
}

/// What has arrived is not printed: it may repeat a secret.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("socket", &self.socket).finish_non_exhaustive()
    }
}

/// Why there is no TLS.
#[derive(Debug)]
pub(crate) enum HandshakeError {
    /// The certificate, or the protocol.
    Tls(rustls::Error),
    /// The connection.
    Lost(ConnectionLoss),
}

impl Connection {
    /// A connection that was just made.
    pub(crate) fn new(
        socket: TcpStream,
        cancel: &CancelToken,
        redactor: Redactor,
    ) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        let (arrived, cancel) = (Vec::new(), cancel.clone());
        Ok(Self { socket, tls: None, arrived, ended: None, cancel, in_hand: false, redactor })
    }

    /// The address of this computer in this connection.
    pub(crate) fn local_address(&self) -> Option<SocketAddr> {
        self.socket.local_addr().ok()
    }

    /// Whether something arrived that was not read.
    pub(crate) fn has_unread_octets(&self) -> bool {
        !self.arrived.is_empty()
    }

    /// Says whether a message is in hand; then only a second request to stop ends the waiting.
    pub(crate) fn set_in_hand(&mut self, in_hand: bool) {
        self.in_hand = in_hand;
    }

    /// A text of the server outside a reply, redacted.
    pub(crate) fn redacted(&self, octets: &[u8]) -> String {
        self.redactor.text(octets)
    }

    /// Protects the connection; the handshake is done when this returns.
    pub(crate) fn protect(
        &mut self,
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
        deadline: &Deadline,
    ) -> Result<(), HandshakeError> {
        let lost = |cause: LossCause| HandshakeError::Lost(ConnectionLoss::new(cause));
        let failed = |error: &io::Error| lost(LossCause::from(error));
        let mut tls = ClientConnection::new(config, name).map_err(HandshakeError::Tls)?;
        while tls.is_handshaking() || tls.wants_write() {
            self.set_socket_timeouts(deadline).map_err(|error| failed(&error))?;
            let step = match tls.wants_write() {
                true => tls.write_tls(&mut self.socket),
                false => tls.read_tls(&mut self.socket),
            };
            match step {
                Ok(0) => return Err(lost(LossCause::Closed)),
                Err(error) if !is_pause(&error) => return Err(failed(&error)),
                _ => {}
            }
            if let Err(error) = tls.process_new_packets() {
                // Sends the TLS alert, if it can be written at once.
                let _ = tls.write_tls(&mut self.socket);
                return Err(HandshakeError::Tls(error));
            }
            if (tls.is_handshaking() || tls.wants_write())
                && let Some(cause) = self.interruption(deadline)
            {
                return Err(lost(cause));
            }
        }
        // The server's greeting may have come in the same packet.
        read_plaintext(&mut tls, &mut self.arrived);
        self.tls = Some(Box::new(tls));
        Ok(())
    }

    /// Protocol and cipher suite in use; none without TLS.
    pub(crate) fn protection(&self) -> Option<Protection> {
        let tls = self.tls.as_ref()?;
        let version = match tls.protocol_version()? {
            rustls::ProtocolVersion::TLSv1_3 => "TLS 1.3",
            rustls::ProtocolVersion::TLSv1_2 => "TLS 1.2",
            _ => "TLS",
        };
        let cipher_suite = tls.negotiated_cipher_suite()?.suite().as_str();
        Some(Protection { version, cipher_suite })
    }

    fn loss(&self, cause: LossCause) -> ConnectionLoss {
        ConnectionLoss { cause, received: reply::received(&self.arrived, &self.redactor) }
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.is_urgent() || (!self.in_hand && self.cancel.is_requested())
    }

    /// The loss to return if the caller asked to stop at once.
    pub(crate) fn cancelled(&self) -> Option<ConnectionLoss> {
        self.is_cancelled().then(|| self.loss(LossCause::Cancelled))
    }

    /// Why to stop waiting, if there is a reason.
    fn interruption(&self, deadline: &Deadline) -> Option<LossCause> {
        if self.is_cancelled() {
            return Some(LossCause::Cancelled);
        }
        deadline.is_over().then_some(LossCause::Timeout(deadline.time))
    }

    /// The next call of the socket blocks for a slice at most.
    fn set_socket_timeouts(&self, deadline: &Deadline) -> io::Result<()> {
        self.socket.set_read_timeout(Some(deadline.slice()))?;
        self.socket.set_write_timeout(Some(deadline.slice()))
    }

    /// Reads one reply, within the time of its phase.
    pub(crate) fn reply(&mut self, deadline: &Deadline) -> Result<Reply, ConnectionLoss> {
        let mut is_last_look = false;
        loop {
            match reply::parse(&self.arrived, &self.redactor) {
                Parsed::Whole(reply, length) => {
                    self.arrived.drain(..length);
                    return Ok(reply);
                }
                Parsed::Garbage => return Err(self.loss(LossCause::NotSmtp)),
                Parsed::Partial => {}
            }
            let step = match self.interruption(deadline) {
                Some(cause) if is_last_look || cause == LossCause::Cancelled => Err(cause),
                // This computer may have slept: what has arrived meanwhile came in time.
                Some(_) => {
                    is_last_look = true;
                    self.read_available()
                }
                None => self
                    .set_socket_timeouts(deadline)
                    .map_err(|error| LossCause::from(&error))
                    .and_then(|()| self.read_once()),
            };
            step.map_err(|cause| self.loss(cause))?;
        }
    }

    /// Whether something has arrived, without waiting for it. A connection that is gone is a loss.
    pub(crate) fn has_data(&mut self) -> Result<bool, ConnectionLoss> {
        // It may have come together with the reply before.
        if self.arrived.is_empty() {
            self.read_available().map_err(|cause| self.loss(cause))?;
        }
        Ok(!self.arrived.is_empty())
    }

    /// Reads what is there, without waiting. Under TLS many records may come that hold no data.
    fn read_available(&mut self) -> Result<bool, LossCause> {
        self.socket.set_nonblocking(true).map_err(|error| LossCause::from(&error))?;
        let mut read = Ok(true);
        for _ in 0..READS {
            read = self.read_once();
            if read != Ok(true) || !self.arrived.is_empty() {
                break;
            }
        }
        self.socket.set_nonblocking(false).map_err(|error| LossCause::from(&error))?;
        read
    }

    /// One read of the socket; false if nothing came in time. The end of the connection is given only once
    /// everything before it was read.
    fn read_once(&mut self) -> Result<bool, LossCause> {
        if let Some(cause) = &self.ended {
            return Err(cause.clone());
        }
        let before = self.arrived.len();
        let read = match &mut self.tls {
            None => {
                let mut chunk = [0; 4096];
                self.socket.read(&mut chunk).inspect(|number| {
                    self.arrived.extend_from_slice(&chunk[..*number]);
                })
            }
            Some(tls) => tls.read_tls(&mut self.socket),
        };
        let number = match read {
            Err(error) if is_pause(&error) => return Ok(false),
            Err(error) => return Err(LossCause::from(&error)),
            Ok(number) => number,
        };
        let mut end = (number == 0).then_some(LossCause::Closed);
        if let Some(tls) = &mut self.tls {
            match tls.process_new_packets() {
                Ok(state) if state.peer_has_closed() => end = Some(LossCause::Closed),
                Ok(_) => {}
                Err(error) => end = Some(broken_tls(&error)),
            }
            read_plaintext(tls, &mut self.arrived);
        }
        match end {
            Some(cause) if self.arrived.len() == before => Err(cause),
            end => {
                self.ended = end;
                Ok(true)
            }
        }
    }

    /// Hands all octets to the system, within the time of their phase.
    pub(crate) fn send(
        &mut self,
        octets: &[u8],
        deadline: &Deadline,
    ) -> Result<(), ConnectionLoss> {
        for chunk in octets.chunks(CHUNK) {
            self.write(chunk, deadline).map_err(|cause| self.loss(cause))?;
        }
        Ok(())
    }

    fn write(&mut self, chunk: &[u8], deadline: &Deadline) -> Result<(), LossCause> {
        if let Some(tls) = &mut self.tls {
            tls.writer().write_all(chunk).map_err(|error| LossCause::from(&error))?;
        }
        let mut rest = chunk;
        loop {
            match &self.tls {
                None if rest.is_empty() => return Ok(()),
                Some(tls) if !tls.wants_write() => return Ok(()),
                _ => {}
            }
            if let Some(cause) = self.interruption(deadline) {
                return Err(cause);
            }
            self.set_socket_timeouts(deadline).map_err(|error| LossCause::from(&error))?;
            let written = match &mut self.tls {
                None => self.socket.write(rest),
                Some(tls) => tls.write_tls(&mut self.socket),
            };
            match written {
                Ok(0) => return Err(LossCause::Closed),
                Ok(number) if self.tls.is_none() => rest = &rest[number..],
                Ok(_) => {}
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(LossCause::from(&error)),
            }
        }
    }

    /// Sends the TLS close alert, if it can be written at once.
    pub(crate) fn close_tls(&mut self) {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            let _ = self.socket.set_nonblocking(true);
            let _ = tls.write_tls(&mut self.socket);
        }
    }
}

/// Takes the octets that rustls has decrypted.
fn read_plaintext(tls: &mut ClientConnection, arrived: &mut Vec<u8>) {
    let mut chunk = [0; 4096];
    // An end of the connection is seen in the answer of `process_new_packets`.
    while let Ok(number @ 1..) = tls.reader().read(&mut chunk) {
        arrived.extend_from_slice(&chunk[..number]);
    }
}

/// TLS failed after the handshake.
fn broken_tls(error: &rustls::Error) -> LossCause {
    LossCause::Broken(match error {
        rustls::Error::AlertReceived(alert) => BreakCause::TlsAlert(format!("{alert:?}")),
        other => BreakCause::TlsViolated(other.to_string()),
    })
}

/// A read or write that only has to be tried again.
fn is_pause(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

impl From<&io::Error> for LossCause {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Closed,
            io::ErrorKind::ConnectionReset => Self::Broken(BreakCause::Reset),
            io::ErrorKind::BrokenPipe => Self::Broken(BreakCause::BrokenPipe),
            io::ErrorKind::ConnectionAborted => Self::Broken(BreakCause::Aborted),
            _ => Self::Broken(BreakCause::Other(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests;
