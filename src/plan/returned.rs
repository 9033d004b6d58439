//! What came back of a letter, and what that makes of the letter.

use super::account::LetterState;
use super::past::{Hash, LetterPast};
use jiff::civil::Date;

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
    /// All states.
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

/// One return of one letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnPast {
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
    /// Where it stands.
    pub state: ReturnState,
}

/// The best return of the latest revision, and what it makes of the letter.
fn best(letter: &LetterPast) -> Option<(&ReturnPast, LetterState)> {
    let latest = letter.latest()?.id;
    let steps = [
        (ReturnState::Signed, LetterState::Signed),
        (ReturnState::ToReview, LetterState::ToReview),
        (ReturnState::Declined, LetterState::Declined),
        (ReturnState::PartlySigned, LetterState::PartlySigned),
    ];
    steps.into_iter().find_map(|(state, of)| {
        let there = |own: &&ReturnPast| own.revision == latest && own.state == state;
        letter.returns.iter().rfind(there).map(|own| (own, of))
    })
}

/// The return that a person is told of: the one that counts, else the last that came.
pub fn telling(letter: &LetterPast) -> Option<&ReturnPast> {
    let last = || letter.returns.iter().max_by_key(|own| (own.day, own.id));
    best(letter).map(|(own, _)| own).or_else(last)
}

/// What the returns of a letter make of it, once its latest revision has left: the best of them
/// counts, and one that waits for a person before one that is incomplete.
pub fn outcome(letter: &LetterPast) -> Option<LetterState> {
    match best(letter).map(|(_, state)| state) {
        // Nothing more is expected of a letter that was waived, unless all of it came after all.
        Some(LetterState::PartlySigned) | None if letter.waived => Some(LetterState::Waived),
        found => found,
    }
}
