//! Which letter a word names, and which revision of it a person has in hand.

use crate::app::error::{ErrorKind, UserError};
use crate::archive::identify::Catalogue;
use crate::diagnostic::did_you_mean;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::history::SentRevision;
use std::collections::BTreeSet;

/// Why a word names no one letter.
#[derive(Debug, thiserror::Error)]
pub enum NamedLetterError {
    /// No letter has this name.
    #[error("aucune lettre ne s'appelle « {word} »")]
    Unknown {
        /// The word.
        word: String,
        /// A name that is close to it.
        near: Option<String>,
    },
    /// Several letters have it.
    #[error("« {word} » désigne plusieurs lettres")]
    Several {
        /// The word.
        word: String,
        /// Their references.
        references: Vec<String>,
    },
    /// A word of `--only` names no letter.
    #[error("--only ne désigne aucune lettre : « {0} »")]
    NothingSelected(String),
    /// As far as the ledger knows, no revision of this letter has left.
    #[error("missive ne sait pas que cette lettre est partie : {0}")]
    NeverSent(String),
    /// The ledger.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl UserError for NamedLetterError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Unknown { .. } | Self::Several { .. } | Self::NothingSelected(_) => {
                ErrorKind::Usage
            }
            Self::NeverSent(_) => ErrorKind::Decision,
            Self::Ledger(error) => UserError::kind(error),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Unknown { near: Some(near), .. } => format!("vouliez-vous écrire « {near} » ?"),
            Self::Unknown { near: None, .. } => {
                "donner la référence imprimée sur la lettre, ou le nom de l'établissement ou de la personne".to_owned()
            }
            Self::Several { references, .. } => {
                format!("nommer l'une d'elles : {}", references.join(", "))
            }
            Self::NothingSelected(_) => {
                "donner un nom, une ville, un UAI, l'identifiant d'un référent ou une référence".to_owned()
            }
            Self::NeverSent(reference) => format!(
                "le dire d'abord, avec ce qui le montre : missive resolve {reference} --handed-over --why \"…\""
            ),
            Self::Ledger(error) => UserError::todo(error),
        }
    }
}

/// The reference of the one letter that a word names.
pub fn named_letter(ledger: &Ledger, word: &str) -> Result<String, NamedLetterError> {
    let mut references = ledger.letters_named(word)?;
    match references.len() {
        0 => {
            let names = ledger.names()?;
            let near = did_you_mean(word, names.iter().map(String::as_str)).map(str::to_owned);
            Err(NamedLetterError::Unknown { word: word.to_owned(), near })
        }
        1 => Ok(references.remove(0)),
        _ => Err(NamedLetterError::Several { word: word.to_owned(), references }),
    }
}

/// The references of the letters that words name; none without words, which means all letters.
pub fn selected_letters(
    ledger: &Ledger,
    words: &[String],
) -> Result<Option<BTreeSet<String>>, NamedLetterError> {
    if words.is_empty() {
        return Ok(None);
    }
    let mut found = BTreeSet::new();
    for word in words {
        let references = ledger.letters_named(word)?;
        if references.is_empty() {
            return Err(NamedLetterError::NothingSelected(word.clone()));
        }
        found.extend(references);
    }
    Ok(Some(found))
}

/// The revision of a letter that a paper or an answer is about: the last one that left and asks for
/// signatures.
pub fn last_sent(ledger: &Ledger, reference: &str) -> Result<SentRevision, NamedLetterError> {
    let all = ledger.sent_revisions()?.into_iter();
    all.filter(|revision| revision.reference == reference && revision.has_left())
        .max_by_key(|revision| (revision.issue.asks_signature(), revision.number))
        .ok_or_else(|| NamedLetterError::NeverSent(reference.to_owned()))
}

/// The catalogue of all revisions that may come back.
pub fn catalogue(ledger: &Ledger) -> Result<Catalogue, LedgerError> {
    Ok(Catalogue::new(ledger.sent_revisions()?, |object| ledger.store.size(object)))
}
