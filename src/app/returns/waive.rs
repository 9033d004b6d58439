//! A person releases a document of a letter from its return, or asks for it again.

use crate::app::error::{ErrorKind, UserError};
use crate::app::returns::after_return::{AfterReturn, ReturnsContext};
use crate::app::returns::named_letter::{NamedLetterError, named_letter};
use crate::ledger::LedgerError;
use crate::ledger::write::returns::DocumentRow;
use crate::letter::reference::campaign_of;
use crate::plan::history::{LetterEntry, RevisionEntry};
use crate::plan::returned::is_owed;
use serde::Serialize;

/// Why a letter cannot be released from its return, or not be awaited again.
#[derive(Debug, thiserror::Error)]
pub enum WaiveError {
    /// Its return is awaited already.
    #[error("cette lettre n'a pas été dispensée de retour : {0}")]
    NotWaived(String),
    /// No document with this number left.
    #[error(
        "missive ne sait pas que la révision {revision} de cette lettre est partie : {reference}"
    )]
    NoSuchRevision {
        /// Reference of the letter.
        reference: String,
        /// Number of the revision.
        revision: u32,
    },
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
            Self::NoSuchRevision { .. } => ErrorKind::Usage,
            Self::Letter(error) => error.kind(),
            Self::Ledger(error) => UserError::kind(error),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::NotWaived(_) => "voir où elle en est : missive archive list".to_owned(),
            Self::NoSuchRevision { reference, .. } => {
                format!("voir ce qui est parti : missive history {reference}")
            }
            Self::Letter(error) => error.todo(),
            Self::Ledger(error) => UserError::todo(error),
        }
    }
}

/// A letter that was released from its return, or not any more.
#[derive(Debug, Serialize)]
pub struct WaivedLetter {
    /// Its reference.
    pub reference: String,
    /// The numbers of the revisions that this is about.
    pub revisions: Vec<u32>,
    /// Whether no return of them is awaited any more.
    pub waived: bool,
    /// Why.
    pub why: Option<String>,
    /// Its campaign.
    #[serde(skip)]
    pub campaign: String,
    /// What followed.
    #[serde(skip)]
    pub after: AfterReturn,
}

/// What is released: a letter by a word, and one of its documents.
#[derive(Clone, Copy, Debug)]
pub struct WaiveRequest<'a> {
    /// What names the letter.
    pub letter: &'a str,
    /// The number of the revision; without it, all documents of the letter whose return is awaited.
    pub revision: Option<u32>,
    /// Why; without a reason, the return is awaited again.
    pub why: Option<&'a str>,
}

/// Writes down that no return of a letter, or of one of its documents, is awaited any more, and why; without
/// a reason, that it is awaited again.
pub fn waive(
    context: ReturnsContext<'_>,
    request: WaiveRequest<'_>,
) -> Result<WaivedLetter, WaiveError> {
    let ledger = context.ledger;
    let reference = named_letter(ledger, request.letter)?;
    let campaign = campaign_of(&reference).to_owned();
    let history = ledger.history(&campaign)?;
    let never_sent = || NamedLetterError::NeverSent(reference.clone());
    let letter = history.letters.get(&reference).ok_or_else(never_sent)?;
    if letter.handed_over().next().is_none() {
        return Err(never_sent().into());
    }
    let documents = documents(letter, request);
    let undoes_letter = request.why.is_none() && letter.waived;
    if documents.is_empty() && !undoes_letter {
        return Err(match (request.revision, request.why) {
            (Some(revision), Some(_)) => WaiveError::NoSuchRevision { reference, revision },
            _ => WaiveError::NotWaived(reference),
        });
    }
    ledger.write(|change| {
        if undoes_letter {
            change.expect_letter(&reference)?;
        }
        documents.iter().try_for_each(|document| change.waive(&reference, *document, request.why))
    })?;
    let after = context.after_return(&campaign);
    let why = request.why.map(str::to_owned);
    let revisions = documents.iter().map(|document| document.number).collect();
    Ok(WaivedLetter { reference, revisions, waived: why.is_some(), why, campaign, after })
}

/// The documents that a request is about: the one it names; else those whose return is awaited, or the letter
/// as it stands where none is; to undo, those that were released.
fn documents(letter: &LetterEntry, request: WaiveRequest<'_>) -> Vec<DocumentRow> {
    let row = |sent: &RevisionEntry| DocumentRow { id: sent.id, number: sent.issue.revision };
    let is_named = |sent: &&RevisionEntry| {
        request.revision.is_none_or(|number| number == sent.issue.revision)
            && (request.why.is_some() || sent.waived)
    };
    let named: Vec<&RevisionEntry> = letter.handed_over().filter(is_named).collect();
    if request.revision.is_some() || request.why.is_none() {
        return named.into_iter().map(row).collect();
    }
    let owed: Vec<DocumentRow> =
        named.iter().filter(|sent| is_owed(letter, sent)).map(|sent| row(sent)).collect();
    match owed.is_empty() {
        true => letter.standing().map(row).into_iter().collect(),
        false => owed,
    }
}
