//! What goes wrong while documents are made or messages deposited, as values.

use crate::diagnostic::LocatedProblem;
use crate::ledger::LedgerError;
use crate::project::output_folders::FileWriteError;

/// A document or message that could not be made, with the letters it concerns.
#[derive(Clone, Debug)]
pub struct DocumentFailure {
    /// Why it failed.
    pub problem: LocatedProblem,
    /// References of letters, or names of messages; at least one.
    pub names: Vec<String>,
}

/// Why a pass stopped before its end. What was done until then stays.
#[derive(Debug, thiserror::Error)]
pub enum StopCause {
    /// A file cannot be written or brought back.
    #[error(transparent)]
    File(#[from] FileWriteError),
    /// The ledger cannot be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The system starts no thread.
    #[error("aucun fil d'exécution ne peut être démarré")]
    NoThread,
}

impl StopCause {
    /// Whether an original that the ledger keeps is missing or changed: only a backup helps.
    pub fn is_lost_original(&self) -> bool {
        matches!(
            self,
            Self::File(FileWriteError::OriginalLost { .. }) | Self::Ledger(LedgerError::Corrupt(_))
        )
    }
}
