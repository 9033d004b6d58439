//! The way of a message over the relay, written down before and after each step.
//!
//! The intent is the pessimistic truth: from the moment it is on the disk nobody knows whether the
//! message left, until a verdict says so. A crash in between needs no repair.

use super::events::NewEvent;
use super::write::Change;
use super::{Ledger, LedgerError, digest};
use crate::plan::past::{MessageState, Route};
use jiff::Timestamp;
use rusqlite::params;
use serde_json::{Value, json};

/// What became of an attempt.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The state it leaves the message in.
    pub state: MessageState,
    /// The part of the transaction it ended in.
    pub phase: &'static str,
    /// The relay's reply in full, or how the connection was lost.
    pub reply: String,
    /// When a deferred message may be tried again.
    pub due: Option<Timestamp>,
    /// Recipients besides the school who were not taken: address and reply.
    pub turned: Vec<(String, String)>,
}

impl Change<'_> {
    /// The moment that its events bear (RFC 3339, UTC).
    pub fn moment(&self) -> &str {
        &self.stamp.0
    }

    /// A message whose bytes may have been sent by hand keeps them, as replaced; the one that takes
    /// its place starts afresh. Gives the number of the one to go on with.
    pub(super) fn apart(&mut self, message: i64, bytes: &str) -> Result<i64, LedgerError> {
        let same: bool = self
            .transaction
            .prepare_cached("SELECT bytes IS NULL OR bytes = ? FROM message WHERE id = ?")?
            .query_row(params![bytes, message], |row| row.get(0))?;
        if same {
            return Ok(message);
        }
        self.transaction
            .prepare_cached(
                "INSERT INTO message (campaign, uai, number, name, address, date, addressees,
                     cover, inputs, fingerprint, cover_pdf, cover_html, subject, state, kind)
                 SELECT campaign, uai, number, name, address, date, addressees, cover, inputs,
                     fingerprint, cover_pdf, cover_html, subject, 'ready', kind
                 FROM message WHERE id = ?",
            )?
            .execute([message])?;
        let id = self.transaction.last_insert_rowid();
        self.transaction
            .prepare_cached(
                "INSERT INTO message_letter SELECT ?, reference, revision, readdressed
                 FROM message_letter WHERE message = ?",
            )?
            .execute([id, message])?;
        let (campaign, uai, number, kind): (String, String, u32, String) = self
            .transaction
            .prepare_cached("SELECT campaign, uai, number, kind FROM message WHERE id = ?")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        let own = digest::of(&self.transaction, digest::MESSAGE, id)?;
        let bound = digest::of(&self.transaction, digest::COVER, id)?;
        self.event(&NewEvent {
            kind: "composed",
            campaign: Some(&campaign),
            message: Some(id),
            body: json!({
                "uai": uai, "number": number, "state": MessageState::Ready.as_str(),
                "digest": own, "bound": bound, "kind": kind, "after": message,
            }),
            ..NewEvent::default()
        })?;
        self.transition(message, MessageState::Replaced, json!({}))?;
        Ok(id)
    }

    /// Keeps the bytes and the envelope of a message that is to go over the relay; gives the number
    /// of the message that carries them.
    pub fn freeze(
        &mut self,
        message: i64,
        message_id: &str,
        bytes: &str,
        route: &Route,
    ) -> Result<i64, LedgerError> {
        let message = self.apart(message, bytes)?;
        let route = json!(route);
        self.transaction
            .prepare_cached(
                "UPDATE message SET message_id = ?, bytes = ?, route = ?, due = NULL WHERE id = ?",
            )?
            .execute(params![message_id, bytes, route.to_string(), message])?;
        let state = MessageState::Ready.as_str();
        let body =
            json!({ "message_id": message_id, "bytes": bytes, "route": route, "state": state });
        self.event(&NewEvent {
            kind: "frozen",
            message: Some(message),
            body,
            ..NewEvent::default()
        })?;
        Ok(message)
    }

    /// Notes that the next thing done is to send: from here on its fate is unknown.
    pub fn intend(
        &mut self,
        message: i64,
        relay: &str,
        recipients: u32,
    ) -> Result<(), LedgerError> {
        let tries = self.one_more_try(message)?;
        let state = MessageState::Ambiguous.as_str();
        self.transaction
            .prepare_cached("UPDATE message SET state = ?, due = NULL WHERE id = ?")?
            .execute(params![state, message])?;
        let body = json!({
            "state": state, "tries": tries, "relay": relay, "recipients": recipients,
        });
        self.event(&NewEvent {
            kind: "intent",
            message: Some(message),
            body,
            ..NewEvent::default()
        })
    }

    fn one_more_try(&mut self, message: i64) -> Result<u32, LedgerError> {
        Ok(self
            .transaction
            .prepare_cached("UPDATE message SET tries = tries + 1 WHERE id = ? RETURNING tries")?
            .query_row([message], |row| row.get(0))?)
    }

    /// Notes what became of an attempt. `recipients` for one that ended before its intent.
    pub fn conclude(
        &mut self,
        message: i64,
        verdict: &Verdict,
        recipients: Option<u32>,
    ) -> Result<(), LedgerError> {
        let mut body = json!({ "reply": verdict.reply, "phase": verdict.phase });
        if let Some(recipients) = recipients {
            body["tries"] = self.one_more_try(message)?.into();
            body["recipients"] = recipients.into();
        }
        if let Some(due) = verdict.due {
            body["due"] = due.to_string().into();
        }
        if !verdict.turned.is_empty() {
            let one = |(address, reply): &(String, String)| json!([address, reply]);
            body["turned"] = verdict.turned.iter().map(one).collect();
        }
        if verdict.state == MessageState::HandedOver {
            let day = self.stamp.1.clone();
            self.transaction
                .prepare_cached("UPDATE message SET left_on = ? WHERE id = ?")?
                .execute(params![day, message])?;
        }
        self.transition(message, verdict.state, body)
    }

    /// Notes a copy that somebody sent to themselves: no message of the account.
    pub fn tested(&mut self, campaign: &str, body: Value) -> Result<(), LedgerError> {
        self.event(&NewEvent {
            kind: "tested",
            campaign: Some(campaign),
            body,
            ..NewEvent::default()
        })
    }
}

impl Ledger {
    /// Every attempt since a moment, whatever became of it: when, and to how many recipients.
    pub fn spent(&self, since: Timestamp) -> Result<Vec<(Timestamp, u32)>, LedgerError> {
        let connection = self.view()?;
        let mut statement = connection.prepare(
            "SELECT moment, json_extract(body, '$.recipients') AS number FROM event
             WHERE moment >= ? AND kind IN ('intent', 'tested', 'deferred', 'refused')
               AND number IS NOT NULL",
        )?;
        let mut rows = statement.query([format!("{since:.0}")])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let moment: String = row.get(0)?;
            found.push((super::read::moment(&moment)?, row.get(1)?));
        }
        Ok(found)
    }
}
