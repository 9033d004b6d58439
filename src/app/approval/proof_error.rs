//! Why nothing is proofread, approved or sent: each reason with its sentence and what to do.

use crate::app::error::{ErrorKind, UserError};
use crate::app::exports::target::{ExportWriteError, FileTargetError};
use crate::app::sending::refusal::OutOfDate;
use crate::app::wording::{count, few};
use crate::diagnostic::Problem;
use crate::ledger::LedgerError;

/// How messages are approved, for a person who has to.
pub const HOW_TO_APPROVE: &str = "relire : missive proof epreuves.pdf, puis approuver : missive approve --by \"Nom\", et relancer";

/// Nothing goes: nobody approved the messages as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rien n'est parti : {} une approbation ([letters] approval = \"required\")", count(*.messages, "message attend", "messages attendent"))]
pub struct Unapproved {
    /// How many messages.
    pub messages: usize,
}

impl UserError for Unapproved {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Decision
    }

    fn todo(&self) -> String {
        HOW_TO_APPROVE.to_owned()
    }
}

/// Why letters cannot be proofread or approved.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// Nothing was made yet.
    #[error("rien n'a encore été produit : il n'y a rien à relire")]
    NothingGenerated,
    /// Some letters are not as the records are now.
    #[error("rien n'est écrit : {0}")]
    OutOfDate(Box<OutOfDate>),
    /// No message is left to send.
    #[error("rien à relire : aucun message n'est à envoyer")]
    NothingToRead,
    /// A letter is missing in the store, or is no PDF.
    #[error("{0} ne peut pas être relue : {1}")]
    Unreadable(String, String),
    /// The pages of the list cannot be made.
    #[error("la liste des épreuves ne peut pas être faite : {}", .0.message)]
    List(Box<Problem>),
    /// The file cannot be written there.
    #[error(transparent)]
    Target(#[from] FileTargetError),
    /// The file system refuses.
    #[error(transparent)]
    Write(#[from] ExportWriteError),
    /// Nothing was written to be proofread.
    #[error("rien n'est approuvé : aucune épreuve n'a encore été écrite")]
    NoProof,
    /// Messages changed, or came, after the proof that was read.
    #[error("rien n'est approuvé : {} pas dans l'épreuve, ou ont changé depuis : {}", count(.0.len(), "message n'était", "messages n'étaient"), few(.0))]
    ChangedSince(Vec<String>),
    /// The ledger.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl UserError for ProofError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NothingGenerated
            | Self::OutOfDate(_)
            | Self::NothingToRead
            | Self::NoProof
            | Self::ChangedSince(_) => ErrorKind::Decision,
            Self::Unreadable(..) => ErrorKind::Environment,
            Self::List(_) => ErrorKind::Bug,
            Self::Target(error) => error.kind(),
            Self::Write(error) => error.kind(),
            Self::Ledger(error) => UserError::kind(error),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::NothingGenerated => "produire d'abord les lettres : missive generate".to_owned(),
            Self::OutOfDate(_) => {
                "voir pourquoi avec « missive plan », puis missive generate, et relancer".to_owned()
            }
            Self::NothingToRead => "voir où en est la campagne : missive status".to_owned(),
            Self::Unreadable(..) => {
                "lancer « missive ledger verify », et remettre une sauvegarde de data/ledger/objects"
                    .to_owned()
            }
            Self::List(_) => "signaler ce message".to_owned(),
            Self::Target(error) => error.todo(),
            Self::Write(error) => error.todo(),
            Self::NoProof => {
                "écrire l'épreuve et la relire : missive proof epreuves.pdf".to_owned()
            }
            Self::ChangedSince(_) => {
                "écrire une épreuve de ce qui a changé et la relire : missive proof epreuves.pdf"
                    .to_owned()
            }
            Self::Ledger(error) => UserError::todo(error),
        }
    }
}
