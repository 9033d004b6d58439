//! The balanced account of a campaign: each letter and each message in exactly one state.

use super::history::campaign_history::CampaignHistory;
use super::history::letter::LetterEntry;
use super::history::message::MessageState;
use super::letter_state::LetterState;
use super::returned;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// States of messages that are counted: a blocked one is not a message yet, a replaced one no more.
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
    pub fn of<'n>(history: &CampaignHistory, desired: impl IntoIterator<Item = &'n str>) -> Self {
        // The last message of each revision that counts.
        let mut carried: HashMap<i64, MessageState> = HashMap::new();
        let mut account = Self::default();
        for message in history.messages.values() {
            match message.state {
                MessageState::Replaced => account.replaced += 1,
                state => {
                    for letter in &message.letters {
                        // A letter that left once has left, whatever goes on with a second copy.
                        let kept = carried.entry(letter.revision).or_insert(state);
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
        for (reference, letter) in &history.letters {
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
        self.letters.values().filter(|other| **other == state).count()
    }

    /// How many letters are in each state, by the keys of the JSON.
    pub fn states(&self) -> Map<String, Value> {
        let counted = |state: LetterState| (state.as_str().to_owned(), self.count(state).into());
        LetterState::ALL.into_iter().map(counted).collect()
    }

    /// Whether every message holds letters of the account, and each letter one state.
    pub fn is_balanced(&self, history: &CampaignHistory) -> bool {
        let total: usize = LetterState::ALL.iter().map(|state| self.count(*state)).sum();
        let open: Vec<&str> = history
            .messages
            .values()
            .filter(|message| message.state.is_open())
            .flat_map(|message| message.letters.iter().map(|letter| letter.reference.as_str()))
            .collect();
        let once: BTreeSet<&str> = open.iter().copied().collect();
        total == self.letters.len()
            && open.len() == once.len()
            && once
                .iter()
                .all(|name| history.letters.get(*name).is_some_and(|letter| !letter.withdrawn))
            && history.letters.values().all(|letter| letter.withdrawn || letter.latest().is_some())
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

fn letter_state(letter: &LetterEntry, carried: &HashMap<i64, MessageState>) -> LetterState {
    if letter.withdrawn {
        return LetterState::Withdrawn;
    }
    let Some(latest) = letter.latest() else { return LetterState::Draft };
    match carried.get(&latest.id) {
        None => LetterState::Draft,
        Some(state) if state.has_left() => {
            returned::state_from_returns(letter).unwrap_or(LetterState::of_message(*state))
        }
        Some(state) => LetterState::of_message(*state),
    }
}
