//! Which messages a name means to a person who says what became of them, and whether that may still be
//! said. Pure: the rules of `resolve`.

use super::history::{MessageEntry, MessageState};

/// What a person says became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It left.
    HandedOver,
    /// It did not leave.
    NotSent,
    /// It left, and came back in error.
    Bounced,
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
    /// Whether it asks a school to designate a referent, and carries no letter.
    pub is_request: bool,
    /// Whether it went to a referent: a name of a letter means the school's message first.
    pub to_referent: bool,
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

/// How a message is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NamedBy {
    /// By a letter that it carries.
    Letter,
    /// By its Message-ID.
    MessageId,
}

/// Whether a person's word may still resolve a message.
pub fn is_open(message: &MessageEntry, resolution: Resolution) -> bool {
    if resolution == Resolution::Bounced {
        return message.state == MessageState::HandedOver;
    }
    match message.state {
        MessageState::Deposited
        | MessageState::Ambiguous
        | MessageState::Deferred
        | MessageState::Refused => true,
        // Somebody said that it had not left, and knows better now.
        MessageState::Ready => resolution == Resolution::HandedOver && message.bytes.is_some(),
        // A deposit may have been sent before it was replaced.
        MessageState::Replaced => resolution == Resolution::HandedOver,
        MessageState::Blocked | MessageState::HandedOver | MessageState::Bounced => false,
    }
}

/// Which of the messages that a name fits are meant. `found` are in the order they were made.
pub fn meaning(name: &str, resolution: Resolution, found: &[NamedMessage]) -> Meaning {
    let named_by = if name.contains('@') { NamedBy::MessageId } else { NamedBy::Letter };
    let mut meant: Vec<&NamedMessage> = found
        .iter()
        .filter(|message| is_meant(message.state, named_by, resolution, message.has_return))
        .collect();
    match named_by {
        // The same bytes deposited twice have one Message-ID: the last deposit stands for both.
        NamedBy::MessageId => drop(meant.drain(..meant.len().saturating_sub(1))),
        NamedBy::Letter if resolution == Resolution::HandedOver && meant.len() > 1 => {
            let proven: Vec<&NamedMessage> =
                meant.iter().copied().filter(|message| message.has_return).collect();
            if proven.len() == 1 {
                meant = proven;
            }
        }
        // The copy that was sent last is the one that came back now; a request is no copy of a letter.
        NamedBy::Letter if resolution == Resolution::Bounced => {
            if meant.iter().any(|message| !message.to_referent) {
                meant.retain(|message| !message.to_referent);
            }
            let is_one_kind = meant.windows(2).all(|two| two[0].is_request == two[1].is_request);
            if is_one_kind {
                drop(meant.drain(..meant.len().saturating_sub(1)));
            }
        }
        NamedBy::Letter => {}
    }
    if meant.len() > 1 {
        return Meaning::Several;
    }
    if meant.is_empty() {
        // Nothing may be resolved; what was sent is named, so that this can be said.
        meant = found.iter().filter(|message| message.state.has_left()).collect();
    }
    match meant.is_empty() {
        true => Meaning::Nothing,
        false => Meaning::Messages(meant.into_iter().map(|message| message.id).collect()),
    }
}

/// Whether a name means a message in this state. `came_back`: a return of its letters is archived.
fn is_meant(
    state: MessageState,
    named_by: NamedBy,
    resolution: Resolution,
    came_back: bool,
) -> bool {
    let by_id = named_by == NamedBy::MessageId;
    if resolution == Resolution::Bounced {
        return state == MessageState::HandedOver;
    }
    match state {
        // What came back was sent, even if another deposit has taken its place since.
        MessageState::Replaced => by_id || (resolution == Resolution::HandedOver && came_back),
        MessageState::Blocked => false,
        // Proven not to have left: only its own name makes that doubtful.
        MessageState::Refused | MessageState::Deferred => {
            by_id || resolution == Resolution::NotSent
        }
        MessageState::Ready => resolution == Resolution::HandedOver,
        MessageState::Deposited
        | MessageState::Ambiguous
        | MessageState::HandedOver
        | MessageState::Bounced => by_id || !state.has_left(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MessageState::{
        Ambiguous, Blocked, Bounced, Deferred, Deposited, HandedOver, Ready, Refused, Replaced,
    };

    /// By letter: handed over, handed over and came back, not sent; by Message-ID: handed over, not sent.
    #[test]
    fn every_state_is_meant_by_the_names_that_can_mean_it() {
        let rows = [
            (Blocked, [false, false, false], [false, false]),
            (Ready, [true, true, false], [true, false]),
            (Deposited, [true, true, true], [true, true]),
            (Deferred, [false, false, true], [true, true]),
            (Refused, [false, false, true], [true, true]),
            (Ambiguous, [true, true, true], [true, true]),
            (HandedOver, [false, false, false], [true, true]),
            (Bounced, [false, false, false], [true, true]),
            (Replaced, [false, true, false], [true, true]),
        ];
        assert_eq!(rows.map(|(state, ..)| state), MessageState::ALL);
        for (state, by_letter, by_id) in rows {
            let letter = |resolution, back| is_meant(state, NamedBy::Letter, resolution, back);
            let id = |resolution| is_meant(state, NamedBy::MessageId, resolution, false);
            let (left, not) = (Resolution::HandedOver, Resolution::NotSent);
            let found = [letter(left, false), letter(left, true), letter(not, false)];
            assert_eq!(found, by_letter, "{state:?} by letter");
            assert_eq!([id(left), id(not)], by_id, "{state:?} by Message-ID");
        }
    }

    #[test]
    fn only_what_was_handed_over_comes_back_in_error_and_the_last_copy_of_it() {
        for state in MessageState::ALL {
            for named_by in [NamedBy::Letter, NamedBy::MessageId] {
                let is_meant = is_meant(state, named_by, Resolution::Bounced, false);
                assert_eq!(is_meant, state == HandedOver, "{state:?}");
            }
        }
        let found = [message(1, HandedOver, false), message(2, HandedOver, true)];
        let name = "2026-0860001J-MART";
        assert_eq!(meaning(name, Resolution::Bounced, &found), Meaning::Messages(vec![2]));
        // Letters and a request went to the school: which of them came back is asked.
        let request = NamedMessage { is_request: true, ..message(3, HandedOver, false) };
        let both = [found[0], found[1], request];
        assert_eq!(meaning(name, Resolution::Bounced, &both), Meaning::Several);
        let unsent = [message(1, Deposited, false), request];
        assert_eq!(meaning(name, Resolution::Bounced, &unsent), Meaning::Messages(vec![3]));
        // The school's message is meant, but where it is the referent's that is named.
        let to_referent = NamedMessage { to_referent: true, ..message(3, HandedOver, true) };
        let all = [found[0], found[1], to_referent];
        assert_eq!(meaning(name, Resolution::Bounced, &all), Meaning::Messages(vec![2]));
        assert_eq!(
            meaning("3@academie.example", Resolution::Bounced, &[to_referent]),
            Meaning::Messages(vec![3])
        );
    }

    fn message(id: i64, state: MessageState, has_return: bool) -> NamedMessage {
        NamedMessage { id, state, has_return, is_request: false, to_referent: false }
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
