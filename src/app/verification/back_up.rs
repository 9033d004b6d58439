//! `ledger backup`: a copy of the ledger, even while another command writes in it.

use crate::app::error::{ErrorKind, UserError};
use crate::ledger::{Ledger, LedgerError};
use std::path::{Path, PathBuf};

/// Why no copy is made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A copy replaces nothing.
    #[error("{} existe déjà", printable_text::of_path(.0))]
    Exists(PathBuf),
    /// It cannot be written.
    #[error("{} ne peut pas être écrit : {error}", printable_text::of_path(.path))]
    Write {
        /// The copy.
        path: PathBuf,
        /// Why.
        error: LedgerError,
    },
}

impl UserError for BackupError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Exists(_) => ErrorKind::Usage,
            Self::Write { .. } => ErrorKind::Environment,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Exists(_) => "donner un nom nouveau, par exemple avec la date",
            Self::Write { .. } => "choisir un dossier où vous pouvez écrire",
        }
        .to_owned()
    }
}

/// Copies the ledger into a new file.
pub fn back_up(ledger: &Ledger, file: &Path) -> Result<(), BackupError> {
    if file.exists() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    ledger.backup(file).map_err(|error| BackupError::Write { path: file.to_owned(), error })
}
