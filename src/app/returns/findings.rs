//! What the ledger keeps of a file beside its letters, in `received.findings`.
//!
//! The keys are those of all ledgers since the first returns were taken in: they never change.

use crate::app::returns::letter_fields::LetterField;
use crate::app::returns::returned_file::{ReturnedFile, ReturnedPage};
use crate::archive::check::Check;
use crate::archive::stored_signature::StoredSignature;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReturnFindings {
    /// Its signatures, as they are kept. Only used to print the whole document.
    pub signatures: Vec<Value>,
    /// Checks of the file as a whole.
    pub checks: Vec<Check>,
    /// References of letters that its name or its mail suggests.
    pub hints: BTreeSet<String>,
    /// The letters recognised in the file.
    pub letters: Vec<LetterFindings>,
}

/// What was found of a letter in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LetterFindings {
    /// Reference of the letter.
    pub reference: String,
    /// Number of its revision.
    pub revision: u32,
    /// Pages of the file that show it.
    pub pages: Vec<u32>,
    /// The same, each with the page of the letter.
    pub sheets: Vec<ReturnedPage>,
    /// The verdict, as a word of the ledger.
    pub verdict: String,
    /// Checks of the letter.
    pub checks: Vec<Check>,
    /// The boxes that are signed for certain, as labels; none where it was filed before they were kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_boxes: Option<BTreeSet<String>>,
    /// The text fields of its form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<LetterField>,
}

impl ReturnFindings {
    /// What is kept of a file.
    pub fn of(file: &ReturnedFile) -> Self {
        Self {
            signatures: file
                .signatures
                .iter()
                .map(|signature| json!(StoredSignature::of(signature)))
                .collect(),
            checks: file.checks.clone(),
            hints: file.hints.clone(),
            letters: file
                .letters
                .iter()
                .map(|letter| LetterFindings {
                    reference: letter.revision.reference.clone(),
                    revision: letter.revision.number,
                    pages: letter.pages.clone(),
                    sheets: letter.sheets.clone(),
                    verdict: letter.judged.verdict.as_str().to_owned(),
                    checks: letter.judged.checks.clone(),
                    signed_boxes: Some(letter.judged.signed_boxes.clone()),
                    fields: letter.fields.clone(),
                })
                .collect(),
        }
    }

    /// Reads what the ledger keeps; empty for a mail that brought files, of which other things are kept.
    pub fn read(stored: &Value) -> Self {
        Self::deserialize(stored).unwrap_or_default()
    }

    /// The findings of a letter in the file. It may be there several times, by several revisions.
    pub fn of_letter(&self, reference: &str) -> impl Iterator<Item = &LetterFindings> {
        self.letters.iter().filter(move |letter| letter.reference == reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_kept_by_the_names_they_always_had() {
        let findings = ReturnFindings {
            signatures: Vec::new(),
            checks: vec![Check::new("blank", true, "page 2 blanche")],
            hints: ["2026-0160101Y-4S54".to_owned()].into(),
            letters: vec![LetterFindings {
                reference: "2026-0160101Y-4S54".to_owned(),
                revision: 1,
                pages: vec![1],
                sheets: vec![ReturnedPage { page: 1, letter_page: 2, turn: 90 }],
                verdict: "scanned".to_owned(),
                checks: Vec::new(),
                signed_boxes: None,
                fields: Vec::new(),
            }],
        };
        let kept = json!({
            "signatures": [],
            "checks": [{ "check": "blank", "ok": true, "detail": "page 2 blanche" }],
            "hints": ["2026-0160101Y-4S54"],
            "letters": [{
                "reference": "2026-0160101Y-4S54", "revision": 1, "pages": [1],
                "sheets": [[1, 2, 90]], "verdict": "scanned", "checks": [],
            }],
        });
        assert_eq!(json!(findings), kept);
        assert_eq!(ReturnFindings::read(&kept), findings);
    }

    #[test]
    fn findings_of_a_mail_that_brought_files_are_empty() {
        let mail = json!({ "from": "a@b", "date": "x", "subject": "y" });
        assert_eq!(ReturnFindings::read(&mail), ReturnFindings::default());
        let old = json!({ "checks": [], "signatures": [{ "signer": "x" }] });
        assert_eq!(ReturnFindings::read(&old).signatures.len(), 1);
    }
}
