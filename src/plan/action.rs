//! What is to be done with each letter, as a value that a person reads.

use super::materiality::Materiality;
use super::reasons::Reason;
use crate::records::word_lists::Act;
use serde::Serialize;

/// What is done with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Made for the first time.
    Create,
    /// Made again under the same revision: nothing was handed over yet.
    Update,
    /// A new revision of what was handed over.
    Reissue,
    /// The same revision goes once more: the head or the address is another.
    Readdress,
    /// The mission ends: a new revision says so.
    End,
    /// Left as it is.
    Keep,
    /// Nothing calls for it any more.
    Withdraw,
}

/// What is to be done with one letter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlannedLetter {
    /// Which letter.
    pub reference: String,
    /// Its school.
    pub uai: String,
    /// What is done.
    pub action: Action,
    /// What the new revision does to the former.
    pub act: Option<Act>,
    /// How much the change matters.
    pub materiality: Materiality,
    /// The revision that stands when it is done.
    pub revision: u32,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Whether that revision was made already and only has to go.
    #[serde(skip)]
    pub made: bool,
    /// What a person should know besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How many letters there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LetterCounts {
    /// To be made for the first time.
    pub new: usize,
    /// Their text changes.
    pub changed: usize,
    /// Only their layout changes.
    pub cosmetic: usize,
    /// As they were.
    pub unchanged: usize,
    /// Not called for any more.
    pub withdrawn: usize,
}

impl LetterCounts {
    /// Counts actions: each letter once.
    pub fn of<'p>(letters: impl IntoIterator<Item = &'p PlannedLetter>) -> Self {
        let mut counts = Self::default();
        for letter in letters {
            let slot = match (letter.action, letter.materiality) {
                (Action::Create, _) => &mut counts.new,
                (Action::Withdraw, _) => &mut counts.withdrawn,
                (Action::Readdress, _) | (_, Materiality::None) => &mut counts.unchanged,
                (_, Materiality::Cosmetic) => &mut counts.cosmetic,
                (_, Materiality::Substantive) => &mut counts.changed,
            };
            *slot += 1;
        }
        counts
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.new + self.changed + self.cosmetic + self.unchanged + self.withdrawn
    }
}
