//! What differs between two revisions of a letter, or between one and what the records give today.

use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::letters::letter_document;
use crate::app::letters::letter_lookup::{LetterError, LetterLookup};
use crate::letter::issue::Issue;
use crate::letter::reference::Reference;
use crate::plan::history::{CampaignHistory, StoredRevision};
use crate::plan::{Orders, difference};
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::fmt;

/// Which revisions are compared, as a person asked.
#[derive(Clone, Copy, Debug)]
pub struct DiffRequest {
    /// The number of the older one; the one before `to` without it.
    pub from: Option<u32>,
    /// The number of the newer one; the latest, or what the records give today, without it.
    pub to: Option<u32>,
    /// The day it is.
    pub today: Date,
}

/// Differences between two revisions of a letter.
#[derive(Clone, Debug, Serialize)]
pub struct RevisionDiff {
    /// Reference of the letter.
    pub reference: Reference,
    /// The older revision.
    pub from: DiffSide,
    /// The newer revision, or what the records give today.
    pub to: DiffSide,
    /// Fields of the content.
    pub fields: Vec<ChangedField>,
    /// Paragraphs whose text differs.
    pub words: Vec<ChangedParagraph>,
}

/// One side of a comparison. Display is what a person reads, and the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffSide {
    /// A revision, by its number.
    Revision(u32),
    /// What the records give today.
    Today,
}

impl fmt::Display for DiffSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Revision(number) => write!(f, "r{number}"),
            Self::Today => f.write_str("données d'aujourd'hui"),
        }
    }
}

impl Serialize for DiffSide {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangedField {
    /// Its path in the JSON.
    pub field: String,
    /// Old value; JSON null if there was none.
    pub before: Value,
    /// New value; JSON null if there is none.
    pub after: Value,
}

/// A paragraph that differs; one side is empty for one that comes or goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedParagraph {
    /// Old text; empty if the paragraph is new.
    pub before: String,
    /// New text; empty if the paragraph is gone.
    pub after: String,
}

/// One side with what it says.
struct Said {
    side: DiffSide,
    content: Value,
    blocks: Vec<String>,
}

impl Said {
    fn of(stored: StoredRevision) -> Self {
        let side = DiffSide::Revision(stored.issue.revision);
        Self { side, content: stored.content, blocks: stored.blocks }
    }
}

/// Compares two revisions of a letter.
///
/// # Errors
/// There is no such letter or revision, or it cannot be made today.
pub fn diff_revisions(
    letter: &LetterLookup,
    request: &DiffRequest,
) -> Result<RevisionDiff, LetterError> {
    let DiffRequest { from, to, today } = *request;
    let Some(latest) = letter.revisions.last().map(|revision| revision.number) else {
        let resolved = letter.resolved(today);
        return Err(match resolved.as_ref().and_then(|resolved| letter.letter(resolved)) {
            Some(_) => LetterError::NoRevision(letter.reference.clone()),
            None => letter.unknown(resolved.as_ref()),
        });
    };
    // One revision alone is compared with what the records give today.
    let is_with_today = to.is_none()
        && from.is_none_or(|from| from == latest)
        && (latest == 1 || from == Some(latest));
    let (old, new) = if is_with_today {
        let old = stored(letter, from)?;
        let new = of_today(letter, &old.issue, today)?;
        (Said::of(old), new)
    } else {
        let to = to.unwrap_or(latest);
        let from = from.unwrap_or(to.saturating_sub(1).max(1));
        (Said::of(stored(letter, Some(from))?), Said::of(stored(letter, Some(to))?))
    };
    let fields = difference::leaves(&old.content, &new.content).into_iter();
    let fields = fields.filter(|leaf| {
        !difference::is_derived(&leaf.path) && !leaf.path.starts_with("supersedes.boxes")
    });
    Ok(RevisionDiff {
        reference: letter.reference.clone(),
        from: old.side,
        to: new.side,
        fields: fields
            .map(|leaf| ChangedField { field: leaf.path, before: leaf.before, after: leaf.after })
            .collect(),
        words: paragraphs(&old.blocks, &new.blocks),
    })
}

fn stored(letter: &LetterLookup, number: Option<u32>) -> Result<StoredRevision, LetterError> {
    let revision = letter.revision(number)?;
    letter.stored(revision.ok_or_else(|| LetterError::NoRevision(letter.reference.clone()))?)
}

/// What the records give today for a revision.
fn of_today(letter: &LetterLookup, issue: &Issue, today: Date) -> Result<Said, LetterError> {
    let resolved = letter.resolved(today);
    let found = resolved.as_ref().and_then(|resolved| Some((resolved, letter.letter(resolved)?)));
    let (resolved, called) = found.ok_or(LetterError::NotCalledFor)?;
    let (history, orders) = (CampaignHistory::default(), Orders::default());
    let evaluator =
        LetterEvaluator::new(resolved, &history, letter.ledger.as_ref(), &orders, today);
    let document = evaluator.document(called, issue).map_err(|found| letter.problems(found))?;
    let blocks = letter_document::blocks(&resolved.engine, &document.json);
    Ok(Said {
        side: DiffSide::Today,
        blocks: blocks.map_err(|found| letter.problems(found))?,
        content: serde_json::from_str(&document.json).unwrap_or(Value::Null),
    })
}

/// The paragraphs that differ, in their order.
fn paragraphs(before: &[String], after: &[String]) -> Vec<ChangedParagraph> {
    let mut found = Vec::new();
    let at = |list: &[String], index: usize| list.get(index).cloned().unwrap_or_default();
    for operation in capture_diff_slices(Algorithm::Patience, before, after) {
        let (old_index, old_len, new_index, new_len) = match operation {
            DiffOp::Equal { .. } => continue,
            DiffOp::Delete { old_index, old_len, new_index } => (old_index, old_len, new_index, 0),
            DiffOp::Insert { old_index, new_index, new_len } => (old_index, 0, new_index, new_len),
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                (old_index, old_len, new_index, new_len)
            }
        };
        for step in 0..old_len.max(new_len) {
            found.push(ChangedParagraph {
                before: if step < old_len { at(before, old_index + step) } else { String::new() },
                after: if step < new_len { at(after, new_index + step) } else { String::new() },
            });
        }
    }
    found
}
