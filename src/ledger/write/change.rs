//! One transaction of the ledger: all of it, or nothing.
//!
//! [`Ledger::write`] makes sure before each that the objects are on the disk, that the lease is still
//! held, and that the rows are what the events say.

use crate::ledger::chain::event_kind::EventKind;
use crate::ledger::chain::events::{self, ChainHead, EventStamp, NewEvent};
use crate::ledger::chain::row_digest;
use crate::ledger::connection::{ConnectionState, Ledger};
use crate::ledger::error::LedgerError;
use crate::ledger::integrity::checked;
use crate::ledger::lease::{self, Lease, Owner};
use crate::ledger::migrations;
use crate::plan::history::RenderInputs;
use rusqlite::{Transaction, params};
use serde_json::json;
use std::collections::BTreeSet;

/// A write transaction: rows and events are committed together.
pub struct Change<'a> {
    pub(in crate::ledger) transaction: Transaction<'a>,
    last: ChainHead,
    known: BTreeSet<String>,
    pub(in crate::ledger) stamp: EventStamp,
}

impl Ledger {
    /// One transaction: all of it, or nothing. Objects it names have to be in the store. Refused
    /// when another took the lease over meanwhile.
    pub fn write<T>(
        &self,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.change(self.lease.as_ref().map(Lease::owner), change)
    }

    /// The same; `owner` is who has to hold the lease.
    pub(in crate::ledger) fn change<T>(
        &self,
        owner: Option<&Owner>,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.store.sync()?;
        let clock = &self.actor.clock;
        let stamp = EventStamp {
            moment: clock.moment(),
            day: clock.day().to_string(),
            person: self.actor.person(),
        };
        let mut state = self.lock();
        let ConnectionState { connection, writer, checked, corruption, .. } = &mut *state;
        let Some(writer) = writer else {
            return Err(LedgerError::Corrupt("le journal est ouvert en lecture".to_owned()));
        };
        let transaction = connection.transaction()?;
        let mut open = Change {
            transaction,
            last: writer.last.clone(),
            known: std::mem::take(&mut writer.known),
            stamp,
        };
        if let Some(owner) = owner {
            let holder = lease::row(&open.transaction)?;
            if !holder.as_ref().is_some_and(|holder| holder.is_same_process(owner)) {
                return Err(LedgerError::Held(holder.map(Box::new)));
            }
        }
        // Rows that somebody edits while a command runs must not be used.
        checked::ensure_checked(&open.transaction, checked, corruption)?;
        let result = change(&mut open);
        // A failure rolls everything back, so nothing is known to be there.
        let Change { transaction, last, known, .. } = open;
        let busy = |error: LedgerError| error.with_writer_in(&self.folder);
        let value = result.map_err(busy)?;
        transaction.commit().map_err(|error| busy(error.into()))?;
        (writer.last, writer.known) = (last, known);
        Ok(value)
    }

    /// Notes that a person goes on with a ledger older than one that this computer saw; from now on this
    /// computer takes it for the right one.
    pub fn accept_older(&self, why: &str) -> Result<(), LedgerError> {
        self.write(|change| {
            let body = json!({ "why": why, "by": change.stamp.person });
            change.event(&NewEvent { body, ..NewEvent::of(EventKind::Accepted) })
        })?;
        if let Some(writer) = &mut self.lock().writer {
            writer.older = false;
        }
        self.remember_place()?;
        Ok(())
    }

    /// Removes objects and shared rows that nothing refers to any more.
    pub fn clean(&self) -> Result<(), LedgerError> {
        self.write(|change| {
            change.known.clear();
            change.transaction.execute_batch(
                "DELETE FROM inputs WHERE hash NOT IN (
                     SELECT inputs FROM revision UNION SELECT inputs FROM message
                     UNION SELECT seen_inputs FROM revision WHERE seen_inputs IS NOT NULL);
                 DELETE FROM ruleset WHERE hash NOT IN (SELECT ruleset FROM revision);",
            )?;
            Ok(())
        })?;
        let wanted = self.referred()?;
        for object in self.store.list()?.difference(&wanted) {
            self.store.remove(object)?;
        }
        Ok(())
    }
}

impl Change<'_> {
    /// The time written in its events (RFC 3339, UTC).
    pub fn moment(&self) -> &str {
        &self.stamp.moment
    }

    /// Adds an event to the chain, in this transaction.
    pub fn event(&mut self, event: &NewEvent<'_>) -> Result<(), LedgerError> {
        events::append(&self.transaction, &mut self.last, &self.stamp, event)
    }

    /// Notes the version of the tables, and digests of the columns of older rows that no event binds.
    pub(in crate::ledger) fn bind(
        &mut self,
        found: i64,
        is_bound: bool,
    ) -> Result<(), LedgerError> {
        let name: String = self.transaction.query_row(
            "SELECT value FROM about WHERE key = 'ledger'",
            [],
            |row| row.get(0),
        )?;
        let mut body = json!({ "from": found, "to": migrations::VERSION, "ledger": name });
        if found > 0 && !is_bound {
            let mut revisions = Vec::new();
            for id in self.numbers("SELECT id FROM revision ORDER BY id")? {
                let [head, bound] = [row_digest::HEAD, row_digest::SEEN]
                    .map(|columns| row_digest::of(&self.transaction, columns, id));
                revisions.push(json!([id, head?, bound?]));
            }
            let mut messages = Vec::new();
            for id in self.numbers("SELECT id FROM message ORDER BY id")? {
                messages
                    .push(json!([id, row_digest::of(&self.transaction, row_digest::COVER, id)?]));
            }
            body["revisions"] = revisions.into();
            body["messages"] = messages.into();
        }
        self.event(&NewEvent { body, ..NewEvent::of(EventKind::Migrated) })
    }

    fn numbers(&self, sql: &str) -> Result<Vec<i64>, LedgerError> {
        let mut statement = self.transaction.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps what was read to render something.
    pub fn inputs(&mut self, name: &str, inputs: &RenderInputs) -> Result<(), LedgerError> {
        let json = || {
            serde_json::to_string(inputs).map_err(|error| LedgerError::Corrupt(error.to_string()))
        };
        self.shared("INSERT OR IGNORE INTO inputs VALUES (?, ?)", name, json)
    }

    pub(in crate::ledger) fn shared(
        &mut self,
        sql: &str,
        name: &str,
        json: impl FnOnce() -> Result<String, LedgerError>,
    ) -> Result<(), LedgerError> {
        if !self.known.contains(name) {
            self.transaction.prepare_cached(sql)?.execute(params![name, json()?])?;
            self.known.insert(name.to_owned());
        }
        Ok(())
    }
}
