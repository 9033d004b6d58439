//! Opens a session: connection, greeting, EHLO, STARTTLS (RFC 3207), AUTH (RFC 4954).

use crate::config::{RelayConfig, Security};
use crate::connect_error::ConnectError;
use crate::net::cancel::CancelToken;
use crate::net::connect;
use crate::net::connection::{Connection, ConnectionLoss, HandshakeError};
use crate::net::deadline::Deadline;
use crate::net::tls::{self, TlsFailure};
use crate::protocol::auth::{AuthMechanism, Secret};
use crate::protocol::capabilities::ServerCapabilities;
use crate::protocol::redact::Redactor;
use crate::protocol::reply::Reply;
use crate::session::Session;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::net::TcpStream;

impl Session {
    /// Connects, protects the connection and authenticates. No message is in hand: one request to stop is
    /// enough.
    pub fn open(relay: &RelayConfig, cancel: &CancelToken) -> Result<Self, ConnectError> {
        let redactor = match (&relay.secret, relay.auth.is_empty()) {
            (Some(secret), false) => Redactor::new(&relay.username, secret),
            _ => Redactor::default(),
        };
        let connection = Connection::new(connected(relay, cancel)?, cancel, redactor)
            .map_err(|error| ConnectError::Socket(error.to_string()))?;
        let mut session = Self::new(connection, relay.timeouts);
        if relay.security == Security::Tls {
            session.protect(relay)?;
        }
        let deadline = Deadline::after(relay.timeouts.command);
        let greeting = session.connection.reply(&deadline).map_err(ConnectError::Lost)?;
        if greeting.code != 220 {
            return Err(ConnectError::SessionRefused(greeting));
        }
        let client_name = session.client_name(relay);
        session.hello(&client_name)?;
        if relay.security == Security::Starttls {
            session.start_tls(relay)?;
            session.hello(&client_name)?;
        }
        if !relay.auth.is_empty() {
            session.authenticate(relay)?;
        }
        Ok(session)
    }

    /// The name in EHLO: a full domain name, else an address literal (RFC 5321, 4.1.3).
    fn client_name(&self, relay: &RelayConfig) -> String {
        let full_name = relay.client_name.as_deref().filter(|name| {
            name.contains('.')
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        });
        match (full_name, self.connection.local_address().map(|address| address.ip())) {
            (Some(name), _) => name.to_owned(),
            (None, Some(std::net::IpAddr::V6(ip))) => format!("[IPv6:{ip}]"),
            (None, Some(ip)) => format!("[{ip}]"),
            (None, None) => "[127.0.0.1]".to_owned(),
        }
    }

    fn hello(&mut self, client_name: &str) -> Result<(), ConnectError> {
        let reply = self.command(&format!("EHLO {client_name}")).map_err(ConnectError::Lost)?;
        if !reply.is_positive() {
            return Err(ConnectError::SessionRefused(reply));
        }
        self.capabilities = ServerCapabilities::read(&reply);
        Ok(())
    }

    fn start_tls(&mut self, relay: &RelayConfig) -> Result<(), ConnectError> {
        if !self.capabilities.starttls {
            return Err(ConnectError::NoStartTls);
        }
        let reply = self.command("STARTTLS").map_err(ConnectError::Lost)?;
        if reply.code != 220 {
            return Err(match reply.is_transient() {
                true => ConnectError::SessionRefused(reply),
                false => ConnectError::StartTlsRefused(reply),
            });
        }
        // Data from before the handshake may come from anyone (CVE-2011-0411).
        if self.connection.has_unread_octets() {
            return Err(ConnectError::InjectedBeforeTls);
        }
        self.protect(relay)
    }

    fn protect(&mut self, relay: &RelayConfig) -> Result<(), ConnectError> {
        let (Some(trust), Some(name)) = (&relay.trust, tls::server_name(&relay.host)) else {
            return Err(ConnectError::NotAServerName);
        };
        let deadline = Deadline::after(relay.timeouts.command);
        self.connection.protect(trust.config(), name, &deadline).map_err(|error| match error {
            HandshakeError::Tls(error) => ConnectError::Tls(TlsFailure::from(&error)),
            HandshakeError::Lost(loss) => ConnectError::Lost(loss),
        })
    }

    /// One mechanism, one try: a second one could lock the account.
    fn authenticate(&mut self, relay: &RelayConfig) -> Result<(), ConnectError> {
        let is_offered = |one: &&AuthMechanism| self.capabilities.mechanisms.contains(one);
        let Some(&mechanism) = relay.auth.iter().find(is_offered) else {
            return Err(ConnectError::NoMechanism { offered: self.capabilities.auth.clone() });
        };
        let Some(secret) = &relay.secret else {
            return Err(ConnectError::NoSecret);
        };
        let user = &relay.username;
        match self.say_secret(mechanism, user, secret).map_err(ConnectError::Lost)? {
            // 235 (RFC 4954, 6); some servers send another 2yz code.
            reply if reply.is_positive() => Ok(()),
            reply if reply.is_transient() => Err(ConnectError::AuthUnavailable(reply)),
            reply => Err(ConnectError::AuthRejected { user: user.clone(), reply }),
        }
    }

    /// The exchange of one mechanism, up to its last reply.
    fn say_secret(
        &mut self,
        mechanism: AuthMechanism,
        user: &str,
        secret: &Secret,
    ) -> Result<Reply, ConnectionLoss> {
        let response = BASE64.encode(secret.response(mechanism, user));
        match mechanism {
            AuthMechanism::Plain => self.command(&format!("AUTH PLAIN {response}")),
            AuthMechanism::Login => {
                for line in ["AUTH LOGIN", &BASE64.encode(user)] {
                    let reply = self.command(line)?;
                    if reply.code != 334 {
                        return Ok(reply);
                    }
                }
                self.command(&response)
            }
            AuthMechanism::Xoauth2 => {
                let reply = self.command(&format!("AUTH XOAUTH2 {response}"))?;
                if reply.code != 334 {
                    return Ok(reply);
                }
                // The reason comes as a challenge; an empty line brings the reply.
                let reason = reply.words().first().and_then(|line| BASE64.decode(line).ok());
                let mut last = self.command("")?;
                last.lines.extend(reason.map(|reason| self.connection.redacted(&reason)));
                Ok(last)
            }
        }
    }
}

/// A connection to the server, not protected yet.
fn connected(relay: &RelayConfig, cancel: &CancelToken) -> Result<TcpStream, ConnectError> {
    let deadline = Deadline::after(relay.timeouts.connect);
    let addresses = connect::resolve(&relay.host, relay.port, &deadline, cancel)
        .map_err(|error| ConnectError::unresolved(&error))?;
    // Without protection: this computer only, whatever its name resolves to now.
    let is_local = addresses.iter().all(|address| address.ip().is_loopback());
    if relay.security == Security::None && !is_local {
        return Err(ConnectError::NotLoopback);
    }
    connect::connect(addresses, &deadline, cancel)
        .map_err(|error| ConnectError::unreachable(&error))
}
