//! Which messages a name means to a person who says what became of them, and whether that may still
//! be said.

use crate::plan::history::{MessageEntry, MessageState};

/// What a person says became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It was sent.
    HandedOver,
    /// It was not.
    NotSent,
}

/// A message that a name fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedMessage {
    /// Number in the ledger.
    pub id: i64,
    /// What became of it, as far as anybody knows.
    pub state: MessageState,
    /// Whether a signed copy of one of its letters came back: then it was sent.
    pub has_return: bool,
}

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// These messages, by their numbers in the ledger. Some may be in a state that nothing changes.
    Messages(Vec<i64>),
    /// Several that may be resolved: a Message-ID has to tell which.
    Several,
    /// None that may be resolved.
    Nothing,
}

/// Whether what became of a message may still be said.
pub fn may_resolve(message: &MessageEntry, resolution: Resolution) -> bool {
    match message.state {
        MessageState::Deposited
        | MessageState::Ambiguous
        | MessageState::Deferred
        | MessageState::Refused => true,
        // Somebody said that it had not been sent, and knows better now.
        MessageState::Ready => resolution == Resolution::HandedOver && message.bytes.is_some(),
        // A deposit that was replaced may have been sent before it was.
        MessageState::Replaced => resolution == Resolution::HandedOver,
        MessageState::Blocked | MessageState::HandedOver | MessageState::Bounced => false,
    }
}

/// Which of the messages that a name fits are meant. `found` are in the order they were made.
pub fn meaning(name: &str, resolution: Resolution, found: &[NamedMessage]) -> Meaning {
    let by_id = name.contains('@');
    let handed_over = resolution == Resolution::HandedOver;
    let may_be_meant = |message: &&NamedMessage| match message.state {
        // What came back was sent, even if another deposit took its place since.
        MessageState::Replaced => by_id || (handed_over && message.has_return),
        MessageState::Blocked => false,
        // It is proven that it was not sent: only its own name can make somebody believe otherwise.
        MessageState::Refused | MessageState::Deferred => by_id || !handed_over,
        MessageState::Ready => handed_over,
        MessageState::HandedOver | MessageState::Bounced => by_id,
        MessageState::Deposited | MessageState::Ambiguous => true,
    };
    let mut meant: Vec<&NamedMessage> = found.iter().filter(may_be_meant).collect();
    if by_id {
        // The same bytes deposited twice have one Message-ID: the last deposit stands for both.
        meant.drain(..meant.len().saturating_sub(1));
    } else if handed_over && meant.len() > 1 {
        let proven: Vec<&NamedMessage> =
            meant.iter().copied().filter(|message| message.has_return).collect();
        if proven.len() == 1 {
            meant = proven;
        }
    }
    if meant.len() > 1 {
        return Meaning::Several;
    }
    if meant.is_empty() {
        meant = found.iter().filter(|message| message.state.has_left()).collect();
    }
    match meant.is_empty() {
        true => Meaning::Nothing,
        false => Meaning::Messages(meant.into_iter().map(|message| message.id).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a name means when it fits one message: by letter or by Message-ID, for each resolution.
    #[test]
    fn every_state_by_every_name() {
        let table = "
            blocked      letter -        -         id -        -
            ready        letter handed   -         id handed   -
            deposited    letter handed   not-sent  id handed   not-sent
            deferred     letter -        not-sent  id handed   not-sent
            refused      letter -        not-sent  id handed   not-sent
            ambiguous    letter handed   not-sent  id handed   not-sent
            handed_over  letter settled  settled   id settled  settled
            bounced      letter settled  settled   id settled  settled
            replaced     letter -        -         id handed   not-sent";
        for line in table.trim().lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let state = MessageState::from_word(words[0]).unwrap();
            for (name, expected) in [("2026-0860001J-MART", &words[2..4]), ("<1@a>", &words[5..7])]
            {
                let found = [NamedMessage { id: 7, state, has_return: false }];
                for (resolution, expected) in
                    [Resolution::HandedOver, Resolution::NotSent].into_iter().zip(expected)
                {
                    let meaning = meaning(name, resolution, &found);
                    let is_meant = meaning == Meaning::Messages(vec![7]);
                    assert_eq!(is_meant, *expected != "-", "{line}: {name} {resolution:?}");
                    let is_settled = is_meant && state.has_left();
                    assert_eq!(is_settled, *expected == "settled", "{line}: {name} {resolution:?}");
                }
            }
        }
    }

    fn message(id: i64, state: MessageState, has_return: bool) -> NamedMessage {
        NamedMessage { id, state, has_return }
    }

    #[test]
    fn of_two_deposits_the_one_that_came_back_was_sent() {
        let name = "2026-0860001J-MART";
        let found =
            [message(1, MessageState::Replaced, true), message(2, MessageState::Deposited, false)];
        assert_eq!(meaning(name, Resolution::HandedOver, &found), Meaning::Messages(vec![1]));
        assert_eq!(meaning(name, Resolution::NotSent, &found), Meaning::Messages(vec![2]));
        let both = found.map(|message| NamedMessage { has_return: true, ..message });
        assert_eq!(meaning(name, Resolution::HandedOver, &both), Meaning::Several);
    }

    #[test]
    fn a_message_id_means_the_last_deposit() {
        let found =
            [message(1, MessageState::Replaced, false), message(2, MessageState::Deposited, false)];
        let meant = meaning("<1@academie.example>", Resolution::HandedOver, &found);
        assert_eq!(meant, Meaning::Messages(vec![2]));
    }

    #[test]
    fn what_is_sent_already_is_named_when_nothing_else_is() {
        let sent = [message(1, MessageState::HandedOver, false)];
        let name = "2026-0860001J-MART";
        assert_eq!(meaning(name, Resolution::NotSent, &sent), Meaning::Messages(vec![1]));
        let and_ready = [sent[0], message(2, MessageState::Ready, false)];
        assert_eq!(meaning(name, Resolution::HandedOver, &and_ready), Meaning::Messages(vec![2]));
        assert_eq!(meaning(name, Resolution::NotSent, &[]), Meaning::Nothing);
    }
}
