//! A ledger that is open: its SQLite connection, its objects, its lease, and what is remembered
//! between transactions.
//!
//! Must not know how it is opened (`open`), nor what is asked or changed.

use super::actor::Actor;
use super::chain::anchor::{self, Anchor, LedgerPlace};
use super::chain::events::ChainHead;
use super::error::LedgerError;
use super::integrity::checked::Checked;
use super::lease::Lease;
use super::object_store::ObjectStore;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

/// The ledger's folder within a project.
pub const FOLDER: &str = "data/ledger";

/// The SQLite file within it.
pub(super) const FILE: &str = "ledger.sqlite";

/// A ledger that is open.
#[derive(Debug)]
pub struct Ledger {
    pub(super) state: Mutex<ConnectionState>,
    pub(super) project: PathBuf,
    pub(super) folder: PathBuf,
    /// The object store beside the SQLite file.
    pub store: ObjectStore,
    pub(super) actor: Actor,
    pub(super) lease: Option<Lease>,
}

/// What only one thread at a time may use.
#[derive(Debug)]
pub(super) struct ConnectionState {
    pub(super) connection: Connection,
    pub(super) writer: Option<Writer>,
    /// The last check of the rows that found nothing wrong.
    pub(super) checked: Option<Checked>,
    /// What was found wrong: from then on nothing is read or written any more.
    pub(super) corruption: Option<String>,
    /// The migrated copy that the connection reads when the ledger is of an earlier version.
    pub(super) _copy: Option<tempfile::TempDir>,
}

impl std::ops::Deref for ConnectionState {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

/// What a ledger that is open for writing remembers between transactions.
#[derive(Debug)]
pub(super) struct Writer {
    /// Number and hash of the last event.
    pub(super) last: ChainHead,
    /// Whether the ledger lacked events that this computer had seen.
    pub(super) older: bool,
    /// Whether the ledger was made when it was opened.
    pub(super) is_new: bool,
    /// Rows of `inputs` and `ruleset` known to be there.
    pub(super) known: BTreeSet<String>,
}

impl Writer {
    pub(super) fn new(last: ChainHead, is_new: bool) -> Self {
        Self { last, older: false, is_new, known: BTreeSet::new() }
    }
}

impl Ledger {
    pub(super) fn lock(&self) -> MutexGuard<'_, ConnectionState> {
        // A worker that panicked left the connection as it was: reads and transactions are whole.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The name this ledger was given when it was made: 32 hexadecimal digits.
    pub fn name(&self) -> Result<String, LedgerError> {
        let connection = self.lock();
        Ok(connection
            .query_row("SELECT value FROM about WHERE key = 'ledger'", [], |row| row.get(0))?)
    }

    /// Whether this computer has seen an event that the ledger lacks.
    pub(super) fn is_older(&self) -> Result<bool, LedgerError> {
        let Some(state) = &self.actor.state else { return Ok(false) };
        let Ok(name) = self.name() else { return Ok(false) };
        // Letters were sent from another ledger in this folder: that one is lost.
        if anchor::at_place(state, &self.project).is_some_and(|known| known != name) {
            return Ok(true);
        }
        let Some(Anchor { last, .. }) = anchor::read(state, &name) else { return Ok(false) };
        let connection = self.lock();
        let mut statement = connection.prepare("SELECT hash FROM event WHERE seq = ?")?;
        let mut rows = statement.query([last.seq])?;
        let hash: Option<String> = rows.next()?.map(|row| row.get(0)).transpose()?;
        Ok(last.seq > 0 && hash.as_deref() != Some(last.hash.as_str()))
    }

    /// Whether the ledger lacked events that this computer has seen, when it was opened to write in it.
    pub fn lacks_known_events(&self) -> bool {
        self.lock().writer.as_ref().is_some_and(|writer| writer.older)
    }

    /// What this computer is to remember of the ledger. A place that nobody has said to be right yet does not take
    /// that of the one known before.
    fn anchor(&self, writer: &Writer, known: Option<Anchor>) -> Anchor {
        let place = match self.place_doubt(writer.is_new) {
            Ok(None) => LedgerPlace::of(&self.folder, FILE),
            _ => known.and_then(|known| known.place),
        };
        Anchor::of(writer.last.clone(), place)
    }

    /// Remembers where a ledger is made before anything is written in it: a command that is killed then leaves a
    /// ledger that this computer knows. Where nothing can be remembered, a person is asked later.
    pub(super) fn remember_made_here(&self) -> Result<(), LedgerError> {
        let writer = self.lock().writer.as_ref().map(|writer| (writer.is_new, writer.last.clone()));
        let (Some(state), Some((true, last))) = (&self.actor.state, writer) else { return Ok(()) };
        let anchor = Anchor::of(last, LedgerPlace::of(&self.folder, FILE));
        let _ = anchor::write(state, &self.name()?, &anchor);
        Ok(())
    }

    /// Remembers on this computer that letters are sent from this ledger in this folder.
    pub(super) fn remember_place(&self) -> Result<(), LedgerError> {
        match &self.actor.state {
            Some(state) => Ok(anchor::remember_place(state, &self.project, &self.name()?)?),
            None => Ok(()),
        }
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let Some(writer) = self.lock().writer.take() else { return };
        if let Some(lease) = &self.lease {
            let holder = lease.owner();
            let sql = "DELETE FROM lease WHERE computer = ? AND process = ? AND since = ?";
            let _ = self.lock().execute(sql, (&holder.computer, holder.process, &holder.since));
        }
        // Without the anchor this computer does not notice an older ledger; that is not a reason to
        // fail.
        if let (Some(state), Ok(name), false) = (&self.actor.state, self.name(), writer.older) {
            let anchor = self.anchor(&writer, anchor::read(state, &name));
            let _ = anchor::write(state, &name, &anchor);
            let sql =
                "SELECT EXISTS (SELECT 1 FROM message WHERE tries > 0 OR left_on IS NOT NULL)";
            if self.lock().query_row(sql, [], |row| row.get(0)).unwrap_or(false) {
                let _ = self.remember_place();
            }
        }
    }
}
