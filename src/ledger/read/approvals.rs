//! What was written to be proofread, and what of it was approved.

use super::decode::parsed;
use crate::ledger::connection::Ledger;
use crate::ledger::error::LedgerError;
use crate::plan::history::{ApprovalHistory, ProofEntry};
use rusqlite::{Connection, OptionalExtension as _};

impl Ledger {
    /// Whether a message with this fingerprint was approved.
    pub fn is_approved(&self, campaign: &str, fingerprint: &str) -> Result<bool, LedgerError> {
        let connection = self.view()?;
        let sql = "SELECT EXISTS (SELECT 1 FROM proof, json_each(proof.messages) AS message
                   WHERE proof.campaign = ?1 AND proof.id IN (SELECT proof FROM approval)
                     AND json_extract(message.value, '$.fingerprint') = ?2)";
        Ok(connection.prepare_cached(sql)?.query_row([campaign, fingerprint], |row| row.get(0))?)
    }
}

/// Proofs and approvals of a campaign.
pub(in crate::ledger) fn approvals(
    connection: &Connection,
    campaign: &str,
) -> Result<ApprovalHistory, LedgerError> {
    let mut history = ApprovalHistory::default();
    let sql = "SELECT messages FROM approval JOIN proof ON proof.id = approval.proof
               WHERE approval.campaign = ? ORDER BY approval.id";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([campaign])?;
    while let Some(row) = rows.next()? {
        history.approve(parsed(&row.get::<_, String>(0)?, "approbation")?);
    }
    let sql = "SELECT id, messages FROM proof WHERE campaign = ? ORDER BY id DESC LIMIT 1";
    let last: Option<(i64, String)> =
        connection.query_row(sql, [campaign], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if let Some((id, messages)) = last {
        history.last_proof = Some(ProofEntry { id, messages: parsed(&messages, "épreuve")? });
    }
    Ok(history)
}
