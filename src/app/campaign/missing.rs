//! What is missing before a campaign closes: the letters that are not settled, by what they wait for.
//!
//! Must not know the terminal.

use crate::plan::account::{Account, CountedAct};
use crate::plan::act_state::ActState;
use crate::plan::history::{CampaignHistory, LetterEntry, MessageEntry, MessageState};
use crate::plan::letter_state::LetterState;
use crate::records::campaign::Campaign;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

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

/// Acts that wait for the same thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissingActs {
    /// State of the acts.
    pub state: ActState,
    /// Whether they were handed over and the day of their return has passed.
    pub is_overdue: bool,
    /// The acts: reference and revision, in order.
    pub acts: Vec<MissingAct>,
}

/// An act that is not settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissingAct {
    /// Reference of the letter.
    pub reference: String,
    /// Number of the revision.
    pub revision: u32,
}

/// Letters and acts that are not settled, and messages in doubt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The groups, in the order of a letter's life.
    pub groups: Vec<MissingGroup>,
    /// Acts that are not settled, likewise.
    pub acts: Vec<MissingActs>,
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
            let issued = history.letters.get(reference).and_then(|known| known.standing());
            issued.is_some_and(|revision| revision.issue.due(campaign) < today)
        };
        let mut groups = Vec::new();
        for state in LetterState::ALL.into_iter().filter(|state| !state.is_settled()) {
            // A correction that has not left is what such a letter waits for.
            let now = |(reference, standing): &(&String, &LetterState)| {
                *account.corrections.get(*reference).unwrap_or(standing) == state
            };
            let letters = account.letters.iter().filter(now);
            let (late, others): (Vec<String>, Vec<String>) = letters
                .map(|(reference, _)| reference.clone())
                .partition(|reference| state == LetterState::HandedOver && is_late(reference));
            for (is_overdue, letters) in [(true, late), (false, others)] {
                if !letters.is_empty() {
                    groups.push(MissingGroup { state, is_overdue, letters });
                }
            }
        }
        let messages = history.all_messages();
        let ambiguous = messages.filter(|message| message.state == MessageState::Ambiguous);
        let acts = missing_acts(account, history, campaign, today);
        Self { groups, acts, ambiguous: ambiguous.map(name).collect() }
    }

    /// How many letters are not settled, or have an act that is not.
    pub fn unsettled(&self) -> usize {
        let letters = self.groups.iter().flat_map(|group| group.letters.iter());
        let acts = self.acts.iter().flat_map(|group| &group.acts).map(|act| &act.reference);
        letters.chain(acts).collect::<BTreeSet<_>>().len()
    }

    /// How many acts are in each state that is not settled, by the keys of the JSON.
    pub fn act_states(&self) -> Map<String, Value> {
        let open = ActState::ALL.into_iter().filter(|state| !state.is_settled());
        let number = |state: ActState| -> usize {
            let groups = self.acts.iter().filter(|group| group.state == state);
            groups.map(|group| group.acts.len()).sum()
        };
        open.map(|state| (state.as_str().to_owned(), number(state).into())).collect()
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

fn missing_acts(
    account: &Account,
    history: &CampaignHistory,
    campaign: &Campaign,
    today: Date,
) -> Vec<MissingActs> {
    let is_late = |act: &&CountedAct| {
        let letter = history.letters.get(&act.reference);
        let acts = letter.map(LetterEntry::acts).unwrap_or_default();
        let mut issues = acts.iter().map(|known| &known.issue);
        let issue = issues.find(|issue| issue.revision == act.revision);
        act.state == ActState::Awaiting && issue.is_some_and(|issue| issue.due(campaign) < today)
    };
    let mut groups = Vec::new();
    for state in ActState::ALL.into_iter().filter(|state| !state.is_settled()) {
        let acts = account.acts.iter().filter(|act| act.state == state);
        let (late, others): (Vec<&CountedAct>, Vec<&CountedAct>) = acts.partition(is_late);
        for (is_overdue, acts) in [(true, late), (false, others)] {
            if acts.is_empty() {
                continue;
            }
            let acts = acts
                .into_iter()
                .map(|act| MissingAct { reference: act.reference.clone(), revision: act.revision });
            groups.push(MissingActs { state, is_overdue, acts: acts.collect() });
        }
    }
    groups
}

fn name(message: &MessageEntry) -> String {
    let letter = || message.letters.first().map(|letter| letter.reference.clone());
    message.message_id.clone().or_else(letter).unwrap_or_else(|| message.name.clone())
}
