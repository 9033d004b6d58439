//! What control copies say of messages that the ledger does not know to have left: it is a copy itself, and they left
//! from another one.
//!
//! A copy whose letters are those of a message, byte for byte, proves that it left. One that only names letters of the
//! campaign puts their messages in doubt: they left with other bytes, or not all of them.

use crate::mail::control_copy::ControlCopy;
use crate::plan::history::{CampaignHistory, MessageEntry, MessageKind, MessageState};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be noted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ElsewhereFindings {
    /// Messages that left, by their number, with the Message-ID of the copy that proves it.
    pub(super) left: BTreeMap<i64, String>,
    /// Messages that may have left, by their number, with the Message-ID of the copy that says so.
    pub(super) in_doubt: BTreeMap<i64, String>,
    /// Copies of messages that the ledger knows to have left under another name: they left twice.
    pub(super) twice: usize,
    /// Copies of the campaign that fit no message of the ledger.
    pub(super) unmatched: usize,
}

/// How a message that was made here fits a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Not at all.
    None,
    /// Some letter of it is named.
    Named,
    /// All its letters are there, byte for byte.
    Exact,
}

/// Looks at copies that the ledger does not know.
pub(super) fn find<'c>(
    history: &CampaignHistory,
    campaign: &str,
    copies: impl IntoIterator<Item = &'c ControlCopy>,
) -> ElsewhereFindings {
    let all = || history.all_messages();
    let known: BTreeSet<&str> = all().filter_map(|one| one.message_id.as_deref()).collect();
    let mut found = ElsewhereFindings::default();
    for copy in copies {
        let id = copy.message_id.as_str();
        // A test to oneself is in no account.
        if known.contains(id) || id.starts_with("<missive-test.") {
            continue;
        }
        let kind = kind_of(id);
        let fitting = |wanted: Fit| {
            all().filter(move |one| one.kind == kind && fit(history, one, copy) == wanted)
        };
        let open = |wanted: Fit| fitting(wanted).find(|one| is_open(one.state));
        if let Some(message) = open(Fit::Exact) {
            found.in_doubt.remove(&message.id);
            found.left.entry(message.id).or_insert_with(|| copy.message_id.clone());
        } else if fitting(Fit::Exact).any(|one| has_left(one.state)) {
            found.twice += 1;
        } else if let Some(message) = open(Fit::Named) {
            if !found.left.contains_key(&message.id) && message.state != MessageState::Ambiguous {
                found.in_doubt.entry(message.id).or_insert_with(|| copy.message_id.clone());
            }
        } else if is_of_campaign(campaign, copy) {
            found.unmatched += 1;
        }
    }
    found
}

/// What a message is for, by its Message-ID.
fn kind_of(message_id: &str) -> MessageKind {
    let is = |start: &str| message_id.starts_with(start);
    match () {
        () if is("<missive-reminder.") => MessageKind::Reminder,
        () if is("<missive-designation.") => MessageKind::Designation,
        () if is("<missive-referent.") => MessageKind::Referent,
        () => MessageKind::Letters,
    }
}

/// Whether a message may still leave, or may have left.
fn is_open(state: MessageState) -> bool {
    use MessageState::{Ambiguous, Deferred, Deposited, Ready, Refused};
    matches!(state, Ready | Deferred | Refused | Deposited | Ambiguous)
}

fn has_left(state: MessageState) -> bool {
    matches!(state, MessageState::HandedOver | MessageState::Bounced)
}

fn fit(history: &CampaignHistory, message: &MessageEntry, copy: &ControlCopy) -> Fit {
    let is_attached = |reference: &str, revision: i64| {
        let issued = history.issued(reference, revision);
        issued.is_some_and(|issued| copy.attached.iter().any(|file| file.sha256 == issued.as_str()))
    };
    if message.kind == MessageKind::Designation {
        // It carries no letter that would prove that it is the same.
        return if names(copy, &message.name) { Fit::Named } else { Fit::None };
    }
    let letters = &message.letters;
    let attached = |one: &&_| {
        let one: &crate::plan::history::MessageLetter = one;
        is_attached(&one.reference, one.revision)
    };
    if !letters.is_empty() && letters.iter().all(|one| attached(&one)) {
        return Fit::Exact;
    }
    match letters.iter().any(|one| names(copy, &one.reference)) {
        true => Fit::Named,
        false => Fit::None,
    }
}

/// Whether a copy says anywhere that it is about this letter, or about this campaign.
fn names(copy: &ControlCopy, word: &str) -> bool {
    let in_attached = copy.attached.iter().any(|file| {
        file.name.contains(word) || file.keywords.iter().any(|keyword| keyword.starts_with(word))
    });
    in_attached || copy.subject.contains(word) || copy.message_id.contains(word)
}

fn is_of_campaign(campaign: &str, copy: &ControlCopy) -> bool {
    let id = &copy.message_id;
    ["<missive.", "<missive-reminder.", "<missive-designation.", "<missive-referent."]
        .iter()
        .any(|start| id.starts_with(&format!("{start}{campaign}-")))
        || copy.subject.contains(&format!("[{campaign}-"))
}
