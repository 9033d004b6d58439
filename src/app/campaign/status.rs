//! `status`: the state of every letter and message of a campaign.
//!
//! Serialized, [`StatusOutcome`] is the command's JSON document.

use crate::app::approval::approval_state::ApprovalState;
use crate::app::campaign_snapshot::{CampaignSnapshot, SnapshotError};
use crate::app::sending::delivery_issues::delivery_issues;
use crate::app::sending::designations::designation_status::DesignationStatus;
use crate::app::sending::referents::referent_message_status::ReferentMessageStatus;
use crate::app::sending::relay::transmission::DeliveryIssue;
use crate::app::sending::reminders::due_reminders::{self, due_reminders};
use crate::plan::account::Account;
use crate::plan::act_state::ActState;
use crate::plan::designation::DesignationAccount;
use crate::plan::history::CampaignHistory;
use crate::plan::history::{MessageState, ReturnState};
use crate::plan::letter_state::LetterState;
use crate::records::word_lists::Act;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The state of a campaign.
#[derive(Clone, Debug, Serialize)]
pub struct StatusOutcome {
    /// The account in the keys of the contract.
    #[serde(flatten)]
    pub totals: Value,
    /// What waits for an approval, where one is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalState>,
    /// Messages that a person has to know about, the most urgent first.
    pub open: Vec<DeliveryIssue>,
    /// Number of reminders in each state.
    pub reminders: BTreeMap<&'static str, usize>,
    /// The schools without a referent, by state; none where the records cannot be read.
    pub without_referent: Option<Value>,
    /// The same in one sentence, if there are any.
    #[serde(skip)]
    pub designations: Option<String>,
    /// The messages to referents, by state; none where they get none of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referent_messages: Option<Value>,
    /// The same in one sentence.
    #[serde(skip)]
    pub to_referents: Option<String>,
    /// What was sent to each school and what came back, by UAI.
    pub schools: Vec<SchoolStatus>,
    /// Messages of any kind in the outbox: letters, reminders and requests to designate a referent.
    #[serde(skip)]
    pub in_outbox: usize,
    /// Reminders of letters that are due.
    #[serde(skip)]
    pub due_reminders: usize,
    /// Each letter in one state.
    #[serde(skip)]
    pub account: Account,
    /// Whether the account comes out even.
    #[serde(skip)]
    pub is_balanced: bool,
    /// Whether the campaign is closed.
    #[serde(skip)]
    pub is_closed: bool,
    /// Signed copies; absent when none has come back.
    #[serde(skip)]
    pub returns: Option<ReturnCounts>,
}

/// The letters of one school and their states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchoolStatus {
    /// UAI of the school.
    pub uai: String,
    /// Its letters, ordered by reference.
    pub letters: Vec<LetterStatus>,
}

/// A letter and its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LetterStatus {
    /// Reference of the letter.
    pub reference: String,
    /// State of the letter, as its JSON word.
    pub state: Option<&'static str>,
    /// Its amendments and ends that nothing replaced.
    pub acts: Vec<ActStatus>,
    /// The day it was last handed over.
    pub sent_on: Option<Date>,
    /// The states of what came back of it, oldest first.
    pub returns: Vec<&'static str>,
}

/// An act of a letter and its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActStatus {
    /// Number of the revision.
    pub revision: u32,
    /// What it does to the letter.
    pub act: Act,
    /// Where it stands.
    pub state: ActState,
}

/// Signed copies in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReturnCounts {
    /// Letters that have a return.
    pub came_back: usize,
    /// Letters whose signed copy is expected.
    pub awaited: usize,
    /// Returns that a person has to look at.
    pub to_review: usize,
}

/// Counts the letters and messages of a campaign by state.
pub fn status(snapshot: &CampaignSnapshot) -> Result<StatusOutcome, SnapshotError> {
    let counted = snapshot.count()?;
    let (account, history) = (counted.account, &*snapshot.asked_history());
    let messages = history.all_messages();
    let asked = counted.resolved.as_ref().map(|resolved| {
        let asked = DesignationStatus::of(resolved, history, snapshot.today);
        match &snapshot.departement {
            Some(departement) => asked.of_departement(departement),
            None => asked,
        }
    });
    let told = counted.resolved.as_ref().and_then(|resolved| {
        ReferentMessageStatus::of(resolved, history, snapshot.departement.as_ref())
    });
    let mut totals = account.to_json(counted.is_balanced);
    if let Some(asked) = &asked {
        add_departements(&mut totals, &asked.account());
    }
    Ok(StatusOutcome {
        approval: counted
            .resolved
            .as_ref()
            .filter(|_| !snapshot.is_closed)
            .and_then(|resolved| ApprovalState::of_ledger(resolved, history)),
        totals,
        without_referent: asked.as_ref().map(DesignationStatus::to_json),
        designations: asked.as_ref().and_then(DesignationStatus::sentence),
        in_outbox: history
            .all_messages()
            .filter(|message| message.state == MessageState::Deposited)
            .count(),
        due_reminders: counted
            .resolved
            .as_ref()
            .filter(|_| !snapshot.is_closed)
            .map_or(0, |resolved| {
                due_reminders(resolved, history, None, snapshot.today).fresh.len()
            }),
        referent_messages: told.as_ref().map(ReferentMessageStatus::to_json),
        to_referents: told.as_ref().map(ReferentMessageStatus::sentence),
        open: delivery_issues(messages),
        reminders: due_reminders::counts(history),
        schools: schools(history, &account),
        is_balanced: counted.is_balanced,
        is_closed: snapshot.is_closed,
        returns: returns(history, &account),
        account,
    })
}

/// The schools without a referent of each département that has letters or such schools.
fn add_departements(totals: &mut Value, asked: &DesignationAccount) {
    let Some(departements) = totals["departements"].as_object_mut() else { return };
    let code = |uai: &String| uai.chars().take(3).collect::<String>();
    let codes: BTreeSet<String> = asked.schools.keys().map(code).collect();
    for code in codes {
        let empty = || Account::default().to_json(true);
        let part = departements.entry(code).or_insert_with(|| {
            let mut part = empty();
            let known = ["letters", "acts", "messages"];
            part.as_object_mut()
                .into_iter()
                .for_each(|keys| keys.retain(|key, _| known.contains(&key.as_str())));
            part
        });
        part["without_referent"] = Value::Null;
    }
    for (code, part) in departements.iter_mut() {
        part["without_referent"] = asked.of_departement(code).totals();
    }
}

fn returns(history: &CampaignHistory, account: &Account) -> Option<ReturnCounts> {
    // Who signs an amendment that prints the whole letter has signed the letter too: one return for both.
    let letters = |states: &[LetterState], acts: &[ActState]| -> usize {
        let letters = account.letters.iter().filter(|(_, state)| states.contains(state));
        let acts = account.acts.iter().filter(|act| acts.contains(&act.state));
        let names = letters.map(|(reference, _)| reference);
        names.chain(acts.map(|act| &act.reference)).collect::<BTreeSet<_>>().len()
    };
    let awaited = letters(
        &[LetterState::HandedOver, LetterState::PartlySigned],
        &[ActState::Awaiting, ActState::PartlySigned],
    );
    let came_back = letters(
        &[
            LetterState::ToReview,
            LetterState::Signed,
            LetterState::PartlySigned,
            LetterState::Declined,
        ],
        &[ActState::ToReview, ActState::Signed, ActState::PartlySigned, ActState::Declined],
    );
    // A letter that is signed may have another return that waits.
    let mut returns = history.letters.values().flat_map(|letter| &letter.returns).peekable();
    let has_returns = returns.peek().is_some();
    let to_review = returns.filter(|one| one.state == ReturnState::ToReview).count();
    let is_told = came_back > 0 || (awaited > 0 && has_returns);
    is_told.then_some(ReturnCounts { came_back, awaited, to_review })
}

fn acts(account: &Account, reference: &str) -> Vec<ActStatus> {
    let acts = account.acts.iter().filter(|act| act.reference == reference);
    acts.map(|act| ActStatus { revision: act.revision, act: act.act, state: act.state }).collect()
}

fn schools(history: &CampaignHistory, account: &Account) -> Vec<SchoolStatus> {
    let mut found: BTreeMap<&str, Vec<LetterStatus>> = BTreeMap::new();
    for (reference, letter) in &history.letters {
        found.entry(&letter.uai).or_default().push(LetterStatus {
            reference: reference.clone(),
            state: account.letters.get(reference).map(|state| state.as_str()),
            acts: acts(account, reference),
            sent_on: history.last_sent(reference).and_then(|message| message.left_on),
            returns: letter.returns.iter().map(|one| one.state.as_str()).collect(),
        });
    }
    let schools = found.into_iter();
    schools.map(|(uai, letters)| SchoolStatus { uai: uai.to_owned(), letters }).collect()
}
