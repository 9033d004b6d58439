//! What is missing before a campaign closes: the letters that are not settled, by what they wait for.
//!
//! Must not know the terminal.

use crate::plan::account::Account;
use crate::plan::history::{CampaignHistory, MessageEntry, MessageState};
use crate::plan::letter_state::LetterState;
use crate::records::campaign::Campaign;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};

/// Letters that wait for the same thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissingGroup {
    /// State of the letters.
    pub state: LetterState,
    /// Whether they were handed over and the day of their return has passed.
    pub is_overdue: bool,
    /// Their references, in order.
    pub letters: Vec<String>,
}

/// Letters that are not settled, and messages in doubt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The groups, in the order of a letter's life.
    pub groups: Vec<MissingGroup>,
    /// Messages and reminders that may or may not have left, by a name that `resolve` takes.
    pub ambiguous: Vec<String>,
}

impl Missing {
    /// What is missing on a day.
    pub fn of(
        account: &Account,
        history: &CampaignHistory,
        campaign: &Campaign,
        today: Date,
    ) -> Self {
        let is_late = |reference: &str| {
            let issued = history.letters.get(reference).and_then(|known| known.issued.as_ref());
            issued.is_some_and(|revision| revision.issue.due(campaign) < today)
        };
        let mut groups = Vec::new();
        for state in LetterState::ALL.into_iter().filter(|state| !state.is_settled()) {
            let letters = account.letters.iter().filter(|(_, other)| **other == state);
            let (late, others): (Vec<String>, Vec<String>) = letters
                .map(|(reference, _)| reference.clone())
                .partition(|reference| state == LetterState::HandedOver && is_late(reference));
            for (is_overdue, letters) in [(true, late), (false, others)] {
                if !letters.is_empty() {
                    groups.push(MissingGroup { state, is_overdue, letters });
                }
            }
        }
        let messages = history.messages.values().chain(history.reminders.values());
        let ambiguous = messages.filter(|message| message.state == MessageState::Ambiguous);
        Self { groups, ambiguous: ambiguous.map(name).collect() }
    }

    /// How many letters are not settled.
    pub fn unsettled(&self) -> usize {
        self.groups.iter().map(|group| group.letters.len()).sum()
    }

    /// How many letters are in each state that is not settled, by the keys of the JSON.
    pub fn states(&self) -> Map<String, Value> {
        let open = LetterState::ALL.into_iter().filter(|state| !state.is_settled());
        let number = |state: LetterState| -> usize {
            let groups = self.groups.iter().filter(|group| group.state == state);
            groups.map(|group| group.letters.len()).sum()
        };
        open.map(|state| (state.as_str().to_owned(), number(state).into())).collect()
    }
}

fn name(message: &MessageEntry) -> String {
    let letter = || message.letters.first().map(|letter| letter.reference.clone());
    message.message_id.clone().or_else(letter).unwrap_or_default()
}
