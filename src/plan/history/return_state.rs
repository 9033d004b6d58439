//! One copy that came back of one letter, as the ledger knows it.

use super::render_inputs::Hash;
use crate::letter::content::agreed_texts::AgreedTexts;
use jiff::civil::Date;
use serde::{Serialize, Serializer};

/// Where one return of one letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReturnState {
    /// A person has to look at it.
    ToReview,
    /// Some of the signatures asked for are there.
    PartlySigned,
    /// All of them are.
    Signed,
    /// The school says no.
    Declined,
    /// It is the letter, and nobody signed it.
    NotSigned,
    /// A person could not read it.
    Illegible,
    /// Of a revision that another one replaced.
    Superseded,
}

impl ReturnState {
    /// Every variant, in the order of the declaration.
    pub const ALL: [Self; 7] = [
        Self::ToReview,
        Self::PartlySigned,
        Self::Signed,
        Self::Declined,
        Self::NotSigned,
        Self::Illegible,
        Self::Superseded,
    ];

    /// The word of the ledger and of the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ToReview => "to_review",
            Self::PartlySigned => "partly_signed",
            Self::Signed => "signed",
            Self::Declined => "declined",
            Self::NotSigned => "not_signed",
            Self::Illegible => "illegible",
            Self::Superseded => "superseded",
        }
    }

    /// The state that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether it is signed, by all or by some.
    pub fn is_signed(self) -> bool {
        matches!(self, Self::Signed | Self::PartlySigned)
    }

    /// What a person reads, of one return.
    pub fn french(self) -> &'static str {
        match self {
            Self::ToReview => "à relire",
            Self::PartlySigned => "signé en partie",
            Self::Signed => "signé",
            Self::Declined => "refusé par l'établissement",
            Self::NotSigned => "non signé",
            Self::Illegible => "illisible",
            Self::Superseded => "d'une version remplacée",
        }
    }
}

impl Serialize for ReturnState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One return of one letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnEntry {
    /// Number in the ledger.
    pub id: i64,
    /// The file; none for an original on paper.
    pub object: Option<Hash>,
    /// The revision it is of, by its number in the ledger.
    pub revision: i64,
    /// The number of that revision.
    pub number: u32,
    /// The day it was filed.
    pub day: Date,
    /// State of the return.
    pub state: ReturnState,
    /// Whether the head's own signature is in it, as far as it shows where it lies.
    pub head_signed: bool,
    /// What was agreed on in the boxes, as a person read it there.
    pub agreed: AgreedTexts,
}
