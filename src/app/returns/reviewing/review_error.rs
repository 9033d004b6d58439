//! Why the answer to a return is not taken.

use crate::app::error::{ErrorKind, UserError};
use crate::app::returns::named_letter::NamedLetterError;
use crate::app::returns::reviewing::confirmed_fields::FieldError;
use crate::ledger::LedgerError;

/// Why an answer is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// Nothing has this name.
    #[error("aucun retour ne correspond à « {0} »")]
    NothingNamed(String),
    /// Several returns have it.
    #[error("plusieurs retours répondent à ce nom")]
    SeveralNamed,
    /// A revision that does not count any more.
    #[error("ce retour est celui d'une version remplacée : il ne compte plus")]
    Superseded,
    /// Said to be signed, and it is the letter as it was sent.
    #[error("ce fichier est la lettre telle qu'elle a été envoyée : personne ne l'a signée")]
    UnsignedCopy,
    /// Said to be signed, without a comment on the proof against it.
    #[error("ce fichier n'est pas ce qui a été envoyé, ou une signature y est rompue")]
    Altered,
    /// Said to be of another letter than the one that was recognised.
    #[error("missive a reconnu une autre lettre dans ce fichier : {0}")]
    Recognised(String),
    /// It was not said which letter it is.
    #[error("missive ne sait pas de quelle lettre est ce fichier")]
    LetterMissing,
    /// A text that was typed for a field.
    #[error("{0}")]
    Field(#[from] FieldError),
    /// The letter that was named.
    #[error("{0}")]
    Letter(#[from] NamedLetterError),
    /// The ledger.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl UserError for ReviewError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NothingNamed(_) | Self::SeveralNamed | Self::LetterMissing | Self::Field(_) => {
                ErrorKind::Usage
            }
            Self::Superseded | Self::UnsignedCopy | Self::Altered | Self::Recognised(_) => {
                ErrorKind::Decision
            }
            Self::Letter(error) => error.kind(),
            Self::Ledger(error) => UserError::kind(error),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::NothingNamed(_) => {
                "donner une référence, ou le début du nom d'un fichier de data/archive"
            }
            Self::SeveralNamed => {
                "nommer le fichier par le début de son nom (missive archive review les donne), et la lettre par --letter"
            }
            Self::Superseded => {
                "attendre le retour de la version en vigueur ; missive send --remind la redemande"
            }
            Self::UnsignedCopy => {
                "redemander la lettre signée ; un original sur papier se note par missive archive declare"
            }
            Self::Altered => {
                "appeler l'établissement ; pour le tenir pour signé malgré tout, dire pourquoi avec --note"
            }
            Self::Recognised(_) => {
                "répondre sans --letter ; un fichier reconnu ne change pas de lettre"
            }
            Self::LetterMissing => "le dire par --letter RÉFÉRENCE",
            Self::Field(FieldError::Unknown { known, .. }) => {
                return format!("nommer un de ceux-ci : {}", known.join(", "));
            }
            Self::Field(FieldError::Text { .. }) => "le retaper par --field, en une ligne",
            Self::Letter(error) => return error.todo(),
            Self::Ledger(error) => return UserError::todo(error),
        }
        .to_owned()
    }
}
