//! Messages: composed, deposited, taken back, and what a person said became of them.

use super::change::Change;
use crate::ledger::chain::event_kind::EventKind;
use crate::ledger::chain::events::NewEvent;
use crate::ledger::chain::row_digest;
use crate::ledger::error::LedgerError;
use crate::plan::history::{Addressee, MessageKind, MessageLetter, MessageState, ObjectHash};
use jiff::civil::Date;
use rusqlite::params;
use serde_json::{Value, json};

/// A message to be kept.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Identifier of the campaign.
    pub campaign: String,
    /// Lowest UAI of its letters.
    pub uai: String,
    /// Number among the messages of that UAI.
    pub number: u32,
    /// Reference, or campaign and UAI.
    pub name: String,
    /// Where to; absent when blocked.
    pub address: Option<String>,
    /// Date printed on the document.
    pub date: Date,
    /// The heads it is addressed to.
    pub addressees: Vec<Addressee>,
    /// Hash over the contents of its cover.
    pub cover: String,
    /// Hash of what was read to render the cover.
    pub inputs: String,
    /// Hash over everything that decides about its bytes.
    pub fingerprint: String,
    /// The cover as PDF.
    pub cover_pdf: ObjectHash,
    /// The cover as HTML.
    pub cover_html: ObjectHash,
    /// Subject of the message.
    pub subject: String,
    /// Its letters.
    pub letters: Vec<MessageLetter>,
    /// What it is for.
    pub kind: MessageKind,
    /// Whether one of its letters has yet to be signed by the authority: it is blocked.
    pub held: bool,
}

/// A message as it left from elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct SentElsewhere<'a> {
    /// Its Message-ID.
    pub message_id: &'a str,
    /// Its octets.
    pub bytes: &'a ObjectHash,
    /// How that is known.
    pub why: &'a str,
}

impl Change<'_> {
    /// Keeps a message that is ready, or blocked when it has no address.
    pub fn message(&mut self, new: &NewMessage) -> Result<i64, LedgerError> {
        let state = match new.address {
            Some(_) if !new.held => MessageState::Ready,
            _ => MessageState::Blocked,
        };
        let addressees = serde_json::to_string(&new.addressees)
            .map_err(|error| LedgerError::Corrupt(error.to_string()))?;
        self.transaction
            .prepare_cached(
                "INSERT INTO message (campaign, uai, number, name, address, date, addressees,
                     cover, inputs, fingerprint, cover_pdf, cover_html, subject, state, kind)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                new.campaign,
                new.uai,
                new.number,
                new.name,
                new.address,
                new.date.to_string(),
                addressees,
                new.cover,
                new.inputs,
                new.fingerprint,
                new.cover_pdf,
                new.cover_html,
                new.subject,
                state.as_str(),
                new.kind.as_str(),
            ])?;
        let id = self.transaction.last_insert_rowid();
        for letter in &new.letters {
            self.transaction
                .prepare_cached("INSERT INTO message_letter VALUES (?, ?, ?, ?)")?
                .execute(params![id, letter.reference, letter.revision, letter.readdressed])?;
        }
        let digest = row_digest::of(&self.transaction, row_digest::MESSAGE, id)?;
        let bound = row_digest::of(&self.transaction, row_digest::COVER, id)?;
        self.event(&NewEvent {
            campaign: Some(&new.campaign),
            message: Some(id),
            body: json!({
                "uai": new.uai, "number": new.number, "state": state.as_str(), "digest": digest,
                "bound": bound, "kind": Some(new.kind.as_str()).filter(|_| new.kind != MessageKind::Letters),
                "letters": new.letters.iter().map(|letter| &letter.reference).collect::<Vec<_>>(),
            }),
            ..NewEvent::of(EventKind::Composed)
        })?;
        Ok(id)
    }

    /// Notes that another content or template of the cover gives the same message.
    pub fn refresh_cover(
        &mut self,
        message: i64,
        cover: &str,
        inputs: &str,
    ) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached("UPDATE message SET cover = ?, inputs = ? WHERE id = ?")?
            .execute(params![cover, inputs, message])?;
        let body =
            json!({ "bound": row_digest::of(&self.transaction, row_digest::COVER, message)? });
        let message = Some(message);
        self.event(&NewEvent { message, body, ..NewEvent::of(EventKind::Refreshed) })
    }

    /// Takes an open message back: one that was deposited stays as replaced, others go.
    pub fn retire(&mut self, message: i64) -> Result<(), LedgerError> {
        let deposited: bool = self
            .transaction
            .prepare_cached(
                "SELECT bytes IS NOT NULL AND (route IS NULL OR tries > 0) FROM message WHERE id = ?",
            )?
            .query_row([message], |row| row.get(0))?;
        if deposited {
            return self.transition(message, MessageState::Replaced, json!({}));
        }
        self.transaction.prepare_cached("DELETE FROM message WHERE id = ?")?.execute([message])?;
        self.event(&NewEvent { message: Some(message), ..NewEvent::of(EventKind::Unmade) })
    }

    /// Notes that a message is about to be deposited with these bytes.
    pub fn deposit(
        &mut self,
        message: i64,
        message_id: &str,
        bytes: &ObjectHash,
        file: &str,
    ) -> Result<(), LedgerError> {
        let message = self.new_row_if_bytes_differ(message, bytes)?;
        self.transaction
            .prepare_cached(
                "UPDATE message SET message_id = ?, bytes = ?, route = NULL WHERE id = ?",
            )?
            .execute(params![message_id, bytes, message])?;
        let body = json!({ "message_id": message_id, "bytes": bytes, "file": file });
        self.transition(message, MessageState::Deposited, body)
    }

    /// Notes that a message left, on a person's word.
    pub fn hand_over(&mut self, message: i64, why: &str) -> Result<(), LedgerError> {
        let day = self.stamp.day.clone();
        self.transaction
            .prepare_cached("UPDATE message SET left_on = ? WHERE id = ?")?
            .execute(params![day, message])?;
        let body = json!({ "why": why, "by": self.stamp.person });
        self.transition(message, MessageState::HandedOver, body)
    }

    /// Notes that a message left from elsewhere, as a copy of it proves: under the name that it has there, with its
    /// octets, which are in the store.
    pub fn hand_over_as(
        &mut self,
        message: i64,
        copy: &SentElsewhere<'_>,
    ) -> Result<(), LedgerError> {
        let message = self.new_row_if_bytes_differ(message, copy.bytes)?;
        let day = self.stamp.day.clone();
        self.transaction
            .prepare_cached(
                "UPDATE message SET left_on = ?, message_id = ?, bytes = ?, route = NULL WHERE id = ?",
            )?
            .execute(params![day, copy.message_id, copy.bytes, message])?;
        let body = json!({
            "why": copy.why, "by": self.stamp.person, "message_id": copy.message_id,
            "bytes": copy.bytes,
        });
        self.transition(message, MessageState::HandedOver, body)
    }

    /// Notes that a message may have left from elsewhere.
    pub fn doubt(&mut self, message: i64, why: &str) -> Result<(), LedgerError> {
        let body = json!({ "by": self.stamp.person, "reply": why });
        self.transition(message, MessageState::Ambiguous, body)
    }

    /// Notes that a message has not left, on a person's word: it is ready again, or replaced when one
    /// of its letters was withdrawn meanwhile.
    pub fn not_sent(&mut self, message: i64, why: &str) -> Result<(), LedgerError> {
        let body = json!({ "why": why, "by": self.stamp.person });
        // What nothing calls for any more does not go, nor does a message that holds some of it.
        let gone: bool = self
            .transaction
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM message_letter JOIN letter USING (reference)
                 WHERE message = ? AND withdrawn = 1)",
            )?
            .query_row([message], |row| row.get(0))?;
        let state = if gone { MessageState::Replaced } else { MessageState::Ready };
        self.transition(message, state, body)
    }

    /// Notes that a message that left came back in error, on a person's word.
    pub fn bounce(&mut self, message: i64, why: &str) -> Result<(), LedgerError> {
        let body = json!({ "why": why, "by": self.stamp.person });
        self.transition(message, MessageState::Bounced, body)
    }

    /// Notes that a message need not go any more: what it carries arrived otherwise.
    pub fn replace(&mut self, message: i64, why: &str) -> Result<(), LedgerError> {
        self.transition(message, MessageState::Replaced, json!({ "why": why }))
    }

    /// A message with other bytes may have been sent by hand: it keeps them and becomes replaced, and a
    /// new message takes its place. Gives the number of the message to continue with.
    pub(in crate::ledger) fn new_row_if_bytes_differ(
        &mut self,
        message: i64,
        bytes: &ObjectHash,
    ) -> Result<i64, LedgerError> {
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
        let digest = row_digest::of(&self.transaction, row_digest::MESSAGE, id)?;
        let bound = row_digest::of(&self.transaction, row_digest::COVER, id)?;
        self.event(&NewEvent {
            campaign: Some(&campaign),
            message: Some(id),
            body: json!({
                "uai": uai, "number": number, "state": MessageState::Ready.as_str(),
                "digest": digest, "bound": bound, "kind": kind, "after": message,
            }),
            ..NewEvent::of(EventKind::Composed)
        })?;
        self.transition(message, MessageState::Replaced, json!({}))?;
        Ok(id)
    }

    pub(in crate::ledger) fn transition(
        &mut self,
        message: i64,
        state: MessageState,
        mut body: Value,
    ) -> Result<(), LedgerError> {
        let text = |key: &str| body.get(key).and_then(Value::as_str);
        self.transaction
            .prepare_cached(
                "UPDATE message SET state = ?, due = ?, reply = coalesce(?, reply) WHERE id = ?",
            )?
            .execute(params![state.as_str(), text("due"), text("reply"), message])?;
        body["state"] = state.as_str().into();
        self.event(&NewEvent {
            message: Some(message),
            body,
            ..NewEvent::of(EventKind::from(state))
        })
    }
}
