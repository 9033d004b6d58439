//! The questions about documents that a decision asks, each only when the answer matters.

use crate::letter::issue::Issue;
use crate::plan::history::{Hash, ObjectHash, RenderInputs, StoredRevision};
use crate::records::people::Head;
use crate::rules::snapshot::RuleView;
use serde_json::Value;
use std::collections::BTreeMap;

/// Answers questions about one letter. A decision asks as little as possible: a content takes a
/// millisecond, a rendered document some hundreds.
pub trait DecisionPort {
    /// A letter that was rendered.
    type Rendered: AsRef<RenderedHashes>;
    /// Why a question has no answer.
    type Error;

    /// What the records and rules of today make the letter say.
    fn content(&self, issue: &Issue, head: &PrintedHead) -> Result<LetterText, Self::Error>;

    /// That content as a document.
    fn rendered(&self, issue: &Issue, head: &PrintedHead) -> Result<Self::Rendered, Self::Error>;

    /// All that the ledger keeps of a revision, by its number there.
    fn stored(&self, revision: i64) -> Result<StoredRevision, Self::Error>;

    /// `file:line` of each field of the content of a revision as it is today, by its path in the JSON.
    fn origins(&self, issue: &Issue) -> BTreeMap<String, String>;

    /// The rules of that content.
    fn rules(&self, issue: &Issue) -> Vec<RuleView>;

    /// `file:line` of what the record of the school says.
    fn place(&self, field: SchoolField) -> String;

    /// The head of a school from the content of a revision (`establishment.head`): none when the post
    /// was vacant. Nothing when the JSON is not a head as records have it.
    fn read_head(&self, head: &Value) -> Option<Option<Head>>;
}

/// A field of a school's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchoolField {
    /// Its head.
    Head,
    /// Its address.
    Email,
}

/// Which head of the school a letter is addressed to.
#[derive(Clone, Debug)]
pub enum PrintedHead {
    /// The one that the record names today.
    OfToday,
    /// The one that it named when the letter was sent; none when the post was vacant.
    WhenSent(Box<Option<Head>>),
}

impl PrintedHead {
    /// Whether it is the head that the record names today.
    pub fn is_of_today(&self) -> bool {
        matches!(self, Self::OfToday)
    }
}

/// The content of a letter as the template reads it, without its QR codes.
#[derive(Clone, Debug)]
pub struct LetterText {
    /// The content as JSON.
    pub json: String,
    /// SHA-256 of `json`, in lower-case hexadecimal digits.
    pub hash: Hash,
}

/// What is compared of a rendered letter.
#[derive(Clone, Debug)]
pub struct RenderedHashes {
    /// Of its content's JSON.
    pub content: Hash,
    /// SHA-256 of the PDF.
    pub pdf: ObjectHash,
    /// SHA-256 of that PDF with its form fields; none where it has no form. It is not compared.
    pub form: Option<ObjectHash>,
    /// Of its text, however its lines are broken.
    pub text: Hash,
    /// What was read to render it.
    pub inputs: RenderInputs,
    /// SHA-256 of `inputs` as JSON.
    pub inputs_hash: Hash,
}

impl RenderedHashes {
    /// SHA-256 of the PDF that is sent, as long as the authority does not sign it first.
    pub fn issued(&self) -> &ObjectHash {
        self.form.as_ref().unwrap_or(&self.pdf)
    }
}

impl AsRef<Self> for RenderedHashes {
    fn as_ref(&self) -> &Self {
        self
    }
}
