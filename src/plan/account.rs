//! The balanced account of a campaign: each letter, each act and each message in exactly one state.
//!
//! A letter's state comes from its standing revision alone; amendments and ends that nothing replaced are
//! counted apart, as acts.

use super::act_state::ActState;
use super::history::campaign_history::CampaignHistory;
use super::history::letter::LetterEntry;
use super::history::message::{MessageEntry, MessageState};
use super::letter_state::LetterState;
use super::returned;
use crate::letter::french;
use crate::letter::reference::departement_of;
use crate::records::word_lists::Act;
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

/// An amendment or an end, with its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedAct {
    /// Reference of the letter.
    pub reference: String,
    /// Number of the revision.
    pub revision: u32,
    /// What it does to the letter.
    pub act: Act,
    /// Where it stands.
    pub state: ActState,
}

/// The state of each letter, act and message of a campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Each letter with its state.
    pub letters: BTreeMap<String, LetterState>,
    /// Acts that nothing replaced, by letter and revision.
    pub acts: Vec<CountedAct>,
    /// Corrections that were made and not handed over, by letter: where they stand. Until they leave, the
    /// letter's state is that of the revision that stands.
    pub corrections: BTreeMap<String, LetterState>,
    /// How many messages are in each state.
    pub messages: BTreeMap<MessageState, usize>,
    /// The same by the first three digits of the UAI.
    pub messages_by_departement: BTreeMap<String, BTreeMap<MessageState, usize>>,
    /// Revisions handed over whose place another took.
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
                        carry(&mut carried, letter.revision, state);
                    }
                    if MESSAGES.contains(&state) {
                        account.count_message(&message.uai, state);
                    }
                }
            }
        }
        for letter in history.letters.values() {
            for settled in letter.handed_over().filter(|sent| sent.settled_on.is_some()) {
                carry(&mut carried, settled.id, MessageState::HandedOver);
            }
        }
        for (reference, letter) in &history.letters {
            account.letters.insert(reference.clone(), letter_state(letter, &carried));
            account.acts.extend(acts(reference, letter, &carried));
            if let Some(pending) = letter.pending_correction().filter(|_| !letter.withdrawn) {
                let state = carried.get(&pending.id).copied();
                let state = state.map_or(LetterState::Draft, LetterState::of_message);
                account.corrections.insert(reference.clone(), state);
            }
            account.superseded += superseded(letter);
        }
        for reference in desired {
            account.letters.entry(reference.to_owned()).or_insert(LetterState::Draft);
        }
        account
    }

    fn count_message(&mut self, uai: &str, state: MessageState) {
        *self.messages.entry(state).or_default() += 1;
        let departement = uai.chars().take(3).collect();
        let messages = self.messages_by_departement.entry(departement).or_default();
        *messages.entry(state).or_default() += 1;
    }

    /// The letters and acts of one département, the first three digits of the UAI.
    pub fn of_departement(&self, departement: &str) -> Self {
        let is_there = |reference: &str| departement_of(reference) == departement;
        let letters = self.letters.iter().filter(|(reference, _)| is_there(reference));
        let corrections = self.corrections.iter().filter(|(reference, _)| is_there(reference));
        Self {
            letters: letters.map(|(reference, state)| (reference.clone(), *state)).collect(),
            acts: self.acts.iter().filter(|act| is_there(&act.reference)).cloned().collect(),
            corrections: corrections
                .map(|(reference, state)| (reference.clone(), *state))
                .collect(),
            messages: self.messages_by_departement.get(departement).cloned().unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The départements of its letters and messages, as the first three digits of their UAI.
    pub fn departements(&self) -> BTreeSet<String> {
        let letters = self.letters.keys().map(|reference| departement_of(reference).to_owned());
        letters.chain(self.messages_by_departement.keys().cloned()).collect()
    }

    /// How many acts are in a state.
    pub fn count_acts(&self, state: ActState) -> usize {
        self.acts.iter().filter(|act| act.state == state).count()
    }

    /// How many acts of one kind there are.
    pub fn acts_of(&self, act: Act) -> usize {
        self.acts.iter().filter(|counted| counted.act == act).count()
    }

    /// What its acts are called, with their number: "141 avenants"; none where there are none.
    pub fn acts_title(&self) -> Option<String> {
        let (all, ends) = (self.acts.len(), self.acts_of(Act::End));
        Some(match (all, ends) {
            (0, _) => return None,
            (_, 0) => french::count(all, "avenant", "avenants"),
            _ if ends == all => {
                french::count(all, "acte de fin de mission", "actes de fin de mission")
            }
            _ => format!(
                "{} et {}",
                french::count(all - ends, "avenant", "avenants"),
                french::count(ends, "acte de fin de mission", "actes de fin de mission")
            ),
        })
    }

    /// Its acts by state in one sentence: "141 avenants : 30 signés, 111 transmis, à signer".
    pub fn acts_sentence(&self) -> Option<String> {
        let states = ActState::ALL.into_iter().filter_map(|state| {
            let (one, many) = state.french();
            let number = self.count_acts(state);
            (number > 0).then(|| french::count(number, one, many))
        });
        let states = states.collect::<Vec<_>>().join(" ; ");
        self.acts_title().map(|title| format!("{title} : {states}"))
    }

    /// What came after a letter, each with its state: "avenant (révision 2) : signé".
    pub fn acts_of_letter(&self, reference: &str) -> Vec<String> {
        let correction = self.corrections.get(reference);
        let correction = correction.map(|state| format!("correction : {}", state.french().0));
        let acts = self.acts.iter().filter(|act| act.reference == reference).map(|act| {
            format!("{} (révision {}) : {}", act.act.french(), act.revision, act.state.french().0)
        });
        correction.into_iter().chain(acts).collect()
    }

    /// Corrections that were made and not handed over, by state: "2 corrections : 2 prêtes à partir".
    pub fn corrections_sentence(&self) -> Option<String> {
        let states = LetterState::ALL.into_iter().filter_map(|state| {
            let number = self.corrections.values().filter(|other| **other == state).count();
            let (one, many) = state.french();
            (number > 0).then(|| french::count(number, one, many))
        });
        let states = states.collect::<Vec<_>>().join(" ; ");
        let title = french::count(self.corrections.len(), "correction", "corrections");
        (!self.corrections.is_empty()).then(|| format!("{title} : {states}"))
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
        // A message may hold several documents of one letter; a letter waits in one message at most.
        let letters_of = |message: &'_ MessageEntry| -> BTreeSet<String> {
            message.letters.iter().map(|letter| letter.reference.clone()).collect()
        };
        let open: Vec<String> = history
            .messages
            .values()
            .filter(|message| message.state.is_open())
            .flat_map(letters_of)
            .collect();
        let once: BTreeSet<&str> = open.iter().map(String::as_str).collect();
        total == self.letters.len()
            && open.len() == once.len()
            && once
                .iter()
                .all(|name| history.letters.get(*name).is_some_and(|letter| !letter.withdrawn))
            && history.letters.values().all(|letter| letter.withdrawn || letter.latest().is_some())
    }

    /// The document of the contract, without schema and campaign.
    pub fn to_json(&self, balanced: bool) -> Value {
        let mut departements = Map::new();
        for departement in self.departements() {
            let part = self.of_departement(&departement).totals();
            departements.insert(departement, Value::Object(part));
        }
        let mut document = self.totals();
        document.insert(
            "revisions".to_owned(),
            json!({ "superseded": self.superseded, "replaced_deposits": self.replaced }),
        );
        document.insert("departements".to_owned(), Value::Object(departements));
        document.insert("balanced".to_owned(), balanced.into());
        Value::Object(document)
    }

    /// How many letters, acts and messages there are in each state.
    fn totals(&self) -> Map<String, Value> {
        let acts = ActState::ALL.into_iter().map(|act| (act.as_str(), self.count_acts(act)));
        let states = MESSAGES.into_iter();
        let messages =
            states.map(|state| (state.as_str(), self.messages.get(&state).copied().unwrap_or(0)));
        let letters = LetterState::ALL.into_iter().map(|state| (state.as_str(), self.count(state)));
        let parts = [
            ("letters", counted(letters)),
            ("acts", counted(acts)),
            ("messages", counted(messages)),
        ];
        parts.into_iter().map(|(name, part)| (name.to_owned(), part)).collect()
    }
}

/// Keeps what became of a revision: a letter that left once has left, whatever goes on with a second copy, and
/// one that came back in error has arrived if another copy did not.
fn carry(carried: &mut HashMap<i64, MessageState>, revision: i64, state: MessageState) {
    let kept = carried.entry(revision).or_insert(state);
    let arrived = state == MessageState::HandedOver && *kept == MessageState::Bounced;
    if !kept.has_left() || arrived {
        *kept = state;
    }
}

/// Numbers by key, and their sum as `total`.
fn counted(states: impl Iterator<Item = (&'static str, usize)>) -> Value {
    let mut counted = Map::new();
    let mut total = 0;
    for (state, number) in states {
        total += number;
        counted.insert(state.to_owned(), number.into());
    }
    counted.insert("total".to_owned(), total.into());
    Value::Object(counted)
}

/// How many revisions of a letter that were handed over neither stand nor are acts of what stands.
fn superseded(letter: &LetterEntry) -> usize {
    let counted: BTreeSet<i64> =
        letter.standing().into_iter().chain(letter.acts()).map(|counted| counted.id).collect();
    letter.handed_over().filter(|sent| !counted.contains(&sent.id)).count()
}

/// The acts of a letter, each in one state.
fn acts(
    reference: &str,
    letter: &LetterEntry,
    carried: &HashMap<i64, MessageState>,
) -> Vec<CountedAct> {
    let counted = letter.acts().into_iter().filter_map(|act| {
        let state = ActState::of(letter, act, carried.get(&act.id).copied());
        Some(CountedAct {
            reference: reference.to_owned(),
            revision: act.issue.revision,
            act: act.issue.act()?,
            state,
        })
    });
    counted.collect()
}

fn letter_state(letter: &LetterEntry, carried: &HashMap<i64, MessageState>) -> LetterState {
    if letter.withdrawn {
        return LetterState::Withdrawn;
    }
    let Some(standing) = letter.standing() else { return LetterState::Draft };
    match carried.get(&standing.id) {
        None => LetterState::Draft,
        Some(state) if state.has_left() => {
            returned::state_from_returns(letter).unwrap_or(LetterState::of_message(*state))
        }
        Some(state) => LetterState::of_message(*state),
    }
}

#[cfg(test)]
mod tests;
