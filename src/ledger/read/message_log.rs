//! What happened to messages on their way, in order: the source of `send.log`, and of quotas.

use super::decode::moment;
use crate::ledger::chain::event_kind::EventKind;
use crate::ledger::connection::Ledger;
use crate::ledger::error::LedgerError;
use jiff::Timestamp;
use std::collections::HashMap;

/// One thing that happened to a message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLogLine {
    /// The working day.
    pub day: String,
    /// The moment (RFC 3339, UTC).
    pub moment: String,
    /// What happened.
    pub kind: EventKind,
    /// Name of its file, when it was or had been in the outbox.
    pub file: Option<String>,
    /// Message-ID.
    pub message_id: String,
    /// Where to.
    pub address: String,
    /// What the relay or a person said.
    pub detail: String,
}

/// An attempt to send a message, or a test of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastAttempt {
    /// When.
    pub moment: Timestamp,
    /// To how many recipients.
    pub recipients: u32,
}

/// What happens to a message on its way.
const ON_THE_WAY: [EventKind; 8] = [
    EventKind::Deposited,
    EventKind::Replaced,
    EventKind::HandedOver,
    EventKind::NotSent,
    EventKind::Intent,
    EventKind::Deferred,
    EventKind::Refused,
    EventKind::Ambiguous,
];
/// What counts against a quota, if the event has a number of recipients.
const ATTEMPTS: [EventKind; 4] =
    [EventKind::Intent, EventKind::Tested, EventKind::Deferred, EventKind::Refused];

impl Ledger {
    /// What happened to the messages of a campaign on their way, in order.
    pub fn message_log(&self, campaign: &str) -> Result<Vec<MessageLogLine>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(&format!(
            "SELECT day, moment, event.kind, json_extract(body, '$.file'), event.message,
                    json_extract(body, '$.message_id'), message_id, address,
                    coalesce(json_extract(body, '$.reply'), json_extract(body, '$.why'),
                             json_extract(body, '$.relay'), '')
             FROM event JOIN message ON message.id = event.message
             WHERE message.campaign = ? AND bytes IS NOT NULL
               AND event.kind IN ({}) ORDER BY seq",
            EventKind::sql_list(&ON_THE_WAY)
        ))?;
        let mut rows = statement.query([campaign])?;
        let mut found = Vec::new();
        // What lies in the outbox: file and Message-ID at that time.
        let mut files: HashMap<i64, String> = HashMap::new();
        let mut ids: HashMap<i64, String> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (word, message): (String, i64) = (row.get(2)?, row.get(4)?);
            let Some(kind) = EventKind::from_word(&word) else { continue };
            if let Some(id) = row.get::<_, Option<String>>(5)? {
                ids.insert(message, id);
            }
            let file = match row.get::<_, Option<String>>(3)? {
                Some(file) => {
                    files.insert(message, file.clone());
                    Some(file)
                }
                None => files.remove(&message),
            };
            let now: Option<String> = row.get(6)?;
            found.push(MessageLogLine {
                day: row.get(0)?,
                moment: row.get(1)?,
                kind,
                file,
                message_id: ids.get(&message).cloned().or(now).unwrap_or_default(),
                address: row.get::<_, Option<String>>(7)?.unwrap_or_default(),
                detail: row.get(8)?,
            });
        }
        Ok(found)
    }

    /// Every attempt since a moment, whatever became of it.
    pub fn attempts_since(&self, since: Timestamp) -> Result<Vec<PastAttempt>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(&format!(
            "SELECT moment, json_extract(body, '$.recipients') AS number FROM event
             WHERE moment >= ? AND kind IN ({}) AND number IS NOT NULL",
            EventKind::sql_list(&ATTEMPTS)
        ))?;
        let mut rows = statement.query([format!("{since:.0}")])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            found.push(PastAttempt { moment: moment(&text)?, recipients: row.get(1)? });
        }
        Ok(found)
    }
}
