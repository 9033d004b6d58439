//! The balanced account of a campaign: each letter and each message in exactly one state.

use super::past::{CampaignHistory, LetterPast, MessageState};
use super::returned;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

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

    fn of_message(state: MessageState) -> Self {
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

/// States of messages that are counted: a blocked one is no message yet, a replaced one no more.
const MESSAGES: [MessageState; 7] = [
    MessageState::Ready,
    MessageState::Deposited,
    MessageState::Deferred,
    MessageState::Refused,
    MessageState::Ambiguous,
    MessageState::HandedOver,
    MessageState::Bounced,
];

/// The account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Each letter with its state.
    pub letters: BTreeMap<String, LetterState>,
    /// How many messages are in each state.
    pub messages: BTreeMap<MessageState, usize>,
    /// Revisions handed over that another followed.
    pub superseded: usize,
    /// Deposits that another took the place of.
    pub replaced: usize,
}

impl Account {
    /// The account of what the ledger knows, and of the letters called for that it does not.
    pub fn of<'n>(past: &CampaignHistory, desired: impl IntoIterator<Item = &'n str>) -> Self {
        // The last message of each revision that counts.
        let mut carried: HashMap<i64, MessageState> = HashMap::new();
        let mut account = Self::default();
        for message in past.messages.values() {
            match message.state {
                MessageState::Replaced => account.replaced += 1,
                state => {
                    for (_, revision, _) in &message.letters {
                        // A letter that left once has left, whatever goes on with a second copy.
                        let kept = carried.entry(*revision).or_insert(state);
                        if !kept.has_left() {
                            *kept = state;
                        }
                    }
                    if MESSAGES.contains(&state) {
                        *account.messages.entry(state).or_default() += 1;
                    }
                }
            }
        }
        for (reference, letter) in &past.letters {
            let state = letter_state(letter, &carried);
            account.letters.insert(reference.clone(), state);
            let latest = letter.latest().map_or(0, |latest| latest.issue.revision);
            if letter.issued.is_some() {
                account.superseded += usize::try_from(latest.saturating_sub(1)).unwrap_or(0);
            }
        }
        for reference in desired {
            account.letters.entry(reference.to_owned()).or_insert(LetterState::Draft);
        }
        account
    }

    /// How many letters are in a state.
    pub fn count(&self, state: LetterState) -> usize {
        self.letters.values().filter(|own| **own == state).count()
    }

    /// How many letters are in each state, by the keys of the JSON.
    pub fn states(&self) -> Map<String, Value> {
        let counted = |state: LetterState| (state.as_str().to_owned(), self.count(state).into());
        LetterState::ALL.into_iter().map(counted).collect()
    }

    /// Whether every message holds letters of the account, and each letter one state.
    pub fn is_balanced(&self, past: &CampaignHistory) -> bool {
        let total: usize = LetterState::ALL.iter().map(|state| self.count(*state)).sum();
        let open: Vec<&str> = past
            .messages
            .values()
            .filter(|message| message.state.is_open())
            .flat_map(|message| message.letters.iter().map(|(name, ..)| name.as_str()))
            .collect();
        let once: BTreeSet<&str> = open.iter().copied().collect();
        total == self.letters.len()
            && open.len() == once.len()
            && once.iter().all(|name| past.letters.get(*name).is_some_and(|own| !own.withdrawn))
            && past.letters.values().all(|own| own.withdrawn || own.latest().is_some())
    }

    /// The document of the contract, without schema and campaign.
    pub fn to_json(&self, balanced: bool) -> Value {
        let mut letters = Map::new();
        letters.insert("total".to_owned(), self.letters.len().into());
        letters.append(&mut self.states());
        let mut messages = Map::new();
        messages.insert("total".to_owned(), self.messages.values().sum::<usize>().into());
        for state in MESSAGES {
            let number = self.messages.get(&state).copied().unwrap_or(0);
            messages.insert(state.as_str().to_owned(), number.into());
        }
        json!({
            "letters": letters, "messages": messages,
            "revisions": { "superseded": self.superseded, "replaced_deposits": self.replaced },
            "balanced": balanced,
        })
    }
}

fn letter_state(letter: &LetterPast, carried: &HashMap<i64, MessageState>) -> LetterState {
    if letter.withdrawn {
        return LetterState::Withdrawn;
    }
    let Some(latest) = letter.latest() else { return LetterState::Draft };
    match carried.get(&latest.id) {
        None => LetterState::Draft,
        Some(state) if state.has_left() => {
            returned::outcome(letter).unwrap_or(LetterState::of_message(*state))
        }
        Some(state) => LetterState::of_message(*state),
    }
}
