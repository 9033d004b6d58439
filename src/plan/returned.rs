//! What the returns of a letter mean for the letter.

use super::history::letter::LetterEntry;
use super::history::return_state::{ReturnEntry, ReturnState};
use super::letter_state::LetterState;

/// The best return of the latest revision, and what it makes of the letter.
fn best(letter: &LetterEntry) -> Option<(&ReturnEntry, LetterState)> {
    let latest = letter.latest()?.id;
    let steps = [
        (ReturnState::Signed, LetterState::Signed),
        (ReturnState::ToReview, LetterState::ToReview),
        (ReturnState::Declined, LetterState::Declined),
        (ReturnState::PartlySigned, LetterState::PartlySigned),
    ];
    steps.into_iter().find_map(|(state, of)| {
        let there = |copy: &&ReturnEntry| copy.revision == latest && copy.state == state;
        letter.returns.iter().rfind(there).map(|copy| (copy, of))
    })
}

/// The return to show for a letter: the one that counts, else the last that came.
pub fn return_to_show(letter: &LetterEntry) -> Option<&ReturnEntry> {
    let last = || letter.returns.iter().max_by_key(|copy| (copy.day, copy.id));
    best(letter).map(|(copy, _)| copy).or_else(last)
}

/// What the returns of a letter make of it, once its latest revision has left: the best of them
/// counts, and one that waits for a person before one that is incomplete.
pub fn state_from_returns(letter: &LetterEntry) -> Option<LetterState> {
    match best(letter).map(|(_, state)| state) {
        // Nothing more is expected of a letter that was waived, unless all of it came after all.
        Some(LetterState::PartlySigned) | None if letter.waived => Some(LetterState::Waived),
        found => found,
    }
}
