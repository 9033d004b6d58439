//! What became of one file that came back: a value that a front end shows.

use crate::app::returns::letter_fields::{LetterField, is_agreed_on};
use crate::archive::check::Check;
use crate::archive::identify::IdentifiedBy;
use crate::archive::intake::item::Item;
use crate::archive::store::path_of;
use crate::archive::verdict::judge_letter::LetterVerdict;
use crate::archive::verdict::return_verdict::ReturnVerdict;
use crate::plan::history::{ReturnState, SentRevision};
use crate::plan::letter_state::LetterState;
use pdf_signature::Signature;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A page of a file that shows a page of a letter. In JSON an array of its three numbers, as the ledger
/// has always kept it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u32, u32, u16)", into = "(u32, u32, u16)")]
pub struct ReturnedPage {
    /// Number of the file's page, from 1.
    pub page: u32,
    /// Number of the letter's page, from 1.
    pub letter_page: u32,
    /// How far clockwise it is rotated: 0, 90, 180 or 270 degrees.
    pub turn: u16,
}

impl From<(u32, u32, u16)> for ReturnedPage {
    fn from((page, letter_page, turn): (u32, u32, u16)) -> Self {
        Self { page, letter_page, turn }
    }
}

impl From<ReturnedPage> for (u32, u32, u16) {
    fn from(page: ReturnedPage) -> Self {
        (page.page, page.letter_page, page.turn)
    }
}

/// A letter in a file.
#[derive(Clone, Debug)]
pub struct ReturnedLetter {
    /// The revision that was recognised.
    pub revision: SentRevision,
    /// Pages of the file that show it.
    pub pages: Vec<u32>,
    /// The same, each with the page of the letter.
    pub sheets: Vec<ReturnedPage>,
    /// The text fields of its form; none for a scan.
    pub fields: Vec<LetterField>,
    /// The verdict on it.
    pub judged: LetterVerdict,
    /// Where the letter stands once all files are filed; nothing before.
    pub state: Option<LetterState>,
}

/// What became of a file.
#[derive(Clone, Debug)]
pub struct ReturnedFile {
    /// Where it was found, for a person.
    pub label: String,
    /// The verdict on it.
    pub verdict: ReturnVerdict,
    /// How its letters were recognised.
    pub method: Option<IdentifiedBy>,
    /// The letters recognised in the file.
    pub letters: Vec<ReturnedLetter>,
    /// Its signatures, without those that the letter had when it was sent.
    pub signatures: Vec<Signature>,
    /// Checks of the file as a whole.
    pub checks: Vec<Check>,
    /// Its path in the archive, relative to the project.
    pub stored: Option<String>,
    /// References of letters that its name or its mail suggests to a person.
    pub hints: BTreeSet<String>,
}

impl ReturnedFile {
    /// A file with a verdict and nothing else yet.
    pub fn new(item: &Item, verdict: ReturnVerdict) -> Self {
        Self {
            label: item.label.clone(),
            verdict,
            method: None,
            letters: Vec::new(),
            signatures: Vec::new(),
            checks: Vec::new(),
            stored: None,
            hints: BTreeSet::new(),
        }
    }

    /// A file that could not be read; `why` is French.
    pub fn unreadable(item: &Item, why: impl Into<String>) -> Self {
        let checks = vec![Check::new("readable", false, why)];
        Self { checks, ..Self::new(item, ReturnVerdict::Unreadable) }
    }

    /// A file that is in the archive already; `object` is its SHA-256, `why` says in French since when.
    pub fn duplicate(item: &Item, object: &str, why: &str) -> Self {
        Self {
            checks: vec![Check::new("duplicate", true, why)],
            stored: Some(path_of(object, item.kind)),
            ..Self::new(item, ReturnVerdict::Duplicate)
        }
    }

    /// Whether something was agreed on in the form of a letter that waits for no one.
    pub fn is_to_confirm(&self) -> bool {
        let fields = self.letters.iter().flat_map(|letter| &letter.fields);
        !self.is_to_review() && fields.into_iter().any(is_agreed_on)
    }

    /// Whether the file, or a letter in it, waits for review.
    pub fn is_to_review(&self) -> bool {
        let has_letter =
            self.letters.iter().any(|letter| letter.judged.state == ReturnState::ToReview);
        self.verdict.needs_a_person() || has_letter
    }

    /// Whether a person has to do something about the file.
    pub fn needs_a_person(&self) -> bool {
        let is_unsent = |letter: &ReturnedLetter| {
            letter.judged.checks.iter().any(|check| check.check == "sent" && !check.ok)
        };
        self.is_to_review() || self.letters.iter().any(is_unsent)
    }
}

/// The file in the JSON document of `archive add`.
impl Serialize for ReturnedFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut checks: Vec<Value> = self.checks.iter().map(|check| json!(check)).collect();
        for letter in &self.letters {
            checks.extend(letter.judged.checks.iter().map(|check| {
                let mut body = json!(check);
                body["reference"] = letter.revision.reference.clone().into();
                body
            }));
        }
        let document = json!({
            "path": self.label, "verdict": self.verdict, "letters": self.letters,
            "method": self.method.map(|method| method.as_str()), "hints": self.hints,
            "signatures": self.signatures.iter().map(signature_json).collect::<Vec<_>>(),
            "checks": checks, "stored": self.stored,
        });
        document.serialize(serializer)
    }
}

impl Serialize for ReturnedLetter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = json!({
            "reference": self.revision.reference, "revision": self.revision.number,
            "pages": self.pages, "state": self.state, "return": self.judged.state,
            "verdict": self.judged.verdict, "hint": self.judged.hint,
            "fields": self.fields,
        });
        document.serialize(serializer)
    }
}

fn signature_json(signature: &Signature) -> Value {
    let time = signature.proven_time.or(signature.claimed);
    json!({
        "signer": signature.signer, "time": time.map(|time| time.to_string()),
        "stamped": signature.proven_time.is_some(),
        "stamp_unproven": signature.unproven_time.map(|time| time.to_string()),
        "integrity": signature.integrity, "trust": signature.trust,
        "authority": signature.authority, "fingerprint": signature.fingerprint,
        "boxes": signature.places.iter().map(|place| &place.label).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_kept_as_three_numbers() {
        let page = ReturnedPage { page: 3, letter_page: 1, turn: 180 };
        let text = serde_json::to_string(&page).unwrap();
        assert_eq!(text, "[3,1,180]");
        assert_eq!(serde_json::from_str::<ReturnedPage>(&text).unwrap(), page);
    }
}
