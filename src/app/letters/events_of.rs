//! The events of a letter, a school or a referent, with those of their messages.

use crate::app::error::{ErrorKind, UserError};
use crate::diagnostic::did_you_mean;
use crate::ledger::chain::events::Event;
use crate::ledger::{Ledger, LedgerError};

/// Why there is nothing to tell.
#[derive(Debug, thiserror::Error)]
pub enum EventsError {
    /// There is no ledger yet.
    #[error("il n'y a pas encore de journal des envois")]
    NoLedger,
    /// No event is about this name.
    #[error("rien n'est noté de « {name} »")]
    Unknown {
        /// What was typed.
        name: String,
        /// The nearest name.
        near: Option<String>,
    },
    /// The ledger cannot be read.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl UserError for EventsError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoLedger | Self::Unknown { .. } => ErrorKind::Usage,
            Self::Ledger(error) => error.kind(),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::NoLedger => "produire d'abord les lettres : missive generate".to_owned(),
            Self::Unknown { near: Some(near), .. } => format!("vouliez-vous écrire « {near} » ?"),
            Self::Unknown { near: None, .. } => {
                "donner un nom, un UAI, l'identifiant d'un référent ou une référence".to_owned()
            }
            Self::Ledger(error) => UserError::todo(error),
        }
    }
}

/// The events of a name, oldest first.
///
/// # Errors
/// There are none, or the ledger cannot be read.
pub fn events_of(ledger: Option<&Ledger>, name: &str) -> Result<Vec<Event>, EventsError> {
    let ledger = ledger.ok_or(EventsError::NoLedger)?;
    let events = ledger.events_of(name)?;
    if events.is_empty() {
        let names = ledger.names()?;
        let near = did_you_mean(name, names.iter().map(String::as_str)).map(str::to_owned);
        return Err(EventsError::Unknown { name: name.to_owned(), near });
    }
    Ok(events)
}
