//! The returns that a person looks at, in the order in which that is best done.

use crate::app::returns::filing::file_returns::CARRIER;
use crate::app::returns::findings::ReturnFindings;
use crate::app::returns::letter_fields::{LetterField, is_agreed_on};
use crate::app::returns::returned_file::ReturnedPage;
use crate::app::returns::reviewing::review_error::ReviewError;
use crate::archive::check::Check;
use crate::archive::file_kind::FileKind;
use crate::archive::store::path_of;
use crate::ledger::read::returns::{Received, Returned};
use crate::ledger::{Ledger, LedgerError};
use crate::plan::history::ReturnState;
use serde::{Serialize, Serializer};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};

/// A return that waits for a person.
#[derive(Clone, Debug)]
pub struct ReturnToReview {
    /// The return; none for a file of an unknown letter.
    pub returned: Option<Returned>,
    /// The returned file, as the ledger keeps it.
    pub file: Received,
}

impl ReturnToReview {
    /// The path of the file in the archive, relative to the project.
    pub fn stored(&self) -> String {
        path_of(&self.file.object, FileKind::from_word(&self.file.kind))
    }

    /// What a person should know, in French, one sentence each.
    pub fn remarks(&self) -> Vec<String> {
        let findings = ReturnFindings::read(&self.file.findings);
        let mut checks = findings.checks.clone();
        if let Some(returned) = &self.returned {
            checks.extend(
                findings.of_letter(&returned.reference).flat_map(|letter| letter.checks.clone()),
            );
        }
        checks.retain(|check| !check.ok || ["ink", "hint", "form"].contains(&check.check.as_str()));
        let mut remarks: Vec<String> = Vec::new();
        for Check { detail, .. } in checks {
            if !remarks.contains(&detail) {
                remarks.push(detail);
            }
        }
        remarks
    }

    /// The text fields of its form.
    pub fn fields(&self) -> Vec<LetterField> {
        let Some(returned) = &self.returned else { return Vec::new() };
        let findings = ReturnFindings::read(&self.file.findings);
        let letters = findings.of_letter(&returned.reference);
        letters.flat_map(|letter| letter.fields.clone()).collect()
    }

    /// The pages of the file that show the letter; empty if that is not known.
    pub fn sheets(&self) -> Vec<ReturnedPage> {
        let Some(returned) = &self.returned else { return Vec::new() };
        let findings = ReturnFindings::read(&self.file.findings);
        let letters = findings.of_letter(&returned.reference);
        letters.flat_map(|letter| letter.sheets.iter().copied()).collect()
    }
}

/// A return that waits, as JSON documents show it.
impl Serialize for ReturnToReview {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let returned = self.returned.as_ref();
        let document = json!({
            "reference": returned.map(|returned| &returned.reference),
            "pages": returned.map(|returned| &returned.pages),
            "hint": returned.map(|returned| returned.hint),
            "path": self.file.label, "verdict": self.file.verdict, "stored": self.stored(),
            "object": self.file.object, "remarks": self.remarks(),
            "hints": ReturnFindings::read(&self.file.findings).hints,
        });
        document.serialize(serializer)
    }
}

/// Which returns are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewChoice<'a> {
    /// Those that wait for a person.
    Waiting,
    /// Those that a word names.
    Named(&'a str),
    /// Those that are signed, and in whose form something was agreed on that nobody has confirmed.
    Filled,
}

/// The returns that are looked at.
pub fn chosen(
    ledger: &Ledger,
    choice: ReviewChoice<'_>,
) -> Result<Vec<ReturnToReview>, ReviewError> {
    match choice {
        ReviewChoice::Waiting => Ok(queue(ledger)?),
        ReviewChoice::Filled => Ok(filled(ledger)?),
        ReviewChoice::Named(word) => match named(ledger, word)? {
            found if found.is_empty() => Err(ReviewError::NothingNamed(word.to_owned())),
            found => Ok(found),
        },
    }
}

/// Signed returns in whose form something was agreed on that nobody has confirmed, in the order they were filed.
pub fn filled(ledger: &Ledger) -> Result<Vec<ReturnToReview>, LedgerError> {
    let files: HashMap<String, Received> =
        ledger.all_received()?.into_iter().map(|file| (file.object.clone(), file)).collect();
    let signed = ledger.all_returned()?.into_iter();
    let signed = signed.filter(|one| one.state.is_signed() && one.review.is_none());
    let found = signed.filter_map(|returned| {
        let file = files.get(returned.object.as_deref()?)?.clone();
        let found = ReturnToReview { returned: Some(returned), file };
        found.fields().iter().any(is_agreed_on).then_some(found)
    });
    Ok(found.collect())
}

/// What waits: returns of known letters, those with most ink in their boxes first, then files of unknown
/// letters.
pub fn queue(ledger: &Ledger) -> Result<Vec<ReturnToReview>, LedgerError> {
    let files: Vec<Received> = ledger.all_received()?;
    let by_object: HashMap<&str, &Received> =
        files.iter().map(|file| (file.object.as_str(), file)).collect();
    let all = ledger.all_returned()?;
    let filed: BTreeSet<&str> =
        all.iter().filter_map(|returned| returned.object.as_deref()).collect();
    let mut queue: Vec<ReturnToReview> = all
        .iter()
        .filter(|returned| returned.state == ReturnState::ToReview)
        .filter_map(|returned| {
            let file = *by_object.get(returned.object.as_deref()?)?;
            Some(ReturnToReview { returned: Some(returned.clone()), file: file.clone() })
        })
        .collect();
    queue.sort_by_key(|waiting| {
        let hint = waiting.returned.as_ref().map_or(0, |returned| returned.hint);
        (waiting.file.verdict == "altered", u32::MAX - hint)
    });
    let unknown = files
        .iter()
        .filter(|file| file.verdict != CARRIER && !filed.contains(file.object.as_str()));
    queue.extend(unknown.map(|file| ReturnToReview { returned: None, file: file.clone() }));
    Ok(queue)
}

/// The returns that a word names: a letter, the start of a file's name in the archive, or the name of the
/// file as it came. Those that wait come first; if none waits, one that was answered may be answered again.
fn named(ledger: &Ledger, word: &str) -> Result<Vec<ReturnToReview>, LedgerError> {
    let references: BTreeSet<String> = ledger.letters_named(word)?.into_iter().collect();
    let start = word.to_ascii_lowercase();
    let is_hash = start.len() >= 6 && start.bytes().all(|byte| byte.is_ascii_hexdigit());
    let last = |label: &str| label.rsplit(['/', '›']).next().unwrap_or_default().trim().to_owned();
    let is_named = |waiting: &ReturnToReview| {
        let (letter, file) = (waiting.returned.as_ref(), &waiting.file);
        letter.is_some_and(|returned| references.contains(&returned.reference))
            || (is_hash && file.object.starts_with(&start))
            || file.label == word
            || last(&file.label) == word
    };
    let waiting: Vec<ReturnToReview> = queue(ledger)?.into_iter().filter(is_named).collect();
    if !waiting.is_empty() {
        return Ok(waiting);
    }
    let files: HashMap<String, Received> =
        ledger.all_received()?.into_iter().map(|file| (file.object.clone(), file)).collect();
    let answered = ledger.all_returned()?.into_iter().filter_map(|returned| {
        let file = files.get(returned.object.as_deref()?)?.clone();
        Some(ReturnToReview { returned: Some(returned), file })
    });
    let mut found: Vec<ReturnToReview> = answered.filter(is_named).collect();
    // A letter's reference means the return that was filed last, unless the file was named.
    if !references.is_empty() {
        found = found.pop().into_iter().collect();
    }
    Ok(found)
}
