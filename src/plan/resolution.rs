//! Which messages a person's word may resolve, by their state. Pure: the rules of `resolve`.

use super::history::{MessageEntry, MessageState};

/// What a person says became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It left.
    HandedOver,
    /// It did not leave.
    NotSent,
}

/// How a message is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// By a letter that it carries.
    Letter,
    /// By its Message-ID.
    MessageId,
}

/// Whether a person's word may still resolve a message.
pub fn is_open(message: &MessageEntry, resolution: Resolution) -> bool {
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

/// Whether a name means a message in this state. `came_back`: a return of its letters is archived.
pub fn is_meant(
    state: MessageState,
    named_by: NamedBy,
    resolution: Resolution,
    came_back: bool,
) -> bool {
    let by_id = named_by == NamedBy::MessageId;
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
}
