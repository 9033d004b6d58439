//! Why there is no session. Nothing was sent then.

use crate::net::connect::ReachError;
use crate::net::connection::{ConnectionLoss, LossCause};
use crate::net::tls::TlsFailure;
use crate::protocol::reply::Reply;

/// Why there is no session. The values have no sentences: the caller has them, in its language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectError {
    /// The host has no address.
    NoAddress,
    /// No address of the host answers.
    Unreachable(Unreachable),
    /// The system refuses to open the socket; its own message.
    Socket(String),
    /// [`crate::Security::None`] was asked for, and the host is not this computer.
    NotLoopback,
    /// The host cannot be in a certificate.
    NotAServerName,
    /// The server does not offer STARTTLS, or somebody in between removed the offer.
    NoStartTls,
    /// The server refuses STARTTLS.
    StartTlsRefused(Reply),
    /// The server sent data before the handshake that would have been read after it
    /// (CVE-2011-0411).
    InjectedBeforeTls,
    /// The handshake failed.
    Tls(TlsFailure),
    /// The server offers none of the mechanisms that were asked for; it offers these.
    NoMechanism {
        /// As the server names them, in upper case.
        offered: Vec<String>,
    },
    /// Authentication was asked for without a secret.
    NoSecret,
    /// The server refuses the account.
    AuthRejected {
        /// The account.
        user: String,
        /// The server's reply.
        reply: Reply,
    },
    /// The server cannot check the account now.
    AuthUnavailable(Reply),
    /// The server refuses the session, for now (4yz) or for good (5yz).
    SessionRefused(Reply),
    /// The connection was lost before anything was sent.
    Lost(ConnectionLoss),
}

/// Why no address of a host answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// None answered within the time.
    NoAnswer,
    /// The last one refused the connection.
    Refused,
    /// Another error, with the system's message.
    Other(String),
}

impl ConnectError {
    /// The host's addresses could not be found.
    pub(crate) fn unresolved(error: &ReachError) -> Self {
        match error {
            ReachError::Cancelled => Self::Lost(ConnectionLoss::new(LossCause::Cancelled)),
            ReachError::NoAnswer | ReachError::Failed(_) => Self::NoAddress,
        }
    }

    /// None of the host's addresses answered.
    pub(crate) fn unreachable(error: &ReachError) -> Self {
        Self::Unreachable(match error {
            ReachError::Cancelled => return Self::Lost(ConnectionLoss::new(LossCause::Cancelled)),
            ReachError::NoAnswer => Unreachable::NoAnswer,
            ReachError::Failed(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                Unreachable::Refused
            }
            ReachError::Failed(error) => Unreachable::Other(error.to_string()),
        })
    }
}
