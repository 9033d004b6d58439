//! What waits for a person's eye, in the order it is best looked at, and what that person says.

use crate::app::returns::take_in::CARRIER;
use crate::archive::file_kind::FileKind;
use crate::archive::store::path_of;
use crate::ledger::read::returns::{Received, Returned};
use crate::ledger::{Ledger, LedgerError};
use crate::plan::history::ReturnState;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// Something to look at.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The return; none for a file that nobody knows the letter of.
    pub own: Option<Returned>,
    /// The file.
    pub file: Received,
}

impl Waiting {
    /// Where the file is, relative to the project.
    pub fn stored(&self) -> String {
        path_of(&self.file.object, FileKind::from_word(&self.file.kind))
    }

    /// What was found that a person should know, one sentence each.
    pub fn remarks(&self) -> Vec<String> {
        let wrong = |checks: &Value| -> Vec<String> {
            let all = checks.as_array().into_iter().flatten();
            let told = all.filter(|own| {
                own["ok"] == false || own["check"] == "ink" || own["check"] == "hint"
            });
            told.filter_map(|own| own["detail"].as_str().map(str::to_owned)).collect()
        };
        let mut found = wrong(&self.file.findings["checks"]);
        let letters = self.file.findings["letters"].as_array().into_iter().flatten();
        for letter in letters {
            if self.own.as_ref().is_some_and(|own| letter["reference"] == own.reference.as_str()) {
                found.extend(wrong(&letter["checks"]));
            }
        }
        let mut seen = BTreeSet::new();
        found.retain(|line| seen.insert(line.clone()));
        found
    }
}

/// What waits: returns of known letters, those with most ink in their boxes first, then files of
/// unknown ones.
pub fn queue(ledger: &Ledger) -> Result<Vec<Waiting>, LedgerError> {
    let files: Vec<Received> = ledger.all_received()?;
    let by_name: HashMap<&str, &Received> =
        files.iter().map(|file| (file.object.as_str(), file)).collect();
    let returned = ledger.all_returned()?;
    let filed: BTreeSet<&str> = returned.iter().filter_map(|own| own.object.as_deref()).collect();
    let mut found: Vec<Waiting> = returned
        .iter()
        .filter(|own| own.state == ReturnState::ToReview)
        .filter_map(|own| {
            let file = by_name.get(own.object.as_deref()?)?;
            Some(Waiting { own: Some(own.clone()), file: (*file).clone() })
        })
        .collect();
    let rank = |own: &Waiting| {
        let hint = own.own.as_ref().map_or(0, |own| own.hint);
        (own.file.verdict == "altered", u32::MAX - hint)
    };
    found.sort_by_key(rank);
    let unknown = files
        .iter()
        .filter(|file| file.verdict != CARRIER && !filed.contains(file.object.as_str()));
    found.extend(unknown.map(|file| Waiting { own: None, file: file.clone() }));
    Ok(found)
}

/// What a word names: a letter, or the start of a file's name in the archive. What waits comes
/// first; what was answered before may be answered again.
pub fn named(ledger: &Ledger, word: &str) -> Result<Vec<Waiting>, LedgerError> {
    let references: BTreeSet<String> = ledger.letters_named(word)?.into_iter().collect();
    let start = word.to_ascii_lowercase();
    let is_start = start.len() >= 6 && start.bytes().all(|byte| byte.is_ascii_hexdigit());
    let own = |object: &str| is_start && object.starts_with(&start);
    let last = |label: &str| label.rsplit(['/', '›']).next().unwrap_or_default().trim().to_owned();
    let matches = |waiting: &Waiting| {
        let letter = waiting.own.as_ref().is_some_and(|own| references.contains(&own.reference));
        let label = &waiting.file.label;
        letter || own(&waiting.file.object) || label == word || last(label) == word
    };
    let waiting: Vec<Waiting> = queue(ledger)?.into_iter().filter(matches).collect();
    if !waiting.is_empty() {
        return Ok(waiting);
    }
    let files: HashMap<String, Received> =
        ledger.all_received()?.into_iter().map(|file| (file.object.clone(), file)).collect();
    let answered = ledger.all_returned()?.into_iter().filter_map(|own| {
        let file = files.get(own.object.as_deref()?)?.clone();
        Some(Waiting { own: Some(own), file })
    });
    // The last one filed is meant, unless the file was named.
    let mut found: Vec<Waiting> = answered.filter(matches).collect();
    if !references.is_empty() {
        found = found.pop().into_iter().collect();
    }
    Ok(found)
}

/// What a person said, as the ledger keeps it.
pub fn said(by: &str, priorities: Option<&str>, note: Option<&str>) -> Value {
    json!({ "by": by, "priorities": priorities, "note": note })
}

/// Writes down what a person said of a return.
pub fn answer(
    ledger: &Ledger,
    own: &Returned,
    state: ReturnState,
    said: &Value,
) -> Result<(), LedgerError> {
    ledger.write(|change| change.review(own, state, said))
}

/// Files under a letter what missive did not recognise, with what a person said of it.
pub fn assign(
    ledger: &Ledger,
    file: &Received,
    (reference, revision): (&str, i64),
    state: ReturnState,
    said: &Value,
) -> Result<(), LedgerError> {
    let new = Returned {
        id: 0,
        object: Some(file.object.clone()),
        reference: reference.to_owned(),
        revision,
        pages: Vec::new(),
        verdict: file.verdict.clone(),
        hint: 0,
        day: String::new(),
        state: ReturnState::ToReview,
        review: None,
    };
    ledger.write(|change| {
        let id = change.returned(&new)?;
        change.review(&Returned { id, ..new.clone() }, state, said)
    })
}
