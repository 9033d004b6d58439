//! What becomes of a letter that was sent when another person has come to the head of its school: who signs it
//! is decided by what came back.

use super::readdress::{Recipient, is_same_person};
use crate::letter::issue::Issue;
use crate::plan::history::{CampaignHistory, LetterEntry, RevisionEntry, StoredRevision};
use crate::plan::letter_state::LetterState;
use crate::plan::materiality::Materiality;
use crate::plan::orders::Orders;
use crate::plan::returned::{
    document_state, head_has_signed, head_has_signed_document, is_owed, state_from_returns,
};
use serde_json::Value;

/// What a new head gets of a letter that names another one.
#[derive(Clone, Debug)]
pub(super) enum HeadChange<'l> {
    /// A copy of the letter as it is.
    Copy,
    /// The letter in the new head's name.
    Correction,
    /// The letter is signed, and these amendments of it are not: they are made again, as one, in the new head's
    /// name.
    Amendments(Vec<&'l Issue>),
    /// Nothing, until a person has read what came back.
    Review,
}

/// What a new head gets; none where no other person came into office since the revision left. `stored` is what the
/// ledger keeps of the revision.
pub(super) fn head_change<'l>(
    recipient: &Recipient<'_>,
    letter: &'l LetterEntry,
    stored: &StoredRevision,
) -> Option<HeadChange<'l>> {
    let former = stored.content.get("establishment")?.get("head")?;
    if is_same_person(former, &recipient.head_json()) {
        return None;
    }
    let asks_head = stored.content["signatures"]
        .as_array()
        .is_none_or(|boxes| boxes.iter().any(|signer| signer == "head"));
    // A letter with a blank for the name is hers to sign.
    if former == &Value::Null || !asks_head {
        return Some(HeadChange::Copy);
    }
    Some(match state_from_returns(letter) {
        Some(LetterState::Signed | LetterState::Waived) => of_amendments(letter),
        Some(LetterState::ToReview) => HeadChange::Review,
        Some(LetterState::PartlySigned) if head_has_signed(letter) => of_amendments(letter),
        _ => HeadChange::Correction,
    })
}

/// What is due of the amendments to a letter that the former head has signed.
fn of_amendments(letter: &LetterEntry) -> HeadChange<'_> {
    let acts = letter.acts();
    let is_sent = |act: &&RevisionEntry| letter.handed_over().any(|sent| sent.id == act.id);
    let is_to_review =
        |act: &&RevisionEntry| document_state(letter, act) == Some(LetterState::ToReview);
    if acts.iter().copied().filter(is_sent).any(|act| is_to_review(&act)) {
        return HeadChange::Review;
    }
    let is_unsigned =
        |act: &&RevisionEntry| is_owed(letter, act) && !head_has_signed_document(letter, act);
    let unsigned: Vec<&Issue> =
        acts.into_iter().filter(is_sent).filter(is_unsigned).map(|act| &act.issue).collect();
    match unsigned.is_empty() {
        true => HeadChange::Copy,
        false => HeadChange::Amendments(unsigned),
    }
}

/// The same, where a person has ordered it, now or when the change was judged.
pub(super) fn ordered<'l>(orders: &Orders, judged: Option<Materiality>) -> Option<HeadChange<'l>> {
    let materiality = orders.judged.as_ref().map(|judged| judged.materiality).or(judged)?;
    Some(match materiality {
        Materiality::Substantive => HeadChange::Correction,
        Materiality::None | Materiality::Cosmetic => HeadChange::Copy,
    })
}

/// Whether the head of today may have come into office after a revision left.
pub(super) fn may_be_new(
    recipient: &Recipient<'_>,
    history: &CampaignHistory,
    revision: &RevisionEntry,
) -> bool {
    recipient.came_after(history.first_left_on(revision.id))
}
