//! Letters that a campaign calls for, or no longer.

use super::change::Change;
use crate::ledger::chain::event_kind::EventKind;
use crate::ledger::chain::events::NewEvent;
use crate::ledger::error::LedgerError;
use rusqlite::{OptionalExtension as _, params};
use serde_json::json;

impl Change<'_> {
    /// Makes sure that a letter is there and called for.
    pub fn letter(
        &mut self,
        reference: &str,
        campaign: &str,
        uai: &str,
        referent: Option<&str>,
    ) -> Result<(), LedgerError> {
        let is_withdrawn: Option<bool> = self
            .transaction
            .prepare_cached("SELECT withdrawn FROM letter WHERE reference = ?")?
            .query_row([reference], |row| row.get(0))
            .optional()?;
        if is_withdrawn == Some(false) {
            return Ok(());
        }
        self.transaction
            .prepare_cached(
                "INSERT INTO letter (reference, campaign, uai, referent) VALUES (?, ?, ?, ?)
                 ON CONFLICT (reference) DO UPDATE SET withdrawn = 0",
            )?
            .execute(params![reference, campaign, uai, referent])?;
        self.event(&NewEvent {
            campaign: Some(campaign),
            reference: Some(reference),
            body: json!({ "uai": uai, "referent": referent }),
            ..NewEvent::of(EventKind::CalledFor)
        })
    }

    /// Takes a letter off the campaign: one that was deposited or handed over stays on the account
    /// as withdrawn, others are forgotten.
    pub fn withdraw(&mut self, reference: &str) -> Result<(), LedgerError> {
        let drafts: Vec<i64> = self
            .transaction
            .prepare_cached("SELECT id FROM revision WHERE reference = ? AND void = 0")?
            .query_map([reference], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut unsent = Vec::new();
        for id in drafts {
            let left: bool = self
                .transaction
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM message_letter JOIN message ON message.id = message
                     WHERE revision = ?1 AND state IN ('handed_over', 'bounced', 'ambiguous'))
                     OR EXISTS (SELECT 1 FROM revision WHERE id = ?1 AND settled IS NOT NULL)",
                )?
                .query_row([id], |row| row.get(0))?;
            if !left {
                unsent.push(id);
            }
        }
        self.drop_revisions(reference, &unsent)?;
        let known: bool = self
            .transaction
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM revision WHERE reference = ?)")?
            .query_row([reference], |row| row.get(0))?;
        let (kind, sql) = match known {
            true => (EventKind::Withdrawn, "UPDATE letter SET withdrawn = 1 WHERE reference = ?"),
            false => (EventKind::Forgotten, "DELETE FROM letter WHERE reference = ?"),
        };
        self.transaction.prepare_cached(sql)?.execute([reference])?;
        self.event(&NewEvent { reference: Some(reference), ..NewEvent::of(kind) })
    }
}
