//! What a person says of a return that missive cannot see: an original on paper, or a letter of which no
//! return is awaited any more.

use crate::app::error::{ErrorKind, UserError};
use crate::app::returns::named_letter::{NamedLetterError, last_sent, named_letter};
use crate::ledger::read::returns::Returned;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::history::{ReturnState, SentRevision};
use serde_json::Value;

/// Writes down an original on paper of the letter that a word names; `statement` is what the person said of
/// it. Gives the revision it is of. Said again, it replaces what was said before: there is one original.
pub fn declare_paper(
    ledger: &Ledger,
    word: &str,
    state: ReturnState,
    statement: &Value,
) -> Result<SentRevision, NamedLetterError> {
    let revision = last_sent(ledger, &named_letter(ledger, word)?)?;
    let paper = Returned {
        id: 0,
        object: None,
        reference: revision.reference.clone(),
        revision: revision.id,
        pages: Vec::new(),
        verdict: "paper".to_owned(),
        hint: 0,
        day: String::new(),
        state: ReturnState::ToReview,
        review: None,
    };
    let is_same = |other: &Returned| {
        other.object.is_none()
            && other.reference == paper.reference
            && other.revision == paper.revision
    };
    let before = ledger.all_returned()?.into_iter().rev().find(is_same);
    ledger.write(|change| match &before {
        Some(before) => change.review(before, state, statement),
        None => {
            let id = change.returned(&paper)?;
            change.review(&Returned { id, ..paper.clone() }, state, statement)
        }
    })?;
    Ok(revision)
}

/// Why a letter cannot be released from its return, or not be awaited again.
#[derive(Debug, thiserror::Error)]
pub enum WaiveError {
    /// Its return is awaited already.
    #[error("{0} n'a pas été dispensée de retour")]
    NotWaived(String),
    /// The word names no letter that left.
    #[error("{0}")]
    Letter(#[from] NamedLetterError),
    /// The ledger.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl UserError for WaiveError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotWaived(_) => ErrorKind::Decision,
            Self::Letter(error) => error.kind(),
            Self::Ledger(error) => UserError::kind(error),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::NotWaived(_) => "voir où elle en est : missive archive list".to_owned(),
            Self::Letter(error) => error.todo(),
            Self::Ledger(error) => UserError::todo(error),
        }
    }
}

/// Writes down that no return of the letter that a word names is awaited any more, and why; without a
/// reason, that it is awaited again. Gives the reference of the letter.
pub fn waive(ledger: &Ledger, word: &str, why: Option<&str>) -> Result<String, WaiveError> {
    let reference = named_letter(ledger, word)?;
    let before = ledger.waived(&reference)?;
    match (why, before) {
        (None, None) => return Err(WaiveError::NotWaived(reference)),
        (Some(_), _) => drop(last_sent(ledger, &reference)?),
        (None, Some(_)) => {}
    }
    ledger.write(|change| change.waive(&reference, why))?;
    Ok(reference)
}
