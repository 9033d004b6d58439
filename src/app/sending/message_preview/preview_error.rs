//! Why messages cannot be shown.

use crate::app::error::{ErrorKind, UserError};
use crate::app::selection::ChoiceError;
use crate::ledger::LedgerError;
use crate::project::output_folders::FileWriteError;

/// Why messages cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// A word names nothing.
    #[error(transparent)]
    Unknown(#[from] ChoiceError),
    /// A message cannot be made.
    #[error("le message de {name} ne peut pas être composé : {why}")]
    Message {
        /// Name of the message.
        name: String,
        /// Why.
        why: String,
    },
    /// The project has no template for reminders.
    #[error("templates/reminder.typ manque : aucun rappel ne peut être montré")]
    NoReminderTemplate,
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The page cannot be written.
    #[error(transparent)]
    Write(#[from] FileWriteError),
}

impl UserError for PreviewError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Unknown(error) => error.kind(),
            Self::Message { .. } | Self::NoReminderTemplate => ErrorKind::InvalidProject,
            Self::Ledger(error) => error.kind(),
            Self::Write(_) => ErrorKind::Environment,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Unknown(error) => error.todo(),
            Self::Message { .. } => {
                "corriger la fiche ou le gabarit ; « missive check » dit où".to_owned()
            }
            Self::NoReminderTemplate => {
                "le reprendre de l'exemple : « missive init » en écrit un dans un dossier neuf"
                    .to_owned()
            }
            Self::Ledger(error) => UserError::todo(error),
            Self::Write(_) => "vérifier la place et les droits du dossier out/".to_owned(),
        }
    }
}
