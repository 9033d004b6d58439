//! Revisions with all that is kept of them.

use super::decode::parsed;
use crate::ledger::connection::Ledger;
use crate::ledger::error::LedgerError;
use crate::plan::history::StoredRevision;
use rusqlite::OptionalExtension as _;
use serde_json::Value;

/// A revision of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LetterRevision {
    /// Its row in the ledger.
    pub id: i64,
    /// Its number among those of the letter.
    pub number: u32,
    /// Whether it left.
    pub has_left: bool,
}

/// A revision that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOverRevision {
    /// Its row in the ledger.
    pub id: i64,
    /// Reference of the letter.
    pub reference: String,
    /// Its number among those of the letter.
    pub number: u32,
}

impl Ledger {
    /// All that is kept of a revision.
    pub fn stored(&self, revision: i64) -> Result<StoredRevision, LedgerError> {
        let mut connection = self.view()?;
        connection.revision(revision)?;
        let mut statement = connection.prepare_cached(
            "SELECT reference, issue, content, origins, ruleset.json, inputs.json, rendered, issued, text, made_on, form
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
            rendered: row.get(6)?,
            form: row.get(10)?,
            issued: row.get(7)?,
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

    /// What the revision of a letter with this number says: of several, the last that left, else the last.
    pub fn content_of(&self, reference: &str, number: u32) -> Result<Option<Value>, LedgerError> {
        let mut revisions = self.revisions(reference)?;
        revisions.retain(|revision| revision.number == number);
        let left = revisions.iter().rfind(|revision| revision.has_left);
        match left.or(revisions.last()) {
            Some(revision) => self.content(reference, Some(revision.id)),
            None => Ok(None),
        }
    }

    /// The revisions of a letter. Void ones that never left are passed over.
    pub fn revisions(&self, reference: &str) -> Result<Vec<LetterRevision>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(
            "SELECT id, number, void, settled IS NOT NULL OR EXISTS (
                 SELECT 1 FROM message_letter JOIN message ON message.id = message
                 WHERE revision = revision.id AND state IN ('handed_over', 'bounced'))
             FROM revision WHERE reference = ? ORDER BY number, id",
        )?;
        let mut rows = statement.query([reference])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (void, has_left): (bool, bool) = (row.get(2)?, row.get(3)?);
            if has_left || !void {
                found.push(LetterRevision { id: row.get(0)?, number: row.get(1)?, has_left });
            }
        }
        Ok(found)
    }

    /// The revisions that were handed over.
    pub fn handed_over(
        &self,
        campaign: Option<&str>,
    ) -> Result<Vec<HandedOverRevision>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(
            "SELECT DISTINCT revision.id, revision.reference, revision.number FROM revision
             JOIN letter USING (reference)
             WHERE (?1 IS NULL OR letter.campaign = ?1) AND (settled IS NOT NULL OR EXISTS (
                 SELECT 1 FROM message_letter JOIN message ON message.id = message_letter.message
                 WHERE message_letter.revision = revision.id
                   AND state IN ('handed_over', 'bounced')))
             ORDER BY revision.reference, revision.number",
        )?;
        let mut rows = statement.query([campaign])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(HandedOverRevision {
                id: row.get(0)?,
                reference: row.get(1)?,
                number: row.get(2)?,
            });
        }
        Ok(found)
    }
}
