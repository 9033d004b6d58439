//! The state of a letter: one word for where its latest revision stands.

use super::history::message::MessageState;
use serde::{Serialize, Serializer};

/// Where a letter stands, by its latest revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LetterState {
    /// Called for, not made yet, or its message could not be made.
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
    /// It left.
    HandedOver,
    /// It left and came back.
    Bounced,
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
    /// Nothing calls for it any more; it had been deposited or handed over.
    Withdrawn,
}

impl LetterState {
    /// All states, in the order of a letter's life.
    pub const ALL: [Self; 15] = [
        Self::Draft,
        Self::Blocked,
        Self::Ready,
        Self::Deposited,
        Self::Deferred,
        Self::Refused,
        Self::Ambiguous,
        Self::HandedOver,
        Self::Bounced,
        Self::ToReview,
        Self::PartlySigned,
        Self::Signed,
        Self::Declined,
        Self::Waived,
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
            Self::HandedOver => "handed_over",
            Self::Bounced => "bounced",
            Self::ToReview => "to_review",
            Self::PartlySigned => "partly_signed",
            Self::Signed => "signed",
            Self::Declined => "declined",
            Self::Waived => "waived",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What a person reads: for one letter and for several.
    pub fn french(self) -> (&'static str, &'static str) {
        match self {
            Self::Draft => ("à produire", "à produire"),
            Self::Blocked => ("bloquée", "bloquées"),
            Self::Ready => ("prête à partir", "prêtes à partir"),
            Self::Deposited => ("déposée dans la boîte d'envoi", "déposées dans la boîte d'envoi"),
            Self::Deferred => ("différée par la messagerie", "différées par la messagerie"),
            Self::Refused => ("rejetée par la messagerie", "rejetées par la messagerie"),
            Self::Ambiguous => ("au sort incertain", "au sort incertain"),
            Self::HandedOver => ("transmise", "transmises"),
            Self::Bounced => ("revenue en erreur", "revenues en erreur"),
            Self::ToReview => ("revenue, à relire", "revenues, à relire"),
            Self::PartlySigned => ("signée en partie", "signées en partie"),
            Self::Signed => ("signée", "signées"),
            Self::Declined => ("refusée", "refusées"),
            Self::Waived => ("sans retour attendu", "sans retour attendu"),
            Self::Withdrawn => ("retirée", "retirées"),
        }
    }

    /// Whether nothing more is expected of the letter.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Signed | Self::Declined | Self::Waived | Self::Withdrawn)
    }

    /// Whether the letter has left and its school owes a signed copy.
    pub fn is_owed(self) -> bool {
        matches!(self, Self::HandedOver | Self::Bounced | Self::PartlySigned)
    }

    pub(super) fn of_message(state: MessageState) -> Self {
        match state {
            MessageState::Blocked => Self::Blocked,
            MessageState::Ready => Self::Ready,
            MessageState::Deposited => Self::Deposited,
            MessageState::Deferred => Self::Deferred,
            MessageState::Refused => Self::Refused,
            MessageState::Ambiguous => Self::Ambiguous,
            MessageState::HandedOver => Self::HandedOver,
            MessageState::Bounced => Self::Bounced,
            MessageState::Replaced => Self::Draft,
        }
    }
}

impl Serialize for LetterState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
