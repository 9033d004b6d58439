//! Finds letters, messages and events by the names that people type.

use crate::ledger::chain::events::{self, Event};
use crate::ledger::connection::Ledger;
use crate::ledger::error::LedgerError;
use crate::plan::history::MessageState;
use rusqlite::OptionalExtension as _;

/// A message that a word fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageMatch {
    /// Its number in the ledger.
    pub id: i64,
    /// What became of it.
    pub state: MessageState,
    /// Whether it asks a school to designate a referent.
    pub is_request: bool,
    /// Its Message-ID, once it was frozen.
    pub message_id: Option<String>,
    /// Whether it goes to a referent.
    pub to_referent: bool,
}

impl Ledger {
    /// The campaign of a message.
    pub fn campaign_of_message(&self, message: i64) -> Result<Option<String>, LedgerError> {
        let connection = self.view()?;
        let sql = "SELECT campaign FROM message WHERE id = ?";
        Ok(connection.query_row(sql, [message], |row| row.get(0)).optional()?)
    }

    /// The letters that a word names: a reference, a UAI or a referent.
    pub fn letters_named(&self, word: &str) -> Result<Vec<String>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(
            "SELECT reference FROM letter WHERE reference = ?1 COLLATE NOCASE
                OR uai = ?1 COLLATE NOCASE OR referent = ?1 ORDER BY reference",
        )?;
        let rows = statement.query_map([word], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The events of a letter, a school or a referent, with those of their messages.
    pub fn events_of(&self, name: &str) -> Result<Vec<Event>, LedgerError> {
        let mut found = Vec::new();
        let connection = self.view()?;
        events::select(
            &connection,
            "WHERE reference IN (SELECT reference FROM letter WHERE reference = ?1 COLLATE NOCASE OR uai = ?1 COLLATE NOCASE OR referent = ?1)
                OR reference = ?1 COLLATE NOCASE
                OR message IN (SELECT message FROM message_letter JOIN letter USING (reference)
                               WHERE letter.reference = ?1 COLLATE NOCASE OR uai = ?1 COLLATE NOCASE OR referent = ?1)
                OR (event.kind = 'approved' AND json_valid(body) AND EXISTS (
                    SELECT 1 FROM json_each(body, '$.letters') AS approved JOIN letter
                    ON letter.reference = approved.value
                    WHERE letter.reference = ?1 COLLATE NOCASE OR letter.uai = ?1 COLLATE NOCASE
                       OR letter.referent = ?1))
                OR message IN (SELECT id FROM message WHERE kind = 'designation' AND (name = ?1 COLLATE NOCASE
                               OR EXISTS (SELECT 1 FROM json_each(addressees) WHERE value ->> 'uai' = ?1 COLLATE NOCASE)))",
            &[&name],
            |event| found.push(event),
        )?;
        Ok(found)
    }

    /// The messages that a word fits: a reference, the name or the UAI of a message, the UAI of one of its
    /// letters, or a Message-ID. Ready ones only if they may have been sent before a person said that they were
    /// not.
    pub fn messages_named(&self, word: &str) -> Result<Vec<MessageMatch>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(
            "SELECT DISTINCT message.id, state, kind = 'designation', kind = 'referent', message_id FROM message
             LEFT JOIN message_letter ON message_letter.message = message.id
             WHERE (message_id = ?1 OR '<' || ?1 || '>' = message_id
                    OR message.name = ?1 COLLATE NOCASE OR message.uai = ?1 COLLATE NOCASE
                    OR message_letter.reference = ?1 COLLATE NOCASE
                    OR message_letter.reference IN (SELECT reference FROM letter WHERE letter.uai = ?1 COLLATE NOCASE)
                    OR kind = 'designation' AND EXISTS
                       (SELECT 1 FROM json_each(addressees) WHERE value ->> 'uai' = ?1 COLLATE NOCASE))
               AND (state != 'ready' OR (bytes IS NOT NULL AND (route IS NULL OR tries > 0)))
             ORDER BY message.id",
        )?;
        let mut rows = statement.query([word])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let state: String = row.get(1)?;
            if let Some(state) = MessageState::from_word(&state) {
                found.push(MessageMatch {
                    id: row.get(0)?,
                    state,
                    is_request: row.get(2)?,
                    to_referent: row.get(3)?,
                    message_id: row.get(4)?,
                });
            }
        }
        Ok(found)
    }

    /// The campaigns in which messages were made that ask for a referent.
    pub fn asking_campaigns(&self) -> Result<Vec<String>, LedgerError> {
        let connection = self.view()?;
        let sql =
            "SELECT DISTINCT campaign FROM message WHERE kind = 'designation' ORDER BY campaign";
        let mut statement = connection.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// References of a campaign's letters, for suggestions.
    pub fn names(&self) -> Result<Vec<String>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare("SELECT reference, uai, referent FROM letter")?;
        let mut rows = statement.query([])?;
        let mut names = Vec::new();
        while let Some(row) = rows.next()? {
            names.push(row.get(0)?);
            names.push(row.get(1)?);
            names.extend(row.get::<_, Option<String>>(2)?);
        }
        names.sort();
        names.dedup();
        Ok(names)
    }
}
