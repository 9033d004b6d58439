//! Every state of a message against every return of one of its letters.

use super::{settlement, settlements};
use crate::letter::content::agreed_texts::AgreedTexts;
use crate::letter::issue::Issue;
use crate::plan::history::examples;
use crate::plan::history::{
    CampaignHistory, LetterEntry, MessageEntry, MessageLetter, MessageState, ReturnEntry,
    ReturnState, RevisionEntry,
};
use jiff::civil::{Date, date};

const DAY: Date = date(2026, 11, 16);

fn revision(id: i64) -> RevisionEntry {
    examples::revision(id, Issue::first(DAY, None))
}

fn message(state: MessageState, letters: usize) -> MessageEntry {
    let letter = |at: usize| MessageLetter {
        reference: format!("letter {at}"),
        revision: i64::try_from(at).unwrap(),
        readdressed: false,
    };
    MessageEntry { letters: (0..letters).map(letter).collect(), ..examples::message(1, state, DAY) }
}

/// A message of some letters; a return of the first came.
fn history(state: MessageState, letters: usize, returned: ReturnState) -> CampaignHistory {
    let mut history = CampaignHistory::default();
    history.messages.insert(1, message(state, letters));
    for at in 0..letters {
        let id = i64::try_from(at).unwrap();
        let mut letter = LetterEntry::default();
        match state.has_left() {
            true => letter.issued = Some(revision(id)),
            false => letter.draft = Some(revision(id)),
        }
        if at == 0 {
            let copy = ReturnEntry {
                id: 7,
                object: None,
                revision: id,
                number: 1,
                day: DAY,
                state: returned,
                head_signed: false,
                agreed: AgreedTexts::default(),
            };
            letter.returns.push(copy);
        }
        history.letters.insert(format!("letter {at}"), letter);
    }
    history
}

#[test]
fn a_proven_return_settles_every_message_that_has_not_left() {
    use MessageState::{Ambiguous, Bounced, Deposited, HandedOver, Replaced};
    for state in MessageState::ALL {
        for returned in ReturnState::ALL {
            for letters in [1, 2] {
                let history = history(state, letters, returned);
                let found = settlements(&history);
                let proves = matches!(
                    returned,
                    ReturnState::Signed | ReturnState::PartlySigned | ReturnState::Declined
                );
                let is_open = !matches!(state, HandedOver | Bounced | Replaced);
                assert_eq!(found.len(), usize::from(proves && is_open), "{state:?} {returned:?}");
                let Some(found) = found.first() else { continue };
                assert_eq!(found.proven.len(), 1);
                assert_eq!(found.others.len(), letters - 1);
                let may_have_left = matches!(state, Deposited | Ambiguous);
                assert_eq!(found.needs_a_person(), may_have_left && letters > 1, "{state:?}");
            }
        }
    }
}

#[test]
fn a_letter_that_goes_once_more_is_not_proven_by_a_return_of_the_first_time() {
    let mut history = history(MessageState::Ready, 1, ReturnState::Signed);
    let letter = history.letters.get_mut("letter 0").unwrap();
    letter.issued = letter.draft.take();
    assert!(settlement(&history, &history.messages[&1]).is_none());
}
