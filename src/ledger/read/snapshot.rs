//! The start of every question to the ledger: one read transaction over checked rows.

use crate::ledger::connection::{ConnectionState, Ledger};
use crate::ledger::error::LedgerError;
use crate::ledger::integrity::{check_rows, checked};
use rusqlite::Connection;
use std::sync::MutexGuard;

/// The tables at one moment, after they were checked against the events.
pub(in crate::ledger) struct Snapshot<'a> {
    state: MutexGuard<'a, ConnectionState>,
}

impl std::ops::Deref for Snapshot<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.state.connection
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        // It only read; no transaction is open when BEGIN failed.
        if !self.state.connection.is_autocommit() {
            let _ = self.state.connection.execute_batch("COMMIT");
        }
    }
}

impl Ledger {
    /// Begins a read transaction, and checks the rows if need be. What is read until it is dropped is of one
    /// moment.
    pub(in crate::ledger) fn view(&self) -> Result<Snapshot<'_>, LedgerError> {
        let mut view = Snapshot { state: self.lock() };
        view.state.connection.execute_batch("BEGIN")?;
        let state = &mut *view.state;
        checked::ensure_checked(&state.connection, &mut state.checked, &mut state.corruption)
            .map_err(|error| error.with_writer_in(&self.folder))?;
        Ok(view)
    }

    /// An error when a check found something wrong before, even if the caller ignored it then.
    pub fn ensure_sound(&self) -> Result<(), LedgerError> {
        match &self.lock().corruption {
            Some(what) => Err(LedgerError::Corrupt(what.clone())),
            None => Ok(()),
        }
    }
}

impl Snapshot<'_> {
    /// Checks a revision with its long texts, which other checks leave out.
    pub(in crate::ledger) fn revision(&mut self, id: i64) -> Result<(), LedgerError> {
        let expected =
            self.state.checked.as_ref().and_then(|check| check.expected.revisions.get(&id));
        let expected =
            expected.ok_or_else(|| LedgerError::Corrupt(format!("il manque la révision {id}")))?;
        let Some(column) = check_rows::differing_column(self, id, expected)? else { return Ok(()) };
        let what = format!(
            "la révision {id} ({}) n'est pas ce que disent les événements : {column}",
            expected.label
        );
        self.state.corruption = Some(what.clone());
        Err(LedgerError::Corrupt(what))
    }
}
