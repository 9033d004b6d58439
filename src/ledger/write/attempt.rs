//! Attempts to send a message over the relay, written down before and after each step.
//!
//! The intent marks the message as ambiguous: from the moment it is on the disk nobody knows whether the
//! message left, until a result says so. A crash in between needs no repair.

use super::change::Change;
use crate::ledger::chain::event_kind::EventKind;
use crate::ledger::chain::events::NewEvent;
use crate::ledger::error::LedgerError;
use crate::plan::history::{FrozenEnvelope, MessageState, ObjectHash};
use jiff::Timestamp;
use rusqlite::params;
use serde_json::{Value, json};

/// How an attempt ended.
#[derive(Clone, Debug)]
pub struct AttemptResult {
    /// The state it leaves the message in.
    pub state: MessageState,
    /// The part of the transaction it ended in.
    pub phase: &'static str,
    /// The relay's reply in full, or how the connection was lost.
    pub reply: String,
    /// When a deferred message may be tried again.
    pub due: Option<Timestamp>,
    /// Recipients besides the school who were not taken.
    pub rejected: Vec<RejectedAddress>,
}

/// A recipient whom the relay did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedAddress {
    /// The mail address.
    pub address: String,
    /// What the relay said.
    pub reply: String,
}

impl Change<'_> {
    /// Keeps the bytes and the envelope of a message that is to go over the relay; gives the number
    /// of the message that carries them.
    pub fn freeze(
        &mut self,
        message: i64,
        message_id: &str,
        bytes: &ObjectHash,
        route: &FrozenEnvelope,
    ) -> Result<i64, LedgerError> {
        let message = self.new_row_if_bytes_differ(message, bytes)?;
        let route = json!(route);
        self.transaction
            .prepare_cached(
                "UPDATE message SET message_id = ?, bytes = ?, route = ?, due = NULL WHERE id = ?",
            )?
            .execute(params![message_id, bytes, route.to_string(), message])?;
        let state = MessageState::Ready.as_str();
        let body =
            json!({ "message_id": message_id, "bytes": bytes, "route": route, "state": state });
        self.event(&NewEvent { message: Some(message), body, ..NewEvent::of(EventKind::Frozen) })?;
        Ok(message)
    }

    /// Notes that the message is about to be sent: from here on nobody knows whether it was, until a result
    /// is recorded.
    pub fn record_intent(
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
        self.event(&NewEvent { message: Some(message), body, ..NewEvent::of(EventKind::Intent) })
    }

    fn one_more_try(&mut self, message: i64) -> Result<u32, LedgerError> {
        Ok(self
            .transaction
            .prepare_cached("UPDATE message SET tries = tries + 1 WHERE id = ? RETURNING tries")?
            .query_row([message], |row| row.get(0))?)
    }

    /// Notes how an attempt ended. `recipients` is given for one that ended before its intent was recorded.
    pub fn record_result(
        &mut self,
        message: i64,
        result: &AttemptResult,
        recipients: Option<u32>,
    ) -> Result<(), LedgerError> {
        let mut body = json!({ "reply": result.reply, "phase": result.phase });
        if let Some(recipients) = recipients {
            body["tries"] = self.one_more_try(message)?.into();
            body["recipients"] = recipients.into();
        }
        if let Some(due) = result.due {
            body["due"] = due.to_string().into();
        }
        if !result.rejected.is_empty() {
            let one = |rejected: &RejectedAddress| json!([rejected.address, rejected.reply]);
            body["turned"] = result.rejected.iter().map(one).collect();
        }
        if result.state == MessageState::HandedOver {
            let day = self.stamp.day.clone();
            self.transaction
                .prepare_cached("UPDATE message SET left_on = ? WHERE id = ?")?
                .execute(params![day, message])?;
        }
        self.transition(message, result.state, body)
    }

    /// Notes a test message that somebody sent to themselves: it is not in the account.
    pub fn record_test(&mut self, campaign: &str, body: Value) -> Result<(), LedgerError> {
        self.event(&NewEvent { campaign: Some(campaign), body, ..NewEvent::of(EventKind::Tested) })
    }
}
