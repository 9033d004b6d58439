//! Messages that bring referents their own letters: which documents each is to have, what was sent of each, and the
//! account of all. Pure.
//!
//! They are counted apart from the messages to schools: the account of the letters does not change.

use super::history::letter::{LetterEntry, RevisionEntry};
use super::history::{CampaignHistory, MessageEntry, MessageState};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Where the message stands that brings a referent a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferentMessageState {
    /// The letter has not been handed over to the school, or is about to be replaced.
    Waiting,
    /// The referent has no address that may be written to.
    Blocked,
    /// It may go.
    Ready,
    /// It lies in the outbox.
    Deposited,
    /// The relay said later.
    Deferred,
    /// The relay said no.
    Refused,
    /// Nobody knows whether it left.
    Ambiguous,
    /// It left.
    HandedOver,
    /// It left and came back in error.
    Bounced,
}

impl ReferentMessageState {
    /// Every variant, in the order of the declaration.
    pub const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Blocked,
        Self::Ready,
        Self::Deposited,
        Self::Deferred,
        Self::Refused,
        Self::Ambiguous,
        Self::HandedOver,
        Self::Bounced,
    ];

    /// The word printed in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Blocked => "blocked",
            Self::Ready => "ready",
            Self::Deposited => "deposited",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::Ambiguous => "ambiguous",
            Self::HandedOver => "handed_over",
            Self::Bounced => "bounced",
        }
    }

    /// What a person reads: of one message and of several.
    pub fn french(self) -> (&'static str, &'static str) {
        match self {
            Self::Waiting => (
                "en attente de la transmission de la lettre à l'établissement",
                "en attente de la transmission de la lettre à l'établissement",
            ),
            Self::Blocked => ("sans adresse valable", "sans adresse valable"),
            Self::Ready => ("prêt à partir", "prêts à partir"),
            Self::Deposited => MessageState::Deposited.french(),
            Self::Deferred => MessageState::Deferred.french(),
            Self::Refused => MessageState::Refused.french(),
            Self::Ambiguous => MessageState::Ambiguous.french(),
            Self::HandedOver => MessageState::HandedOver.french(),
            Self::Bounced => MessageState::Bounced.french(),
        }
    }
}

/// The documents of a letter that its referent is to have, oldest first: the revision that stands and the acts that
/// nothing replaced, once they were handed over to the school. None while a correction is about to replace them.
pub fn documents_to_send(letter: &LetterEntry) -> Vec<&RevisionEntry> {
    if letter.withdrawn || letter.pending_correction().is_some() {
        return Vec::new();
    }
    letter.in_force()
}

/// The messages that brought one document to its referent, or may bring it, oldest first; those that another
/// replaced are not among them.
#[derive(Clone, Debug, Default)]
pub struct DocumentMessages<'p>(Vec<&'p MessageEntry>);

impl<'p> DocumentMessages<'p> {
    /// The messages with a revision, by its number in the ledger.
    pub fn of(history: &'p CampaignHistory, revision: i64) -> Self {
        let brings = |message: &&MessageEntry| {
            message.state != MessageState::Replaced
                && message.letters.iter().any(|letter| letter.revision == revision)
        };
        Self(history.to_referents.values().filter(brings).collect())
    }

    /// The last one that left, if it did not come back.
    pub fn arrived(&self) -> Option<&'p MessageEntry> {
        let left = self.0.iter().copied().rfind(|message| message.state.has_left());
        left.filter(|message| message.state == MessageState::HandedOver)
    }

    /// The last one that left and came back in error, if none arrived after it.
    pub fn bounced(&self) -> Option<&'p MessageEntry> {
        let left = self.0.iter().copied().rfind(|message| message.state.has_left());
        left.filter(|message| message.state == MessageState::Bounced)
    }

    /// Whether nobody knows if one left.
    pub fn is_in_doubt(&self) -> bool {
        self.0.iter().any(|message| message.state == MessageState::Ambiguous)
    }

    /// The one that has not left.
    pub fn open(&self) -> Option<&'p MessageEntry> {
        self.0.iter().copied().rfind(|message| message.state.is_open())
    }

    /// Where the document stands that was handed over to the school.
    pub fn state(&self, is_blocked: bool) -> ReferentMessageState {
        if self.arrived().is_some() {
            return ReferentMessageState::HandedOver;
        }
        match self.0.last().map(|message| message.state) {
            Some(MessageState::Ambiguous) => ReferentMessageState::Ambiguous,
            Some(MessageState::Bounced) => ReferentMessageState::Bounced,
            Some(MessageState::Deposited) => ReferentMessageState::Deposited,
            _ if is_blocked => ReferentMessageState::Blocked,
            Some(MessageState::Deferred) => ReferentMessageState::Deferred,
            Some(MessageState::Refused) => ReferentMessageState::Refused,
            _ => ReferentMessageState::Ready,
        }
    }
}

/// Where a letter stands: its first document that the referent does not have yet decides.
pub fn letter_state(
    history: &CampaignHistory,
    letter: Option<&LetterEntry>,
    is_blocked: bool,
) -> ReferentMessageState {
    let documents = letter.map(documents_to_send).unwrap_or_default();
    let states =
        documents.iter().map(|one| DocumentMessages::of(history, one.id).state(is_blocked));
    let mut last = ReferentMessageState::Waiting;
    for state in states {
        last = state;
        if state != ReferentMessageState::HandedOver {
            break;
        }
    }
    last
}

/// Each letter of a referent in one state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReferentMessageAccount {
    /// The state of each letter, by reference.
    pub letters: BTreeMap<String, ReferentMessageState>,
}

impl ReferentMessageAccount {
    /// How many letters are in a state.
    pub fn count(&self, state: ReferentMessageState) -> usize {
        self.letters.values().filter(|other| **other == state).count()
    }

    /// Numbers by state, and their sum as `total`.
    pub fn totals(&self) -> Value {
        let counted =
            |state: ReferentMessageState| (state.as_str().to_owned(), self.count(state).into());
        let mut totals: Map<String, Value> =
            ReferentMessageState::ALL.into_iter().map(counted).collect();
        totals.insert("total".to_owned(), self.letters.len().into());
        Value::Object(totals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::history::examples::message;
    use crate::plan::history::{MessageKind, MessageLetter};
    use MessageState::{
        Ambiguous, Bounced, Deferred, Deposited, HandedOver, Ready, Refused, Replaced,
    };

    fn history(states: &[MessageState]) -> CampaignHistory {
        let mut history = CampaignHistory::default();
        for (id, state) in (1..).zip(states) {
            let mut sent = message(id, *state, jiff::civil::date(2026, 11, 20));
            sent.kind = MessageKind::Referent;
            let reference = "2026-0860001J-NGRM".to_owned();
            sent.letters = vec![MessageLetter { reference, revision: 7, readdressed: true }];
            history.to_referents.insert(id, sent);
        }
        history
    }

    #[test]
    fn a_document_stands_where_its_last_message_stands_and_once_it_arrived_it_has() {
        use ReferentMessageState as State;
        for (states, with_address, without) in [
            (vec![], State::Ready, State::Blocked),
            (vec![Ready], State::Ready, State::Blocked),
            (vec![Replaced], State::Ready, State::Blocked),
            (vec![Deposited], State::Deposited, State::Deposited),
            (vec![Deferred], State::Deferred, State::Blocked),
            (vec![Refused], State::Refused, State::Blocked),
            (vec![Ambiguous], State::Ambiguous, State::Ambiguous),
            (vec![HandedOver], State::HandedOver, State::HandedOver),
            (vec![Bounced], State::Bounced, State::Bounced),
            (vec![Bounced, Deferred], State::Deferred, State::Blocked),
            (vec![Bounced, HandedOver], State::HandedOver, State::HandedOver),
        ] {
            let history = history(&states);
            let messages = DocumentMessages::of(&history, 7);
            assert_eq!(messages.state(false), with_address, "{states:?}");
            assert_eq!(messages.state(true), without, "{states:?} without an address");
        }
        let other = history(&[HandedOver]);
        assert_eq!(DocumentMessages::of(&other, 8).state(false), State::Ready);
    }

    #[test]
    fn every_letter_is_in_one_state_and_the_total_is_their_sum() {
        let letters = ReferentMessageState::ALL.into_iter().zip(1..);
        let account = ReferentMessageAccount {
            letters: letters.map(|(state, at)| (format!("2026-{at}"), state)).collect(),
        };
        let totals = account.totals();
        let sum: u64 = ReferentMessageState::ALL
            .iter()
            .filter_map(|state| totals[state.as_str()].as_u64())
            .sum();
        assert_eq!((sum, totals["total"].as_u64()), (9, Some(9)));
        assert_eq!(
            letter_state(&CampaignHistory::default(), None, false),
            ReferentMessageState::Waiting
        );
    }
}
