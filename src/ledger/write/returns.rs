//! What came back, written down.

use super::change::Change;
use crate::ledger::chain::event_kind::EventKind;
use crate::ledger::chain::events::NewEvent;
use crate::ledger::chain::row_digest;
use crate::ledger::error::LedgerError;
use crate::ledger::read::returns::{Received, Returned};
use crate::plan::history::{ObjectHash, ReturnState};
use crate::plan::settlement::ProvenLetter;
use rusqlite::params;
use serde_json::{Value, json};

/// A revision, by its row in the ledger and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its row in the ledger.
    pub id: i64,
    /// Its number among those of the letter.
    pub number: u32,
}

impl Change<'_> {
    /// Keeps what was found in a file. The file has to be in the archive.
    pub fn received(&mut self, new: &Received) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached(
                "INSERT INTO received (object, sha512, size, kind, label, mail, verdict, method,
                     findings, day) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                new.object,
                new.sha512,
                i64::try_from(new.size).unwrap_or(i64::MAX),
                new.kind,
                new.label,
                new.mail,
                new.verdict,
                new.method,
                new.findings.to_string(),
                self.stamp.day,
            ])?;
        let row = self.transaction.last_insert_rowid();
        let digest = row_digest::of(&self.transaction, row_digest::RECEIVED, row)?;
        self.event(&NewEvent {
            body: json!({
                "row": row, "digest": digest, "object": new.object, "label": new.label,
                "verdict": new.verdict, "size": new.size,
            }),
            ..NewEvent::of(EventKind::Received)
        })
    }

    /// Keeps a letter that came back; gives its number.
    pub fn returned(&mut self, new: &Returned) -> Result<i64, LedgerError> {
        self.transaction
            .prepare_cached(
                "INSERT INTO returned (object, reference, revision, pages, verdict, hint, day, state)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                new.object,
                new.reference,
                new.revision,
                json!(new.pages).to_string(),
                new.verdict,
                new.hint,
                self.stamp.day,
                new.state.as_str(),
            ])?;
        let row = self.transaction.last_insert_rowid();
        let digest = row_digest::of(&self.transaction, row_digest::RETURNED, row)?;
        self.event(&NewEvent {
            reference: Some(&new.reference),
            body: json!({
                "row": row, "digest": digest, "object": new.object, "verdict": new.verdict,
                "pages": new.pages, "state": new.state.as_str(),
            }),
            ..NewEvent::of(EventKind::Returned)
        })?;
        Ok(row)
    }

    /// Notes what a person said of a return. `review` tells who, and what else there was to say.
    pub fn review(
        &mut self,
        returned: &Returned,
        state: ReturnState,
        review: &Value,
    ) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached("UPDATE returned SET state = ?, review = ? WHERE id = ?")?
            .execute(params![state.as_str(), review.to_string(), returned.id])?;
        self.event(&NewEvent {
            reference: Some(&returned.reference),
            body: json!({ "row": returned.id, "state": state.as_str(), "review": review }),
            ..NewEvent::of(EventKind::Reviewed)
        })
    }

    /// Notes that no signed copy of a revision is expected any more, and why; without a reason, that one
    /// is expected after all.
    pub fn waive(
        &mut self,
        reference: &str,
        revision: DocumentRow,
        why: Option<&str>,
    ) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached("UPDATE revision SET waived = ? WHERE id = ?")?
            .execute(params![why, revision.id])?;
        let kind = if why.is_some() { EventKind::Waived } else { EventKind::Expected };
        let body = json!({
            "row": revision.id, "revision": revision.number, "why": why, "by": self.stamp.person,
        });
        self.event(&NewEvent { reference: Some(reference), body, ..NewEvent::of(kind) })
    }

    /// Notes that signed copies of a letter are expected again that was released as a whole, before version 5.
    pub fn expect_letter(&mut self, reference: &str) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached("UPDATE letter SET waived = NULL WHERE reference = ?")?
            .execute([reference])?;
        let body = json!({ "by": self.stamp.person });
        self.event(&NewEvent {
            reference: Some(reference),
            body,
            ..NewEvent::of(EventKind::Expected)
        })
    }

    /// Notes that a return proves that a school has a revision, whatever became of its message: it counts as
    /// handed over.
    pub fn settle(&mut self, settled: &ProvenLetter) -> Result<(), LedgerError> {
        let day = self.stamp.day.clone();
        self.transaction
            .prepare_cached("UPDATE revision SET settled = ? WHERE id = ?")?
            .execute(params![day, settled.revision])?;
        self.event(&NewEvent {
            reference: Some(&settled.reference),
            body: json!({
                "row": settled.revision, "revision": settled.number, "return": settled.returned,
            }),
            ..NewEvent::of(EventKind::Settled)
        })
    }

    /// Remembers a certificate that a school signed with, the first time it is seen there.
    pub fn pin(
        &mut self,
        uai: &str,
        fingerprint: &str,
        signer: &str,
        object: &str,
    ) -> Result<(), LedgerError> {
        let fresh = self
            .transaction
            .prepare_cached("INSERT OR IGNORE INTO pin VALUES (?, ?, ?, ?)")?
            .execute(params![uai, fingerprint, signer, object])?;
        if fresh == 0 {
            return Ok(());
        }
        let body = json!({
            "uai": uai, "fingerprint": fingerprint, "signer": signer, "object": object,
        });
        self.event(&NewEvent { body, ..NewEvent::of(EventKind::Pinned) })
    }

    /// Makes a signed file the bytes that are sent of a revision which has not left yet.
    pub fn countersign(
        &mut self,
        revision: i64,
        reference: &str,
        issued: &ObjectHash,
        signer: &str,
    ) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached("UPDATE revision SET issued = ? WHERE id = ?")?
            .execute(params![issued, revision])?;
        let body = json!({ "row": revision, "issued": issued, "signer": signer });
        self.event(&NewEvent {
            reference: Some(reference),
            body,
            ..NewEvent::of(EventKind::Countersigned)
        })
    }

    /// Notes a check of the archive against the ledger and its result (fixity check).
    pub fn checked(&mut self, body: Value) -> Result<(), LedgerError> {
        self.event(&NewEvent { body, ..NewEvent::of(EventKind::ArchiveChecked) })
    }
}
