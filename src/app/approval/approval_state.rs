//! Which messages wait for an approval, and why one that was given does not hold any more. One function for `plan`,
//! `status`, `check`, the report and the sending, so that they never differ.

use super::message_fingerprint::of_message;
use crate::app::names::labels::Labels;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::queue::open_messages::open_messages;
use crate::app::wording::{count, few};
use crate::plan::history::{
    ApprovalChange, ApprovalHistory, CampaignHistory, MessageState, ProofreadMessage,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Messages that may leave, by their approval.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ApprovalState {
    /// Approved as they are.
    pub approved: usize,
    /// Not approved as they are.
    pub waiting: usize,
    /// Those that wait, with what changed since they were approved.
    pub messages: Vec<UnapprovedMessage>,
}

/// A message that waits for an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnapprovedMessage {
    /// The lowest UAI of its letters.
    pub uai: String,
    /// The references of its letters.
    pub letters: Vec<String>,
    /// What is not as it was approved.
    pub changes: BTreeSet<ApprovalChange>,
}

impl UnapprovedMessage {
    /// Whether it was approved before it changed.
    pub fn has_lapsed(&self) -> bool {
        !self.changes.contains(&ApprovalChange::Never)
    }
}

impl ApprovalState {
    /// Adds a message that may leave.
    pub fn add(&mut self, approvals: &ApprovalHistory, message: &ProofreadMessage) {
        if approvals.is_approved(message) {
            self.approved += 1;
            return;
        }
        self.waiting += 1;
        self.messages.push(UnapprovedMessage {
            uai: message.uai.clone(),
            letters: message.letters.keys().cloned().collect(),
            changes: approvals.changes(message),
        });
    }

    /// The messages of the ledger that have yet to leave; none where nothing has to be approved.
    pub fn of_ledger(resolved: &ResolvedCampaign<'_>, history: &CampaignHistory) -> Option<Self> {
        if !resolved.needs_approval() {
            return None;
        }
        let mut state = Self::default();
        for outgoing in open_messages(resolved, history.messages.values(), None) {
            let read = || of_message(resolved, history, &outgoing);
            match outgoing.message.state {
                MessageState::Ready | MessageState::Deferred => {
                    state.add(&history.approvals, &read());
                }
                // What was deposited before an approval was asked for waits for one too.
                MessageState::Deposited if !history.approvals.is_approved(&read()) => {
                    state.add(&history.approvals, &read());
                }
                _ => {}
            }
        }
        Some(state)
    }

    /// What waits and what lapsed, in French sentences.
    pub fn sentences(&self, labels: &Labels) -> Vec<String> {
        if self.waiting == 0 {
            return Vec::new();
        }
        let mut sentences = vec![format!(
            "{} une approbation.",
            count(self.waiting, "message attend", "messages attendent")
        )];
        let mut lapsed: BTreeMap<ApprovalChange, Vec<String>> = BTreeMap::new();
        for message in &self.messages {
            for change in message.changes.iter().filter(|one| **one != ApprovalChange::Never) {
                lapsed.entry(*change).or_default().push(labels.school(&message.uai));
            }
        }
        sentences.extend(lapsed.into_iter().map(|(change, schools)| {
            format!("  approbation caduque ({}) : {}", change.french(), few(&schools))
        }));
        sentences
    }
}
