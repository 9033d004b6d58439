//! What is missing before a campaign closes: letters of which something is still expected, by what
//! they wait for. Must not know the terminal.

use crate::plan::account::Account;
use crate::plan::history::{CampaignHistory, MessageEntry, MessageState};
use crate::plan::letter_state::LetterState;
use crate::records::campaign::Campaign;
use jiff::civil::Date;
use serde_json::{Map, Value};

/// Letters that wait for the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Where they stand.
    pub state: LetterState,
    /// Whether they were handed over and the day of their return has passed.
    pub overdue: bool,
    /// Their names, in order.
    pub letters: Vec<String>,
}

/// What is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// The groups, in the order of a letter's life.
    pub groups: Vec<Group>,
    /// Messages and reminders of which nobody knows whether they left, by a name that `resolve` takes.
    pub ambiguous: Vec<String>,
}

impl Missing {
    /// What is missing on a day.
    pub fn of(account: &Account, past: &CampaignHistory, campaign: &Campaign, today: Date) -> Self {
        let due = |reference: &str| {
            let letter = past.letters.get(reference)?;
            letter.issued.as_ref().map(|own| own.issue.due(campaign))
        };
        let mut groups = Vec::new();
        for state in LetterState::ALL.into_iter().filter(|state| !state.is_settled()) {
            let own = account.letters.iter().filter(|(_, own)| **own == state);
            let late = |name: &str| {
                state == LetterState::HandedOver && due(name).is_some_and(|day| day < today)
            };
            let (passed, other): (Vec<String>, Vec<String>) =
                own.map(|(name, _)| name.clone()).partition(|name| late(name));
            for (overdue, letters) in [(true, passed), (false, other)] {
                if !letters.is_empty() {
                    groups.push(Group { state, overdue, letters });
                }
            }
        }
        let all = past.messages.values().chain(past.reminders.values());
        let ambiguous = all.filter(|own| own.state == MessageState::Ambiguous).map(name).collect();
        Self { groups, ambiguous }
    }

    /// How many letters are not settled.
    pub fn unsettled(&self) -> usize {
        self.groups.iter().map(|group| group.letters.len()).sum()
    }

    /// How many are in each state that is not settled, by the keys of the JSON.
    pub fn states(&self) -> Map<String, Value> {
        let open = LetterState::ALL.into_iter().filter(|state| !state.is_settled());
        let number = |state: LetterState| -> usize {
            let own = self.groups.iter().filter(|group| group.state == state);
            own.map(|group| group.letters.len()).sum()
        };
        open.map(|state| (state.as_str().to_owned(), number(state).into())).collect()
    }
}

fn name(message: &MessageEntry) -> String {
    let letter = || message.letters.first().map(|(name, ..)| name.clone());
    message.message_id.clone().or_else(letter).unwrap_or_default()
}
