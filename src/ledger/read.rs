//! What the ledger knows, as plain values.

use super::events::{self, Event};
use super::{Ledger, LedgerError};
use crate::letter::issue::Issue;
use crate::plan::Materiality;
use crate::plan::past::{
    CampaignHistory, Inputs, LetterPast, MessagePast, MessageState, RevisionPast, Seen,
};
use crate::rules::snapshot::RuleView;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// All that is kept of one revision.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Letter.
    pub reference: String,
    /// What makes it.
    pub issue: Issue,
    /// The JSON that the template read, without its QR codes.
    pub json: String,
    /// The same, parsed.
    pub content: Value,
    /// `file:line` of each field.
    pub origins: BTreeMap<String, String>,
    /// The rules it was made under.
    pub rules: Vec<RuleView>,
    /// What was read to render it.
    pub inputs: Inputs,
    /// Hash of the PDF as rendered.
    pub rendered: String,
    /// Hash of the PDF as sent.
    pub issued: String,
    /// Its text, block by block.
    pub blocks: Vec<String>,
    /// The day it was made.
    pub made_on: String,
}

/// One thing that happened to a message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The working day.
    pub day: String,
    /// The moment (RFC 3339, UTC).
    pub moment: String,
    /// The kind of event.
    pub kind: String,
    /// Name of its file, when it was or had been in the outbox.
    pub file: Option<String>,
    /// Message-ID.
    pub message_id: String,
    /// Where to.
    pub address: String,
    /// What the relay or a person said.
    pub said: String,
}

/// The kind of message that reminds of letters sent before.
pub(super) const REMINDER: &str = "reminder";

pub(super) fn moment(text: &str) -> Result<Timestamp, LedgerError> {
    text.parse().map_err(|_| LedgerError::Spoilt(format!("moment « {text} »")))
}

pub(super) fn parsed<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, LedgerError> {
    serde_json::from_str(text).map_err(|error| LedgerError::Spoilt(format!("{what} : {error}")))
}

fn materiality(word: &str) -> Option<Materiality> {
    [Materiality::None, Materiality::Cosmetic, Materiality::Substantive]
        .into_iter()
        .find(|own| own.as_str() == word)
}

const REVISION: &str = "revision.id, revision.reference, revision.issue, content_hash, inputs, rendered, issued, text_hash, void, seen_content, seen_inputs, seen_materiality, seen_declared";

/// A revision with its letter, and whether it is void.
fn revision(row: &Row<'_>) -> Result<(String, RevisionPast, bool), LedgerError> {
    let issue: String = row.get(2)?;
    let seen = match (
        row.get::<_, Option<String>>(9)?,
        row.get::<_, Option<String>>(10)?,
        row.get::<_, Option<String>>(11)?.as_deref().and_then(materiality),
    ) {
        (Some(content), Some(inputs), Some(materiality)) => {
            Some(Seen { content, inputs, materiality, declared: row.get(12)? })
        }
        _ => None,
    };
    let past = RevisionPast {
        id: row.get(0)?,
        issue: parsed(&issue, "révision")?,
        content: row.get(3)?,
        inputs: row.get(4)?,
        rendered: row.get(5)?,
        issued: row.get(6)?,
        text: row.get(7)?,
        seen,
    };
    Ok((row.get(1)?, past, row.get(8)?))
}

impl Ledger {
    /// All that is known of a campaign.
    pub fn past(&self, campaign: &str) -> Result<CampaignHistory, LedgerError> {
        let mut past = CampaignHistory::default();
        let connection = self.view()?;
        let mut statement = connection
            .prepare("SELECT reference, uai, referent, withdrawn, waived IS NOT NULL FROM letter WHERE campaign = ?")?;
        let mut rows = statement.query([campaign])?;
        while let Some(row) = rows.next()? {
            let letter = LetterPast {
                uai: row.get(1)?,
                referent: row.get(2)?,
                withdrawn: row.get(3)?,
                waived: row.get(4)?,
                ..LetterPast::default()
            };
            past.letters.insert(row.get(0)?, letter);
        }
        drop(rows);
        drop(statement);
        messages(&connection, campaign, &mut past)?;
        super::returns::fill(&connection, campaign, &mut past)?;
        let left: std::collections::BTreeSet<i64> = past
            .messages
            .values()
            .filter(|message| message.state.has_left())
            .flat_map(|message| message.letters.iter().map(|(_, revision, _)| *revision))
            .collect();
        let sql = format!(
            "SELECT {REVISION} FROM revision JOIN letter USING (reference) WHERE campaign = ? ORDER BY revision.id"
        );
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([campaign])?;
        let mut drafts: HashMap<String, RevisionPast> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (reference, revision, void) = revision(row)?;
            let Some(letter) = past.letters.get_mut(&reference) else { continue };
            if left.contains(&revision.id) {
                let newest = |own: &RevisionPast| own.issue.revision <= revision.issue.revision;
                if letter.issued.as_ref().is_none_or(newest) {
                    letter.issued = Some(revision);
                }
            } else if !void {
                drafts.insert(reference, revision);
            }
        }
        for (reference, draft) in drafts {
            if let Some(letter) = past.letters.get_mut(&reference) {
                let later = |issued: &RevisionPast| draft.issue.revision > issued.issue.revision;
                if letter.issued.as_ref().is_none_or(later) {
                    letter.draft = Some(draft);
                }
            }
        }
        drop(rows);
        drop(statement);
        let mut statement = connection.prepare("SELECT hash, json FROM inputs")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let json: String = row.get(1)?;
            past.inputs.insert(row.get(0)?, parsed(&json, "entrées")?);
        }
        past.index();
        Ok(past)
    }

    /// All that is kept of a revision.
    pub fn stored(&self, revision: i64) -> Result<Stored, LedgerError> {
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
            .ok_or_else(|| LedgerError::Spoilt(format!("il manque la révision {revision}")))?;
        let text = |at: usize| row.get::<_, String>(at);
        let json = text(2)?;
        Ok(Stored {
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

    /// What happened to the messages of a campaign on their way, in order.
    pub fn logged(&self, campaign: &str) -> Result<Vec<Logged>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(
            "SELECT day, moment, event.kind, json_extract(body, '$.file'), event.message,
                    json_extract(body, '$.message_id'), message_id, address,
                    coalesce(json_extract(body, '$.reply'), json_extract(body, '$.why'),
                             json_extract(body, '$.relay'), '')
             FROM event JOIN message ON message.id = event.message
             WHERE message.campaign = ? AND bytes IS NOT NULL
               AND event.kind IN ('deposited', 'replaced', 'handed_over', 'not_sent', 'intent',
                                  'deferred', 'refused', 'ambiguous') ORDER BY seq",
        )?;
        let mut rows = statement.query([campaign])?;
        let mut found = Vec::new();
        // What lies in the outbox: file and Message-ID at that time.
        let mut there: HashMap<i64, String> = HashMap::new();
        let mut ids: HashMap<i64, String> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (kind, message): (String, i64) = (row.get(2)?, row.get(4)?);
            if let Some(id) = row.get::<_, Option<String>>(5)? {
                ids.insert(message, id);
            }
            let file = match row.get::<_, Option<String>>(3)? {
                Some(file) => {
                    there.insert(message, file.clone());
                    Some(file)
                }
                None => there.remove(&message),
            };
            let now: Option<String> = row.get(6)?;
            found.push(Logged {
                day: row.get(0)?,
                moment: row.get(1)?,
                kind,
                file,
                message_id: ids.get(&message).cloned().or(now).unwrap_or_default(),
                address: row.get::<_, Option<String>>(7)?.unwrap_or_default(),
                said: row.get(8)?,
            });
        }
        Ok(found)
    }

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
                               WHERE letter.reference = ?1 COLLATE NOCASE OR uai = ?1 COLLATE NOCASE OR referent = ?1)",
            &[&name],
            |event| found.push(event),
        )?;
        Ok(found)
    }

    /// The messages that a word means: a reference, the name or the UAI of a message, or a Message-ID;
    /// those that are ready only if they may have left before a person said they had not.
    pub fn messages_named(&self, word: &str) -> Result<Vec<(i64, MessageState)>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(
            "SELECT DISTINCT message.id, state FROM message
             LEFT JOIN message_letter ON message_letter.message = message.id
             WHERE (message_id = ?1 OR '<' || ?1 || '>' = message_id
                    OR message.name = ?1 COLLATE NOCASE OR message.uai = ?1 COLLATE NOCASE
                    OR message_letter.reference = ?1 COLLATE NOCASE)
               AND (state != 'ready' OR (bytes IS NOT NULL AND (route IS NULL OR tries > 0)))
             ORDER BY message.id",
        )?;
        let mut rows = statement.query([word])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let state: String = row.get(1)?;
            found.extend(MessageState::from_word(&state).map(|state| (row.get(0), state)));
        }
        found.into_iter().map(|(id, state)| Ok((id?, state))).collect()
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

fn messages(
    connection: &rusqlite::Connection,
    campaign: &str,
    past: &mut CampaignHistory,
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare(
        "SELECT id, uai, number, state, message_id, address, date, addressees, cover, inputs,
                fingerprint, cover_pdf, cover_html, subject, bytes, left_on, kind, route, tries,
                due, reply
         FROM message WHERE campaign = ?",
    )?;
    let mut rows = statement.query([campaign])?;
    while let Some(row) = rows.next()? {
        let state: String = row.get(3)?;
        let day = |at: usize| -> Result<Option<String>, LedgerError> { Ok(row.get(at)?) };
        let date =
            |text: &str| text.parse().map_err(|_| LedgerError::Spoilt(format!("date « {text} »")));
        let addressees: String = row.get(7)?;
        let kind: String = row.get(16)?;
        let message = MessagePast {
            id: row.get(0)?,
            reminder: kind == REMINDER,
            uai: row.get(1)?,
            number: row.get(2)?,
            state: MessageState::from_word(&state)
                .ok_or_else(|| LedgerError::Spoilt(format!("état « {state} »")))?,
            message_id: row.get(4)?,
            address: row.get(5)?,
            date: date(&row.get::<_, String>(6)?)?,
            addressees: parsed(&addressees, "destinataires")?,
            letters: Vec::new(),
            cover: row.get(8)?,
            inputs: row.get(9)?,
            fingerprint: row.get(10)?,
            cover_pdf: row.get(11)?,
            cover_html: row.get(12)?,
            subject: row.get(13)?,
            bytes: row.get(14)?,
            left_on: day(15)?.map(|text| date(&text)).transpose()?,
            route: day(17)?.map(|text| parsed(&text, "enveloppe")).transpose()?,
            tries: row.get(18)?,
            due: day(19)?.map(|text| moment(&text)).transpose()?,
            reply: row.get(20)?,
        };
        let kept = if message.reminder { &mut past.reminders } else { &mut past.messages };
        kept.insert(message.id, message);
    }
    let mut statement = connection.prepare(
        "SELECT message, reference, revision, readdressed FROM message_letter
         JOIN message ON message.id = message WHERE campaign = ? ORDER BY message, reference",
    )?;
    let mut rows = statement.query([campaign])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        let message = past.messages.get_mut(&id).or_else(|| past.reminders.get_mut(&id));
        if let Some(message) = message {
            message.letters.push((row.get(1)?, row.get(2)?, row.get(3)?));
        }
    }
    Ok(())
}
