//! The state of an act: one word for where an amendment or an end that nothing replaced stands.

use super::history::letter::{LetterEntry, RevisionEntry};
use super::history::message::MessageState;
use super::letter_state::LetterState;
use super::returned::document_state;
use serde::{Serialize, Serializer};

/// Where an act stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActState {
    /// Made, and its message could not be made.
    Draft,
    /// Made, kept from being sent.
    Blocked,
    /// Made, in a message that is ready.
    Ready,
    /// In the outbox.
    Deposited,
    /// Put off by the relay.
    Deferred,
    /// Refused by the relay.
    Refused,
    /// Nobody knows whether it left.
    Ambiguous,
    /// It left and came back.
    Bounced,
    /// It left, and a signed copy is expected.
    Awaiting,
    /// A signed copy waits for a person's eye.
    ToReview,
    /// Some of the signatures asked for are there.
    PartlySigned,
    /// All of them are.
    Signed,
    /// The school said no.
    Declined,
    /// No signed copy is expected any more.
    Waived,
    /// It left, and asks for no signature.
    Information,
    /// Its letter is not called for any more.
    Withdrawn,
}

impl ActState {
    /// All states, in the order of an act's life.
    pub const ALL: [Self; 16] = [
        Self::Draft,
        Self::Blocked,
        Self::Ready,
        Self::Deposited,
        Self::Deferred,
        Self::Refused,
        Self::Ambiguous,
        Self::Bounced,
        Self::Awaiting,
        Self::ToReview,
        Self::PartlySigned,
        Self::Signed,
        Self::Declined,
        Self::Waived,
        Self::Information,
        Self::Withdrawn,
    ];

    /// The key of the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Blocked => "blocked",
            Self::Ready => "ready",
            Self::Deposited => "deposited",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::Ambiguous => "ambiguous",
            Self::Bounced => "bounced",
            Self::Awaiting => "awaiting",
            Self::ToReview => "to_review",
            Self::PartlySigned => "partly_signed",
            Self::Signed => "signed",
            Self::Declined => "declined",
            Self::Waived => "waived",
            Self::Information => "information",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What a person reads: of one act and of several.
    pub fn french(self) -> (&'static str, &'static str) {
        match self {
            Self::Draft => ("à produire", "à produire"),
            Self::Blocked => ("bloqué", "bloqués"),
            Self::Ready => ("prêt à partir", "prêts à partir"),
            Self::Deposited => ("déposé dans la boîte d'envoi", "déposés dans la boîte d'envoi"),
            Self::Deferred => ("différé par la messagerie", "différés par la messagerie"),
            Self::Refused => ("rejeté par la messagerie", "rejetés par la messagerie"),
            Self::Ambiguous => ("au sort incertain", "au sort incertain"),
            Self::Bounced => ("revenu en erreur", "revenus en erreur"),
            Self::Awaiting => ("transmis, à signer", "transmis, à signer"),
            Self::ToReview => ("revenu, à relire", "revenus, à relire"),
            Self::PartlySigned => ("signé en partie", "signés en partie"),
            Self::Signed => ("signé", "signés"),
            Self::Declined => ("refusé", "refusés"),
            Self::Waived => ("sans retour attendu", "sans retour attendu"),
            Self::Information => ("transmis pour information", "transmis pour information"),
            Self::Withdrawn => ("retiré", "retirés"),
        }
    }

    /// Whether nothing more is expected of the act.
    pub fn is_settled(self) -> bool {
        matches!(
            self,
            Self::Signed | Self::Declined | Self::Waived | Self::Information | Self::Withdrawn
        )
    }

    /// The state of an act of a letter; `carried` is the state of the last message that brought it.
    pub fn of(letter: &LetterEntry, act: &RevisionEntry, carried: Option<MessageState>) -> Self {
        if letter.withdrawn {
            return Self::Withdrawn;
        }
        let carried = carried.unwrap_or(MessageState::Replaced);
        let sent = match carried {
            MessageState::Replaced => return Self::Draft,
            MessageState::Blocked => return Self::Blocked,
            MessageState::Ready => return Self::Ready,
            MessageState::Deposited => return Self::Deposited,
            MessageState::Deferred => return Self::Deferred,
            MessageState::Refused => return Self::Refused,
            MessageState::Ambiguous => return Self::Ambiguous,
            MessageState::HandedOver if !act.issue.asks_signature() => return Self::Information,
            MessageState::Bounced if !act.issue.asks_signature() => return Self::Bounced,
            MessageState::Bounced => Self::Bounced,
            MessageState::HandedOver => Self::Awaiting,
        };
        match document_state(letter, act) {
            Some(LetterState::ToReview) => Self::ToReview,
            Some(LetterState::PartlySigned) => Self::PartlySigned,
            Some(LetterState::Signed) => Self::Signed,
            Some(LetterState::Declined) => Self::Declined,
            Some(LetterState::Waived) => Self::Waived,
            _ => sent,
        }
    }
}

impl Serialize for ActState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
