//! Acts as templates see them: what a revision does to a former one, and what differs between both.
//!
//! Must not know how a difference is found: `plan::changes` does.

use super::agreed_texts::AgreedTexts;
use crate::letter::issue::{FormerAct, StandingLetter, Superseded};
use crate::records::values::SignatureRequest;
use crate::records::word_lists::{Act, Writable};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a revision does to a former one, on a letter or in the list of a cover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActView {
    /// Number of the former revision.
    pub revision: u32,
    /// Date printed on it.
    pub date: Date,
    /// What is done to it.
    pub act: Act,
    /// The reason; empty where nothing is known but the act itself.
    pub reason: String,
    /// Whether the new revision asks for signatures.
    pub signature: SignatureRequest,
    /// Its number among the amendments of its letter.
    pub number: Option<u32>,
    /// The letter that stands: the first, or the last correction.
    pub letter: StandingLetter,
    /// The acts that were added to that letter, oldest first.
    pub acts: Vec<FormerAct>,
}

impl ActView {
    /// What may be printed of an act.
    pub fn new(former: &Superseded) -> Self {
        Self {
            revision: former.revision,
            date: former.date,
            act: former.act,
            reason: former.reason.clone(),
            signature: former.signature,
            number: former.number,
            letter: former.standing(),
            acts: former.acts.clone(),
        }
    }
}

/// The same in the content of a letter, with what differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SupersedesView {
    /// What is done.
    #[serde(flatten)]
    pub act: ActView,
    /// The boxes of the letter that are filled in: what was written there stays in force.
    pub boxes: Vec<Writable>,
    /// What was agreed on there, as far as a person read it in a copy that came back.
    #[serde(skip_serializing_if = "AgreedTexts::is_empty")]
    pub agreed: AgreedTexts,
    /// What differs from the former revision; none for acts that do not say it.
    pub changes: Option<Vec<ChangeView>>,
}

/// One thing that differs between two revisions, in French.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeView {
    /// Its path in the content, or in the former one where it is gone.
    pub field: String,
    /// What it is called: "Chef d’établissement".
    pub label: String,
    /// What the letter said; none where it said nothing of it.
    pub before: Option<String>,
    /// What it says now; none where it says nothing of it any more.
    pub after: Option<String>,
}
