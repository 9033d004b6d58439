//! The server, the account, and how long each phase may take.

use crate::net::tls::TrustAnchors;
use crate::protocol::auth::{AuthMechanism, Secret};
use std::time::Duration;

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// STARTTLS (RFC 3207); without it nothing is sent.
    Starttls,
    /// TLS from the first octet (RFC 8314).
    Tls,
    /// No protection: only for a server on this computer.
    None,
}

/// The longest time of each phase as a whole (RFC 5321, 4.5.3.2).
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Finding the address and connecting.
    pub connect: Duration,
    /// A command and its reply; also the TLS handshake.
    pub command: Duration,
    /// Writing the message.
    pub data: Duration,
    /// The final dot and its reply.
    pub end_of_data: Duration,
}

/// A server and how to talk to it.
#[derive(Clone, Debug)]
pub struct RelayConfig {
    /// Name or address of the server.
    pub host: String,
    /// Port: 465 for TLS, 587 for STARTTLS (RFC 8314).
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// The authorities that are trusted; not needed without protection.
    pub trust: Option<TrustAnchors>,
    /// Mechanisms, the preferred one first; empty for no authentication.
    pub auth: Vec<AuthMechanism>,
    /// The account.
    pub username: String,
    /// Its password or token.
    pub secret: Option<Secret>,
    /// The full name of this computer, if it has one, for EHLO.
    pub client_name: Option<String>,
    /// Timeouts.
    pub timeouts: Timeouts,
}
