//! What a run of taking in needs, and why it may end early.

use crate::app::error::{ErrorKind, UserError};
use crate::archive::identify::Catalogue;
use crate::archive::intake::item::Limits;
use crate::archive::store::Archive;
use crate::files;
use crate::ledger::{Ledger, LedgerError};
use cancel_token::CancelToken;
use jiff::Timestamp;
use pdf_signature::TrustStore;
use std::io;

/// What files are compared with, and where they are filed.
pub struct TakeInContext<'a> {
    /// The ledger, open for writing.
    pub ledger: &'a Ledger,
    /// Where files are kept.
    pub archive: &'a Archive,
    /// All revisions that a return may show.
    pub catalogue: &'a Catalogue,
    /// The authorities that the office chose, if it did.
    pub authorities: &'a TrustStore,
    /// The moment at which certificates are judged.
    pub now: Timestamp,
    /// How much is taken at most.
    pub limits: Limits,
    /// Asked when a person interrupts: files that were examined are filed, no more are taken.
    pub cancel: &'a CancelToken,
}

/// Why taking in ended before all files were filed.
#[derive(Debug, thiserror::Error)]
pub enum TakeInError {
    /// The archive cannot be written.
    #[error("data/archive ne peut pas être écrit : {}", files::reason(.0))]
    Archive(io::Error),
    /// The ledger cannot be written.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl UserError for TakeInError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Environment
    }

    fn todo(&self) -> String {
        match self {
            Self::Archive(_) => {
                "faire de la place ou vérifier vos droits, puis relancer : ce qui est archivé le reste"
                    .to_owned()
            }
            Self::Ledger(error) => UserError::todo(error),
        }
    }
}
