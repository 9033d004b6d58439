//! One letter and its revisions, as the ledger knows them.

use super::object_hash::ObjectHash;
use super::render_inputs::Hash;
use super::return_state::ReturnEntry;
use crate::letter::issue::Issue;
use crate::plan::materiality::Materiality;

/// A letter with its revisions and returns.
#[derive(Clone, Debug, Default)]
pub struct LetterEntry {
    /// UAI of the school.
    pub uai: String,
    /// Identifier of the referent.
    pub referent: Option<String>,
    /// Whether nothing calls for it any more.
    pub withdrawn: bool,
    /// Its last revision handed over.
    pub issued: Option<RevisionEntry>,
    /// The revision made after that, not handed over yet.
    pub draft: Option<RevisionEntry>,
    /// Whether a person said that no signed copy is expected any more.
    pub waived: bool,
    /// What came back of any of its revisions.
    pub returns: Vec<ReturnEntry>,
}

impl LetterEntry {
    /// The latest revision: the draft, else the one that was issued.
    pub fn latest(&self) -> Option<&RevisionEntry> {
        self.draft.as_ref().or(self.issued.as_ref())
    }
}

/// A revision of a letter.
#[derive(Clone, Debug)]
pub struct RevisionEntry {
    /// Number in the ledger.
    pub id: i64,
    /// Number, dates and act of the revision.
    pub issue: Issue,
    /// Hash of its content's JSON.
    pub content: Hash,
    /// Hash of what was read to render it.
    pub inputs: Hash,
    /// Hash of the PDF as rendered.
    pub rendered: ObjectHash,
    /// Hash of the PDF as sent.
    pub issued: ObjectHash,
    /// Hash of its text.
    pub text: Hash,
    /// A later content or template that was compared with it, and how much it mattered.
    pub judged: Option<JudgedChange>,
}

/// A change that was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedChange {
    /// Hash of the content that was compared.
    pub content: Hash,
    /// Hash of what was read to render it.
    pub inputs: Hash,
    /// How much it matters.
    pub materiality: Materiality,
    /// Whether a person said so.
    pub declared: bool,
}
