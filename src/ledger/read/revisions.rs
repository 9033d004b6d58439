//! Revisions with all that is kept of them.

use super::decode::parsed;
use crate::ledger::connection::Ledger;
use crate::ledger::error::LedgerError;
use crate::plan::history::StoredRevision;
use rusqlite::OptionalExtension as _;
use serde_json::Value;

impl Ledger {
    /// All that is kept of a revision.
    pub fn stored(&self, revision: i64) -> Result<StoredRevision, LedgerError> {
        let mut connection = self.view()?;
        connection.revision(revision)?;
        let mut statement = connection.prepare_cached(
            "SELECT reference, issue, content, origins, ruleset.json, inputs.json, rendered, issued, text, made_on
             FROM revision JOIN ruleset ON ruleset.hash = ruleset JOIN inputs ON inputs.hash = inputs
             WHERE id = ?",
        )?;
        let mut rows = statement.query([revision])?;
        let row = rows
            .next()?
            .ok_or_else(|| LedgerError::Corrupt(format!("il manque la révision {revision}")))?;
        let text = |at: usize| row.get::<_, String>(at);
        let json = text(2)?;
        Ok(StoredRevision {
            reference: text(0)?,
            issue: parsed(&text(1)?, "révision")?,
            content: parsed(&json, "contenu")?,
            json,
            origins: parsed(&text(3)?, "provenance")?,
            rules: parsed(&text(4)?, "règles")?,
            inputs: parsed(&text(5)?, "entrées")?,
            rendered: text(6)?,
            issued: text(7)?,
            blocks: parsed(&text(8)?, "texte")?,
            made_on: text(9)?,
        })
    }

    /// What a revision of a letter says, or the last one that was made of it: the JSON that the
    /// template read.
    pub fn content(
        &self,
        reference: &str,
        revision: Option<i64>,
    ) -> Result<Option<Value>, LedgerError> {
        let mut connection = self.view()?;
        let sql = "SELECT id, content FROM revision WHERE reference = ?1
                   AND (?2 IS NULL OR id = ?2) ORDER BY number DESC, id DESC LIMIT 1";
        let found: Option<(i64, String)> = connection
            .prepare_cached(sql)?
            .query_row((reference, revision), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((id, text)) = found else { return Ok(None) };
        connection.revision(id)?;
        parsed(&text, "contenu").map(Some)
    }

    /// The revisions of a letter: number in the ledger, number of the revision, whether it left.
    /// Void ones that never left are passed over.
    pub fn revisions(&self, reference: &str) -> Result<Vec<(i64, u32, bool)>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(
            "SELECT id, number, void, EXISTS (
                 SELECT 1 FROM message_letter JOIN message ON message.id = message
                 WHERE revision = revision.id AND state IN ('handed_over', 'bounced'))
             FROM revision WHERE reference = ? ORDER BY number, id",
        )?;
        let mut rows = statement.query([reference])?;
        let mut found: Vec<(i64, u32, bool)> = Vec::new();
        while let Some(row) = rows.next()? {
            let (void, left): (bool, bool) = (row.get(2)?, row.get(3)?);
            if left || !void {
                found.push((row.get(0)?, row.get(1)?, left));
            }
        }
        Ok(found)
    }

    /// The revisions that were handed over: number in the ledger, letter, revision.
    pub fn handed_over(
        &self,
        campaign: Option<&str>,
    ) -> Result<Vec<(i64, String, u32)>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(
            "SELECT DISTINCT revision.id, revision.reference, revision.number FROM revision
             JOIN letter USING (reference)
             JOIN message_letter ON message_letter.revision = revision.id
             JOIN message ON message.id = message_letter.message
             WHERE state IN ('handed_over', 'bounced') AND (?1 IS NULL OR letter.campaign = ?1)
             ORDER BY revision.reference, revision.number",
        )?;
        let mut rows = statement.query([campaign])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((row.get(0)?, row.get(1)?, row.get(2)?));
        }
        Ok(found)
    }
}
