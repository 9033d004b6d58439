//! The letters that wait for the signature of the authority.

use crate::ledger::{Ledger, LedgerError};
use crate::plan::history::{CampaignHistory, ObjectHash, RevisionEntry};
use serde::{Serialize, Serializer};
use serde_json::json;
use std::collections::BTreeSet;

/// A letter that waits for the signature of the authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsignedLetter {
    /// Reference of the letter.
    pub reference: String,
    /// Its revision, as a row of the ledger.
    pub row: i64,
    /// The number of the revision.
    pub number: u32,
    /// The SHA-256 of its PDF, with its form fields, which is in the ledger's store.
    pub unsigned: ObjectHash,
    /// The UAI of its school.
    pub uai: String,
}

impl UnsignedLetter {
    /// The name of its file in an export.
    pub fn file(&self) -> String {
        format!("{}.r{}.pdf", self.reference, self.number)
    }
}

/// The letter's line in the manifest of an export.
impl Serialize for UnsignedLetter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = json!({
            "file": self.file(), "reference": self.reference, "revision": self.number,
            "uai": self.uai, "sha256": self.unsigned,
        });
        document.serialize(serializer)
    }
}

/// The letters of a campaign that were made and have not left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LettersToSign {
    /// Those that are not signed yet.
    pub unsigned: Vec<UnsignedLetter>,
    /// How many are signed.
    pub signed: usize,
}

/// The letters of a campaign that were made and have not left.
pub fn letters_to_sign(past: &CampaignHistory) -> LettersToSign {
    let unsigned = |(reference, uai, draft): (&String, &String, &RevisionEntry)| UnsignedLetter {
        reference: reference.clone(),
        row: draft.id,
        number: draft.issue.revision,
        unsigned: draft.unsigned().clone(),
        uai: uai.clone(),
    };
    let drafts = past.letters.iter().filter(|(_, letter)| !letter.withdrawn);
    let drafts =
        drafts.filter_map(|(name, letter)| Some((name, &letter.uai, letter.draft.as_ref()?)));
    let (ready, signed): (Vec<_>, Vec<_>) =
        drafts.partition(|(.., draft)| !draft.is_countersigned());
    LettersToSign { unsigned: ready.into_iter().map(unsigned).collect(), signed: signed.len() }
}

/// The revisions of all campaigns that have not left, as rows of the ledger.
pub fn drafts(ledger: &Ledger) -> Result<BTreeSet<i64>, LedgerError> {
    let revisions = ledger.sent_revisions()?.into_iter();
    let campaigns: BTreeSet<String> = revisions.map(|revision| revision.campaign).collect();
    let mut rows = BTreeSet::new();
    for campaign in &campaigns {
        let history = ledger.history(campaign)?;
        let letters = history.letters.values().filter(|letter| !letter.withdrawn);
        rows.extend(letters.filter_map(|letter| Some(letter.draft.as_ref()?.id)));
    }
    Ok(rows)
}
