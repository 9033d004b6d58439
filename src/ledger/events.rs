//! The chain of events: what happened, when, who did it; each with the hash of the one before.
//!
//! The hash is SHA-256 over every field, each with its length, so that no two events share one.

use super::{LedgerError, digest};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value;

/// The hash before the first event.
pub(super) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Number, from 1, without gaps.
    pub seq: i64,
    /// When (RFC 3339, UTC).
    pub moment: String,
    /// The working day, which a rehearsal may choose.
    pub day: String,
    /// Account and computer.
    pub person: String,
    /// What happened.
    pub kind: String,
    /// Campaign.
    pub campaign: Option<String>,
    /// Letter.
    pub reference: Option<String>,
    /// Message, by its number in the ledger.
    pub message: Option<i64>,
    /// Details.
    pub body: Value,
    /// Hash of the event before.
    pub previous: String,
    /// Its own hash.
    pub hash: String,
}

/// What is to be added to the chain.
#[derive(Clone, Debug, Default)]
pub struct NewEvent<'a> {
    /// What happened.
    pub kind: &'static str,
    /// Campaign.
    pub campaign: Option<&'a str>,
    /// Letter.
    pub reference: Option<&'a str>,
    /// Message, by its number in the ledger.
    pub message: Option<i64>,
    /// Details.
    pub body: Value,
}

/// The part of an event that its hash covers.
fn own_hash(event: &Event, body: &str) -> String {
    let message = event.message.map_or(String::new(), |id| id.to_string());
    digest::texts(&[
        "missive event 1",
        &event.previous,
        &event.seq.to_string(),
        &event.moment,
        &event.day,
        &event.person,
        &event.kind,
        event.campaign.as_deref().unwrap_or_default(),
        event.reference.as_deref().unwrap_or_default(),
        &message,
        body,
    ])
}

/// Number and hash of the last event.
pub(super) fn last(connection: &Connection) -> Result<(i64, String), LedgerError> {
    let last = connection
        .prepare_cached("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(last.unwrap_or((0, GENESIS.to_owned())))
}

/// Adds an event; `last` is the one before and becomes this one.
pub(super) fn append(
    connection: &Connection,
    last: &mut (i64, String),
    (moment, day, person): (&str, &str, &str),
    new: &NewEvent<'_>,
) -> Result<(), LedgerError> {
    let body = new.body.to_string();
    let mut event = Event {
        seq: last.0 + 1,
        moment: moment.to_owned(),
        day: day.to_owned(),
        person: person.to_owned(),
        kind: new.kind.to_owned(),
        campaign: new.campaign.map(str::to_owned),
        reference: new.reference.map(str::to_owned),
        message: new.message,
        body: Value::Null,
        previous: std::mem::take(&mut last.1),
        hash: String::new(),
    };
    event.hash = own_hash(&event, &body);
    connection
        .prepare_cached("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?
        .execute(params![
            event.seq,
            event.moment,
            event.day,
            event.person,
            event.kind,
            event.campaign,
            event.reference,
            event.message,
            body,
            event.previous,
            event.hash
        ])?;
    *last = (event.seq, event.hash);
    Ok(())
}

const COLUMNS: &str =
    "seq, moment, day, person, kind, campaign, reference, message, body, previous, hash";

/// Whether an event is what its hash says, its body as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Intact(pub(super) bool);

/// The events that a condition picks, in order, each with whether its own hash is right.
pub(super) fn select(
    connection: &Connection,
    condition: &str,
    parameters: &[&dyn rusqlite::ToSql],
    mut take: impl FnMut(Event, Intact),
) -> Result<(), LedgerError> {
    let sql = format!("SELECT {COLUMNS} FROM event {condition} ORDER BY seq");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query(parameters)?;
    while let Some(row) = rows.next()? {
        let body: String = row.get(8)?;
        let event = Event {
            seq: row.get(0)?,
            moment: row.get(1)?,
            day: row.get(2)?,
            person: row.get(3)?,
            kind: row.get(4)?,
            campaign: row.get(5)?,
            reference: row.get(6)?,
            message: row.get(7)?,
            body: serde_json::from_str(&body).unwrap_or(Value::Null),
            previous: row.get(9)?,
            hash: row.get(10)?,
        };
        let intact = Intact(own_hash(&event, &body) == event.hash);
        take(event, intact);
    }
    Ok(())
}
