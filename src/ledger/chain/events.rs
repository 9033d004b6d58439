//! The chain of events: what happened, when, who did it; each with the hash of the previous one.
//!
//! The hash is SHA-256 over every field, each with its length, so that no two events share one: see
//! [`super::event_hash`].

use super::event_hash::{self, EventProof};
use super::event_kind::EventKind;
use super::stored_event::StoredEvent;
use crate::ledger::error::LedgerError;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

/// The hash before the first event.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An event of the chain, as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Number, from 1, without gaps.
    pub seq: i64,
    /// When (RFC 3339, UTC).
    pub moment: String,
    /// The working day, which a rehearsal may choose.
    pub day: String,
    /// Who caused it: account and computer.
    pub person: String,
    /// What happened, as it is stored.
    pub word: String,
    /// Identifier of the campaign.
    pub campaign: Option<String>,
    /// Reference of the letter.
    pub reference: Option<String>,
    /// Message, by its number in the ledger.
    pub message: Option<i64>,
    /// Details as JSON; the keys depend on the kind.
    pub body: Value,
    /// Hash of the event before.
    pub previous: String,
    /// SHA-256 over all fields of the event, in lower-case hexadecimal digits.
    pub hash: String,
}

/// The event in the JSON document of `history`.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = json!({
            "seq": self.seq, "moment": self.moment, "day": self.day,
            "person": self.person, "event": self.word, "reference": self.reference,
            "message": self.message, "details": self.body,
        });
        document.serialize(serializer)
    }
}

/// What is to be added to the chain.
#[derive(Clone, Debug)]
pub struct NewEvent<'a> {
    /// Kind of event.
    pub kind: EventKind,
    /// Identifier of the campaign.
    pub campaign: Option<&'a str>,
    /// Reference of the letter.
    pub reference: Option<&'a str>,
    /// Message, by its number in the ledger.
    pub message: Option<i64>,
    /// Details as JSON; the keys depend on the kind.
    pub body: Value,
}

impl Event {
    /// What happened; none if a newer missive wrote it.
    pub fn kind(&self) -> Option<EventKind> {
        EventKind::from_word(&self.word)
    }
}

impl NewEvent<'_> {
    /// An event without anything else to say.
    pub fn of(kind: EventKind) -> Self {
        Self { kind, campaign: None, reference: None, message: None, body: Value::Null }
    }
}

/// When an event happens, and who does it.
#[derive(Clone, Debug)]
pub(in crate::ledger) struct EventStamp {
    /// The moment (RFC 3339, UTC).
    pub(in crate::ledger) moment: String,
    /// Day of the event, as `YYYY-MM-DD`.
    pub(in crate::ledger) day: String,
    /// Who caused it: account and computer.
    pub(in crate::ledger) person: String,
}

/// The last event of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// Its number; 0 where nothing happened yet.
    pub seq: i64,
    /// Hash of that event.
    pub hash: String,
}

impl ChainHead {
    /// Before the first event.
    pub(in crate::ledger) fn genesis() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }
}

/// The last event.
pub(in crate::ledger) fn last(connection: &Connection) -> Result<ChainHead, LedgerError> {
    let last = connection
        .prepare_cached("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok(ChainHead { seq: row.get(0)?, hash: row.get(1)? }))
        .optional()?;
    Ok(last.unwrap_or_else(ChainHead::genesis))
}

/// Adds an event; `last` is the one before and becomes this one.
pub(in crate::ledger) fn append(
    connection: &Connection,
    last: &mut ChainHead,
    stamp: &EventStamp,
    new: &NewEvent<'_>,
) -> Result<(), LedgerError> {
    let body = new.body.to_string();
    let nonce = event_hash::nonce(connection)?;
    let body_hash = event_hash::of_details(&nonce, &body);
    let event = StoredEvent {
        seq: last.seq + 1,
        moment: &stamp.moment,
        day: &stamp.day,
        person: &stamp.person,
        word: new.kind.as_str(),
        campaign: new.campaign,
        reference: new.reference,
        message: new.message,
        body: Some(&body),
        previous: &last.hash,
        hash: "",
        version: event_hash::CURRENT,
        nonce: Some(&nonce),
        body_hash: Some(&body_hash),
    };
    let hash = event_hash::of_event(&event)
        .ok_or_else(|| LedgerError::Corrupt("version d'événement inconnue".to_owned()))?;
    connection
        .prepare_cached("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?
        .execute(params![
            event.seq,
            event.moment,
            event.day,
            event.person,
            event.word,
            event.campaign,
            event.reference,
            event.message,
            event.body,
            event.previous,
            hash,
            event.version,
            event.nonce,
            event.body_hash,
        ])?;
    *last = ChainHead { seq: event.seq, hash };
    Ok(())
}

const COLUMNS: &str =
    "seq, moment, day, person, kind, campaign, reference, message, body, previous,
    hash, version, nonce, body_hash";

/// The events that a condition picks, in order.
pub(in crate::ledger) fn select(
    connection: &Connection,
    condition: &str,
    parameters: &[&dyn rusqlite::ToSql],
    mut take: impl FnMut(Event),
) -> Result<(), LedgerError> {
    let sql = format!("SELECT {COLUMNS} FROM event {condition} ORDER BY seq");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query(parameters)?;
    while let Some(row) = rows.next()? {
        let body: Option<String> = row.get(8)?;
        take(Event {
            seq: row.get(0)?,
            moment: row.get(1)?,
            day: row.get(2)?,
            person: row.get(3)?,
            word: row.get(4)?,
            campaign: row.get(5)?,
            reference: row.get(6)?,
            message: row.get(7)?,
            body: body.and_then(|body| serde_json::from_str(&body).ok()).unwrap_or(Value::Null),
            previous: row.get(9)?,
            hash: row.get(10)?,
        });
    }
    Ok(())
}

/// Every event after one, in order, as it is stored, with what its hashes say of it.
pub(in crate::ledger) fn scan(
    connection: &Connection,
    after: i64,
    mut take: impl FnMut(&StoredEvent<'_>, EventProof),
) -> Result<(), LedgerError> {
    let sql = format!("SELECT {COLUMNS} FROM event WHERE seq > ? ORDER BY seq");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([after])?;
    while let Some(row) = rows.next()? {
        // A cell of another type than missive writes makes the event not intact.
        let mut sound = true;
        let text = |at: usize| match row.get_ref(at) {
            Ok(ValueRef::Text(bytes)) => std::str::from_utf8(bytes).ok(),
            _ => None,
        };
        let mut needed = |at: usize| {
            let found = text(at);
            sound &= found.is_some();
            found.unwrap_or_default()
        };
        let (moment, day, person, word) = (needed(1), needed(2), needed(3), needed(4));
        let (previous, hash) = (needed(9), needed(10));
        let mut optional = |at: usize| match row.get_ref(at) {
            Ok(ValueRef::Null) => None,
            // An empty text hashes like none, so missive never writes one.
            _ => {
                let found = text(at).filter(|text| !text.is_empty());
                sound &= found.is_some();
                found
            }
        };
        let (campaign, reference) = (optional(5), optional(6));
        let (body, nonce, body_hash) = (optional(8), optional(12), optional(13));
        let mut number = |at: usize| match row.get_ref(at) {
            Ok(ValueRef::Null) => None,
            Ok(ValueRef::Integer(number)) => Some(number),
            _ => {
                sound = false;
                None
            }
        };
        let (message, version) = (number(7), number(11).unwrap_or_default());
        let seq = row.get(0)?;
        let event = StoredEvent {
            seq,
            moment,
            day,
            person,
            word,
            campaign,
            reference,
            message,
            body,
            previous,
            hash,
            version,
            nonce,
            body_hash,
        };
        let proof = if sound { event_hash::prove(&event) } else { EventProof::Changed };
        take(&event, proof);
    }
    Ok(())
}
