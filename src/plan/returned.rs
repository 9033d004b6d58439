//! What the returns of a letter mean for each of its documents: the revision that stands, and its acts.

use super::history::letter::{LetterEntry, RevisionEntry};
use super::history::return_state::{ReturnEntry, ReturnState};
use super::letter_state::LetterState;
use crate::records::values::SignatureRequest;
use crate::records::word_lists::Act;

/// The best return of a document, and what it makes of it.
fn best<'l>(
    letter: &'l LetterEntry,
    document: &RevisionEntry,
) -> Option<(&'l ReturnEntry, LetterState)> {
    let counted = counted_revisions(letter, document);
    let is_counted = |copy: &&ReturnEntry| counted.contains(&copy.revision);
    // A school that declines an amendment has not declined the letter.
    let is_own = |copy: &&ReturnEntry| copy.revision == document.id;
    let steps = [
        (ReturnState::Signed, LetterState::Signed),
        (ReturnState::ToReview, LetterState::ToReview),
        // It came after an amendment, and earlier versions took that for a replacement.
        (ReturnState::Superseded, LetterState::ToReview),
        (ReturnState::Declined, LetterState::Declined),
        (ReturnState::PartlySigned, LetterState::PartlySigned),
    ];
    steps.into_iter().find_map(|(state, of)| {
        let counts = |copy: &&ReturnEntry| {
            let is_shared = !matches!(state, ReturnState::Declined | ReturnState::Superseded);
            copy.state == state && is_counted(copy) && (is_shared || is_own(copy))
        };
        letter.returns.iter().rfind(counts).map(|copy| (copy, of))
    })
}

/// The revisions whose signed copies count for a document, by their numbers in the ledger: its own; the
/// amendments after it that print the whole letter; and, where a correction keeps signatures, those that
/// counted for what it replaced.
fn counted_revisions(letter: &LetterEntry, document: &RevisionEntry) -> Vec<i64> {
    let mut counted = vec![document.id];
    let after = letter.handed_over().skip_while(|sent| sent.id != document.id).skip(1);
    let amendments = after.take_while(|sent| !sent.issue.stands_alone());
    let whole = amendments
        .filter(|sent| sent.issue.act() == Some(Act::Amendment) && sent.issue.is_whole)
        .filter(|sent| sent.issue.asks_signature());
    counted.extend(whole.map(|sent| sent.id));
    if document.issue.signature() == SignatureRequest::Kept
        && let Some(former) = replaced_by(letter, document)
    {
        counted.extend(counted_revisions(letter, former));
    }
    counted
}

/// The revision that stood until a correction was handed over.
fn replaced_by<'l>(
    letter: &'l LetterEntry,
    correction: &RevisionEntry,
) -> Option<&'l RevisionEntry> {
    let before = letter.handed_over().take_while(|sent| sent.id != correction.id);
    before.filter(|sent| sent.issue.stands_alone()).last()
}

/// Whether no signed copy of a document is expected any more: it never asked for one, a person said so, or
/// the mission ended.
fn is_released(letter: &LetterEntry, document: &RevisionEntry) -> bool {
    let kept = || match document.issue.signature() {
        SignatureRequest::Kept => replaced_by(letter, document),
        SignatureRequest::Asked | SignatureRequest::Information => None,
    };
    letter.waived
        || document.waived
        || !document.issue.asks_signature()
        || has_ended(letter)
        || kept().is_some_and(|former| is_released(letter, former))
}

/// Whether a letter that ends the mission was handed over, and nothing has replaced it.
pub fn has_ended(letter: &LetterEntry) -> bool {
    let draft = letter.draft.as_ref().map(|draft| draft.id);
    let sent = letter.acts().into_iter().filter(|act| Some(act.id) != draft);
    sent.into_iter().any(|act| act.issue.act() == Some(Act::End))
}

/// Whether a document that left still counts, and a signed copy of it is owed.
pub fn is_owed(letter: &LetterEntry, document: &RevisionEntry) -> bool {
    let is_standing = letter.standing().is_some_and(|standing| standing.id == document.id);
    let counts = is_standing || letter.acts().iter().any(|act| act.id == document.id);
    let state = document_state(letter, document);
    counts && matches!(state, None | Some(LetterState::PartlySigned))
}

/// The documents of a letter that left and of which a signed copy is owed, oldest first.
pub fn owed_documents(letter: &LetterEntry) -> Vec<&RevisionEntry> {
    letter.handed_over().filter(|sent| is_owed(letter, sent)).collect()
}

/// The return to show for a letter: the one that counts, else the last that came.
pub fn return_to_show(letter: &LetterEntry) -> Option<&ReturnEntry> {
    let last = || letter.returns.iter().max_by_key(|copy| (copy.day, copy.id));
    let counted = letter.standing().and_then(|standing| best(letter, standing));
    counted.map(|(copy, _)| copy).or_else(last)
}

/// Whether the head has signed the standing revision of a letter, where some signatures are missing.
pub fn head_has_signed(letter: &LetterEntry) -> bool {
    letter.standing().is_some_and(|standing| head_has_signed_document(letter, standing))
}

/// The same of one of its documents.
pub fn head_has_signed_document(letter: &LetterEntry, document: &RevisionEntry) -> bool {
    let counted = counted_revisions(letter, document);
    let is_counted = |copy: &ReturnEntry| counted.contains(&copy.revision);
    letter
        .returns
        .iter()
        .any(|copy| copy.state == ReturnState::PartlySigned && copy.head_signed && is_counted(copy))
}

/// Whether the head of a school has nothing to sign in a document that goes once more: it came back signed, by
/// the head at least, or no copy of it is expected.
pub fn is_for_information(letter: &LetterEntry, document: &RevisionEntry) -> bool {
    match document_state(letter, document) {
        Some(LetterState::Signed | LetterState::Waived) => true,
        Some(LetterState::PartlySigned) => head_has_signed_document(letter, document),
        _ => false,
    }
}

/// What the returns of a letter make of it, once it has left: the best of them counts, and one that waits
/// for a person before one that is incomplete.
pub fn state_from_returns(letter: &LetterEntry) -> Option<LetterState> {
    document_state(letter, letter.standing()?)
}

/// The same of one of its documents.
pub fn document_state(letter: &LetterEntry, document: &RevisionEntry) -> Option<LetterState> {
    match best(letter, document).map(|(_, state)| state) {
        // Nothing more is expected of what was released, unless all of it came after all.
        Some(LetterState::PartlySigned) | None if is_released(letter, document) => {
            Some(LetterState::Waived)
        }
        found => found,
    }
}
