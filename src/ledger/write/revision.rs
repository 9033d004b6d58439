//! Revisions of letters: kept, taken back, judged.

use super::change::Change;
use crate::ledger::chain::event_kind::EventKind;
use crate::ledger::chain::events::NewEvent;
use crate::ledger::chain::row_digest;
use crate::ledger::error::LedgerError;
use crate::ledger::object_store::hash;
use crate::letter::issue::Issue;
use crate::plan::Materiality;
use crate::plan::history::{JudgedChange, ObjectHash};
use rusqlite::params;
use serde_json::json;

/// A revision to be kept.
#[derive(Clone, Debug)]
pub struct NewRevision {
    /// Reference of the letter.
    pub reference: String,
    /// Number, dates and act of the revision.
    pub issue: Issue,
    /// The JSON that the template read, without its QR codes.
    pub content: String,
    /// Hash of that JSON.
    pub content_hash: String,
    /// `file:line` of each field, as JSON.
    pub origins: String,
    /// The rules, as JSON.
    pub ruleset: String,
    /// Hash of what was read to render it.
    pub inputs: String,
    /// Hash of the PDF.
    pub rendered: ObjectHash,
    /// Hash of the PDF with its form fields, if it has some.
    pub form: Option<ObjectHash>,
    /// Number of pages.
    pub pages: usize,
    /// Its text, block by block, as JSON.
    pub text: String,
    /// Hash of its text.
    pub text_hash: String,
    /// Its boxes to sign and to write in, as JSON.
    pub boxes: String,
}

fn issue_json(issue: &Issue) -> Result<String, LedgerError> {
    serde_json::to_string(issue).map_err(|error| LedgerError::Corrupt(error.to_string()))
}

impl Change<'_> {
    /// Keeps a revision; `drops` are the drafts it takes the place of.
    pub fn revision(&mut self, new: &NewRevision, drops: &[i64]) -> Result<i64, LedgerError> {
        let ruleset = hash(new.ruleset.as_bytes());
        self.shared("INSERT OR IGNORE INTO ruleset VALUES (?, ?)", ruleset.as_str(), || {
            Ok(new.ruleset.clone())
        })?;
        self.transaction
            .prepare_cached(
                "INSERT INTO revision (reference, number, issue, made_on, content, content_hash,
                     origins, ruleset, inputs, rendered, issued, pages, text, text_hash, boxes, form)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                new.reference,
                new.issue.revision,
                issue_json(&new.issue)?,
                self.stamp.day,
                new.content,
                new.content_hash,
                new.origins,
                ruleset,
                new.inputs,
                new.rendered,
                new.form.as_ref().unwrap_or(&new.rendered),
                i64::try_from(new.pages).unwrap_or(i64::MAX),
                new.text,
                new.text_hash,
                new.boxes,
                new.form,
            ])?;
        let id = self.transaction.last_insert_rowid();
        let digest = row_digest::of(&self.transaction, row_digest::REVISION, id)?;
        let head = row_digest::of(&self.transaction, row_digest::HEAD, id)?;
        let bound = row_digest::of(&self.transaction, row_digest::SEEN, id)?;
        let supersedes = new.issue.supersedes.as_ref();
        self.event(&NewEvent {
            reference: Some(&new.reference),
            body: json!({
                "row": id, "revision": new.issue.revision, "digest": digest,
                "head": head, "bound": bound, "rendered": new.rendered, "form": new.form,
                "act": supersedes.map(|former| former.act.as_str()),
                "reason": supersedes.map(|former| former.reason.as_str()),
            }),
            ..NewEvent::of(EventKind::Made)
        })?;
        self.drop_revisions(&new.reference, drops)?;
        Ok(id)
    }

    /// Takes drafts back: those that were deposited stay as void, others go.
    pub fn drop_revisions(&mut self, reference: &str, drops: &[i64]) -> Result<(), LedgerError> {
        for id in drops {
            let used: bool = self
                .transaction
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM message_letter WHERE revision = ?1)
                         OR EXISTS (SELECT 1 FROM returned WHERE revision = ?1)",
                )?
                .query_row([id], |row| row.get(0))?;
            let sql = match used {
                true => "UPDATE revision SET void = 1 WHERE id = ?",
                false => "DELETE FROM revision WHERE id = ?",
            };
            self.transaction.prepare_cached(sql)?.execute([id])?;
            self.event(&NewEvent {
                reference: Some(reference),
                body: json!({ "row": id }),
                ..NewEvent::of(if used { EventKind::Voided } else { EventKind::Dropped })
            })?;
        }
        Ok(())
    }

    /// Remembers how much a later content or template matters to a revision. `why` is a person's
    /// reason, when a person said so.
    pub fn record_judgement(
        &mut self,
        reference: &str,
        revision: i64,
        seen: &JudgedChange,
        why: Option<&str>,
    ) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached(
                "UPDATE revision SET seen_content = ?, seen_inputs = ?, seen_materiality = ?,
                     seen_declared = ? WHERE id = ?",
            )?
            .execute(params![
                seen.content,
                seen.inputs,
                seen.materiality.as_str(),
                seen.declared,
                revision
            ])?;
        // "compared" is for the chain alone: people are told by what is done about it.
        let is_shown = why.is_some() || seen.materiality == Materiality::Cosmetic;
        let bound = row_digest::of(&self.transaction, row_digest::SEEN, revision)?;
        self.event(&NewEvent {
            reference: Some(reference),
            body: json!({
                "row": revision, "materiality": seen.materiality.as_str(),
                "declared": seen.declared, "why": why, "bound": bound,
            }),
            ..NewEvent::of(if is_shown { EventKind::Judged } else { EventKind::Compared })
        })
    }
}
