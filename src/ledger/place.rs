//! The place that messages leave from: whether a person is asked before the first one, and what is known then.
//!
//! A copy of a ledger knows nothing of what was sent from another one since. So a place where the ledger was not
//! made has to be said right once, by a person; the answer is an event, and this computer remembers it
//! ([`super::chain::anchor`]).

use super::chain::anchor::{self, Anchor, LedgerPlace};
use super::chain::event_kind::EventKind;
use super::chain::events::NewEvent;
use super::connection::{FILE, Ledger};
use super::error::LedgerError;
use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Why a person is asked before the first message leaves from a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceDoubt {
    /// The folder came from a backup, and nothing was sent since.
    Restored,
    /// The state folder here does not know the ledger: it was made or written elsewhere, or what this computer
    /// remembered is lost.
    Unknown,
    /// It was written elsewhere too, and lies in another folder or is another file than the one known here.
    OtherFile,
    /// Nothing can be remembered here: there is no state folder.
    NoMemory,
}

/// What is known of a ledger before the first message leaves from a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FirstHandOver {
    /// Why it is asked about.
    #[serde(rename = "reason")]
    pub doubt: PlaceDoubt,
    /// Its first event (RFC 3339).
    pub since: String,
    /// Who wrote in it, the last one first.
    pub writers: Vec<EventWriter>,
    /// When a message last left, or was about to (RFC 3339).
    pub last_sent: Option<String>,
}

/// An account on a computer that wrote in a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventWriter {
    /// Account and computer, as `jeanne@poste-12`.
    pub person: String,
    /// How many events.
    pub events: usize,
    /// The last of them (RFC 3339).
    pub last: String,
}

/// What is read of a person's answer.
#[derive(Deserialize)]
struct Answer {
    place: Option<LedgerPlace>,
}

impl Ledger {
    /// What a person is to be told before the first message leaves from here; none if nobody need be asked.
    pub fn first_hand_over(&self) -> Result<Option<FirstHandOver>, LedgerError> {
        let Some(doubt) = self.place_doubt(self.was_made_here())? else { return Ok(None) };
        let connection = self.view()?;
        let since =
            connection
                .query_row("SELECT moment FROM event ORDER BY seq LIMIT 1", [], |row| row.get(0))?;
        let mut statement = connection.prepare(
            "SELECT event.person, own.events, event.moment FROM event JOIN
                 (SELECT count(*) AS events, max(seq) AS last FROM event GROUP BY person) AS own
                 ON event.seq = own.last ORDER BY own.last DESC",
        )?;
        let mut rows = statement.query([])?;
        let mut writers = Vec::new();
        while let Some(row) = rows.next()? {
            let events: i64 = row.get(1)?;
            let events = usize::try_from(events).unwrap_or_default();
            writers.push(EventWriter { person: row.get(0)?, events, last: row.get(2)? });
        }
        let sent = EventKind::sql_list(&[EventKind::Intent, EventKind::HandedOver]);
        let sql =
            format!("SELECT moment FROM event WHERE kind IN ({sent}) ORDER BY seq DESC LIMIT 1");
        let last_sent = connection.query_row(&sql, [], |row| row.get(0)).optional()?;
        Ok(Some(FirstHandOver { doubt, since, writers, last_sent }))
    }

    /// What a person is to be told when files are put into the outbox again: they may have been sent by hand, as only
    /// another copy of the ledger knows. After a restore, until something was deposited since.
    pub fn doubt_of_deposits(&self) -> Result<Option<FirstHandOver>, LedgerError> {
        let Some(known) = self.first_hand_over()? else { return Ok(None) };
        Ok(match known.doubt {
            PlaceDoubt::NoMemory => None,
            PlaceDoubt::Restored => {
                let connection = self.lock();
                let since = last_of(&connection, EventKind::Deposited)?;
                (since < last_of(&connection, EventKind::Restored)?).then_some(known)
            }
            PlaceDoubt::Unknown | PlaceDoubt::OtherFile => Some(known),
        })
    }

    /// Notes that a person lets messages leave from here, and why.
    pub fn accept_first_hand_over(&self, why: &str) -> Result<(), LedgerError> {
        let place = LedgerPlace::of(&self.folder, FILE);
        self.write(|change| {
            let body = json!({ "why": why, "by": change.stamp.person, "place": place });
            change.event(&NewEvent { body, ..NewEvent::of(EventKind::FirstFromHere) })
        })
    }

    /// Notes that the ledger came from a backup made at a moment (RFC 3339).
    pub fn note_restored(&self, made: &str) -> Result<(), LedgerError> {
        self.write(|change| {
            let body = json!({ "made": made, "by": change.stamp.person });
            change.event(&NewEvent { body, ..NewEvent::of(EventKind::Restored) })
        })
    }

    fn was_made_here(&self) -> bool {
        self.lock().writer.as_ref().is_some_and(|writer| writer.is_new)
    }

    /// Why messages may not leave from here without a question. `is_new` says that the ledger was made by this
    /// very command.
    pub(super) fn place_doubt(&self, is_new: bool) -> Result<Option<PlaceDoubt>, LedgerError> {
        let here = LedgerPlace::of(&self.folder, FILE);
        let person = self.actor.person();
        let (restored, answered, was_written_elsewhere) = {
            let connection = self.lock();
            let restored = last_of(&connection, EventKind::Restored)?;
            let is_settled = restored <= last_of(&connection, EventKind::FirstFromHere)?;
            let sql = "SELECT EXISTS (SELECT 1 FROM event WHERE person != ?)";
            let elsewhere: bool = connection.query_row(sql, [&person], |row| row.get(0))?;
            (!is_settled, answered_place(&connection, &person)?, elsewhere)
        };
        if restored {
            return Ok(Some(PlaceDoubt::Restored));
        }
        let is_here = |place: &LedgerPlace| here.as_ref().is_some_and(|here| here.is_same(place));
        if is_new || answered.as_ref().is_some_and(is_here) {
            return Ok(None);
        }
        let Some(state) = &self.actor.state else { return Ok(Some(PlaceDoubt::NoMemory)) };
        Ok(match anchor::read(state, &self.name()?) {
            None => Some(PlaceDoubt::Unknown),
            Some(Anchor { place: Some(place), .. }) if is_here(&place) => None,
            Some(anchor) if anchor.is_of_old() && self.is_known_of_old(anchor.last.seq)? => None,
            // Every event is of this account, and its state folder has seen the last of them.
            Some(anchor) if !was_written_elsewhere && anchor.has_place() => None,
            Some(Anchor { place: None, .. }) => Some(PlaceDoubt::Unknown),
            Some(_) => Some(PlaceDoubt::OtherFile),
        })
    }

    /// Whether an earlier version, which remembered no place with the last event it saw, wrote in this folder: it
    /// remembered folders once messages had left from them.
    fn is_known_of_old(&self, last_seen: i64) -> Result<bool, LedgerError> {
        let Some(state) = &self.actor.state else { return Ok(false) };
        let known = anchor::at_place(state, &self.project);
        if known.is_some() {
            return Ok(known == Some(self.name()?));
        }
        let sent = EventKind::sql_list(&[EventKind::Intent, EventKind::HandedOver]);
        let sql =
            format!("SELECT NOT EXISTS (SELECT 1 FROM event WHERE kind IN ({sent}) AND seq <= ?)");
        Ok(self.lock().query_row(&sql, [last_seen], |row| row.get(0))?)
    }
}

/// Number of the last event of a kind; 0 if there is none.
fn last_of(connection: &Connection, kind: EventKind) -> Result<i64, LedgerError> {
    let sql = "SELECT coalesce(max(seq), 0) FROM event WHERE kind = ?";
    Ok(connection.query_row(sql, [kind.as_str()], |row| row.get(0))?)
}

/// The place that an account last said to be right.
fn answered_place(
    connection: &Connection,
    person: &str,
) -> Result<Option<LedgerPlace>, LedgerError> {
    let sql = "SELECT body FROM event WHERE kind = ? AND person = ? ORDER BY seq DESC LIMIT 1";
    let parameters = (EventKind::FirstFromHere.as_str(), person);
    let body: Option<String> =
        connection.query_row(sql, parameters, |row| row.get(0)).optional()?;
    let answer = body.and_then(|body| serde_json::from_str::<Answer>(&body).ok());
    Ok(answer.and_then(|answer| answer.place))
}
