//! What a relay offers, without sending anything.

use super::wording;
use crate::app::error::{ErrorKind, UserError};
use crate::app::workspace::Workspace;
use crate::diagnostic::LocatedProblem;
use crate::records::settings::relay::Relay;
use serde::Serialize;
use smtp_session::{CancelToken, RelayConfig, Session, StopReason};

/// What a relay offers; serialised as the JSON of `probe`.
#[derive(Clone, Debug, Serialize)]
pub struct ProbeOutcome {
    /// Name of the server.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Protocol and cipher suite; none without TLS.
    pub tls: Option<String>,
    /// Whether the account was accepted; false if none was asked for.
    pub authenticated: bool,
    /// The largest message in octets; 0 is an announcement without a limit.
    pub size: Option<u64>,
    /// Whether delivery status notifications are offered.
    pub dsn: bool,
    /// Mechanisms of authentication, as announced.
    pub auth: Vec<String>,
    /// LIMITS (RFC 9422), as announced.
    pub limits: Option<String>,
    /// Every line of the announcement.
    pub extensions: Vec<String>,
}

/// The settings describe no relay.
#[derive(Clone, Debug, thiserror::Error)]
#[error("aucun serveur de messagerie n'est décrit")]
pub struct NoRelayDescribed(Vec<LocatedProblem>);

impl UserError for NoRelayDescribed {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidProject
    }

    fn todo(&self) -> String {
        "écrire la table [mail.relay] de missive.toml : le guide en donne un exemple".to_owned()
    }

    fn problems(&self) -> &[LocatedProblem] {
        &self.0
    }
}

/// The relay that the settings describe, whether messages go over it or not.
pub fn described_relay(workspace: &Workspace) -> Result<&Relay, NoRelayDescribed> {
    let loaded = &workspace.loaded;
    let settings = loaded.records.settings.as_ref();
    settings.and_then(|settings| settings.mail.relay()).ok_or_else(|| {
        let errors = loaded.problems.iter().filter(|problem| problem.is_error());
        NoRelayDescribed(errors.map(|problem| problem.located(&loaded.sources)).collect())
    })
}

/// Why a relay offers nothing.
#[derive(Debug, thiserror::Error)]
#[error("{message} ; rien n'a été envoyé")]
pub struct ProbeError {
    message: String,
    reason: StopReason,
}

impl UserError for ProbeError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Environment
    }

    fn todo(&self) -> String {
        match self.reason {
            StopReason::Authentication => {
                "vérifier le mot de passe et « username » ; un seul essai a été fait"
            }
            StopReason::Tls => {
                "demander au service informatique ; un certificat interne se déclare avec ca_file"
            }
            StopReason::Policy
            | StopReason::MessageSize
            | StopReason::Throttled
            | StopReason::Unreliable => {
                "vérifier « host » et « port », et que le réseau laisse passer"
            }
        }
        .to_owned()
    }
}

/// Connects, looks, and says goodbye.
pub fn probe(relay: &RelayConfig) -> Result<ProbeOutcome, ProbeError> {
    let session = Session::open(relay, &CancelToken::default()).map_err(|error| ProbeError {
        message: wording::connect_error(&error, relay),
        reason: StopReason::from(&error),
    })?;
    let capabilities = session.capabilities().clone();
    let protection = session.protection();
    session.close();
    Ok(ProbeOutcome {
        host: relay.host.clone(),
        port: relay.port,
        tls: protection.as_ref().map(wording::protection),
        authenticated: !relay.auth.is_empty(),
        size: capabilities.size,
        dsn: capabilities.dsn,
        auth: capabilities.auth,
        limits: capabilities.limits,
        extensions: capabilities.lines,
    })
}
