//! Proofs and approvals, written down.

use super::change::Change;
use crate::ledger::chain::event_kind::EventKind;
use crate::ledger::chain::events::NewEvent;
use crate::ledger::chain::row_digest;
use crate::ledger::error::LedgerError;
use crate::plan::history::ProofreadMessage;
use rusqlite::params;
use serde_json::json;

/// A proof to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewProof<'a> {
    /// Identifier of the campaign.
    pub campaign: &'a str,
    /// The messages that it stands for, as they are.
    pub messages: &'a [ProofreadMessage],
    /// References of the letters in it.
    pub letters: &'a [String],
}

/// An approval to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewApproval<'a> {
    /// Identifier of the campaign.
    pub campaign: &'a str,
    /// The proof, by its number in the ledger.
    pub proof: i64,
    /// The name that a person typed.
    pub name: &'a str,
    /// What else they said.
    pub why: Option<&'a str>,
    /// References of the letters that are approved by it.
    pub letters: &'a [String],
}

impl Change<'_> {
    /// Notes that letters were written to be proofread; gives the number of the proof.
    pub fn proof(&mut self, new: &NewProof<'_>) -> Result<i64, LedgerError> {
        let messages = serde_json::to_string(new.messages)
            .map_err(|error| LedgerError::Corrupt(error.to_string()))?;
        self.transaction
            .prepare_cached(
                "INSERT INTO proof (campaign, messages, letters, day) VALUES (?, ?, ?, ?)",
            )?
            .execute(params![
                new.campaign,
                messages,
                json!(new.letters).to_string(),
                self.stamp.day
            ])?;
        let row = self.transaction.last_insert_rowid();
        let digest = row_digest::of(&self.transaction, row_digest::PROOF, row)?;
        self.event(&NewEvent {
            campaign: Some(new.campaign),
            body: json!({
                "row": row, "digest": digest, "letters": new.letters,
                "messages": new.messages.len(),
            }),
            ..NewEvent::of(EventKind::Proofed)
        })?;
        Ok(row)
    }

    /// Notes that a person approved the messages of a proof.
    pub fn approve(&mut self, new: &NewApproval<'_>) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached(
                "INSERT INTO approval (campaign, proof, name, why, day) VALUES (?, ?, ?, ?, ?)",
            )?
            .execute(params![new.campaign, new.proof, new.name, new.why, self.stamp.day])?;
        let row = self.transaction.last_insert_rowid();
        let digest = row_digest::of(&self.transaction, row_digest::APPROVAL, row)?;
        self.event(&NewEvent {
            campaign: Some(new.campaign),
            body: json!({
                "row": row, "digest": digest, "proof": new.proof, "name": new.name,
                "why": new.why, "by": self.stamp.person, "letters": new.letters,
            }),
            ..NewEvent::of(EventKind::Approved)
        })
    }
}
