//! `approve`: a person says that the messages of the last proof may leave.
//!
//! The name is what they typed, beside the account of the computer: it organises the work, and proves nothing.

use super::make_proof::{MessageToRead, messages_to_read};
use super::proof_error::ProofError;
use crate::app::campaign::campaign_run::CampaignRun;
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::names::labels::Labels;
use crate::app::sending::context::out_of_date;
use crate::ledger::Ledger;
use crate::ledger::write::approval::NewApproval;
use crate::plan::Orders;
use crate::plan::history::ApprovalChange;
use crate::records::values::SingleLine;
use jiff::civil::Date;
use serde::Serialize;

/// Who approves, and what else they say.
#[derive(Clone, Debug)]
pub struct ApprovalRequest {
    /// The name that they typed.
    pub by: SingleLine,
    /// What else there is to say.
    pub why: Option<SingleLine>,
    /// The day it is.
    pub day: Date,
}

/// What was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApprovalOutcome {
    /// The name that was typed.
    pub by: String,
    /// Messages that are approved by it.
    pub approved: usize,
    /// References of their letters.
    pub letters: Vec<String>,
    /// Messages that were approved before, and still are.
    pub approved_before: usize,
    /// Whether the settings ask for an approval at all.
    pub required: bool,
}

/// Approves every message of the last proof that has not left.
///
/// # Errors
/// There is no proof, or a message is not as it was in it.
pub fn approve(
    run: &CampaignRun<'_>,
    ledger: &Ledger,
    request: &ApprovalRequest,
) -> Result<ApprovalOutcome, ProofError> {
    let resolved = &run.resolved;
    let campaign = resolved.desired.campaign.id.as_str();
    let history = ledger.history(campaign)?;
    let orders = Orders::default();
    let evaluator = LetterEvaluator::new(resolved, &history, Some(ledger), &orders, request.day);
    if let Some(outdated) = out_of_date(&evaluator, None, run.request.jobs) {
        return Err(ProofError::OutOfDate(Box::new(outdated)));
    }
    let all = messages_to_read(resolved, &history);
    let is_approved = |one: &&MessageToRead<'_, '_>| history.approvals.is_approved(&one.read);
    let approved_before = all.iter().filter(is_approved).count();
    let fresh: Vec<&MessageToRead<'_, '_>> = all.iter().filter(|one| !is_approved(one)).collect();
    let letters: Vec<String> =
        fresh.iter().flat_map(|one| one.read.letters.keys().cloned()).collect();
    let outcome = ApprovalOutcome {
        by: request.by.to_string(),
        approved: fresh.len(),
        letters,
        approved_before,
        required: resolved.needs_approval(),
    };
    if fresh.is_empty() {
        return Ok(outcome);
    }
    let proof = history.approvals.last_proof.as_ref().ok_or(ProofError::NoProof)?;
    let labels = Labels::of_campaign(&resolved.desired);
    let changed = fresh.iter().filter(|one| !proof.holds(&one.read)).map(|one| {
        let changes = one.read.changes_since(proof.of_school(&one.read.uai));
        let why: Vec<&str> = changes
            .into_iter()
            .map(|change| match change {
                ApprovalChange::Never => "absent de l'épreuve",
                other => other.french(),
            })
            .collect();
        format!("{} ({})", labels.school(&one.read.uai), why.join(", "))
    });
    let changed: Vec<String> = changed.collect();
    if !changed.is_empty() {
        return Err(ProofError::ChangedSince(changed));
    }
    let approval = NewApproval {
        campaign,
        proof: proof.id,
        name: &request.by,
        why: request.why.as_deref(),
        letters: &outcome.letters,
    };
    ledger.write(|change| change.approve(&approval))?;
    Ok(outcome)
}
