//! Opens a ledger, to read it or to write in it: the lease is taken, the tables are migrated, and
//! every row is checked, in one step.

use super::actor::Actor;
use super::chain::event_kind::EventKind;
use super::chain::events::{self, NewEvent};
use super::connection::{ConnectionState, FILE, FOLDER, Ledger, Writer};
use super::error::LedgerError;
use super::integrity::checked::Checked;
use super::lease::{self, LeaseResult, Owner};
use super::migrations;
use super::object_store::{self, ObjectStore};
use rusqlite::{Connection, OpenFlags, Transaction};
use serde_json::json;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

/// How long a reader waits for a commit to end.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// What a person should know about how the ledger was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerOpening {
    /// It was made just now.
    pub created: bool,
    /// Whose lease was taken over.
    pub took_over: Option<Owner>,
    /// The ledger lacks events that this computer has seen: it is older, or another one.
    pub older: bool,
}

fn migrated_copy(connection: &Connection, folder: &Path) -> Result<Connection, LedgerError> {
    let file = folder.join(FILE);
    let name = file.to_str().ok_or_else(|| LedgerError::Corrupt("nom de fichier".into()))?;
    connection.execute("VACUUM INTO ?", [name])?;
    let mut copy = Connection::open(&file)?;
    let transaction = copy.transaction()?;
    migrations::migrate(&transaction)?;
    transaction.commit()?;
    Ok(copy)
}

/// 32 hexadecimal digits that no other ledger has.
fn new_name(actor: &Actor, owner: &Owner) -> String {
    let seed = format!("{} {} {}", actor.seed, owner.since, owner.process);
    object_store::hash(seed.as_bytes()).as_str().chars().take(32).collect()
}

/// Names a ledger in the transaction that makes its tables: a process killed in between would leave one
/// that can never be opened. One that such a process has left, which holds no event yet, is named now.
fn name_if_new(transaction: &Transaction<'_>, name: &str) -> Result<(), LedgerError> {
    let sql = "INSERT INTO about SELECT 'ledger', ?1 WHERE NOT EXISTS (SELECT 1 FROM event)
               AND NOT EXISTS (SELECT 1 FROM about WHERE key = 'ledger')";
    transaction.execute(sql, [name])?;
    Ok(())
}

/// Whether a ledger has neither a name nor an event: a run that was interrupted made its tables.
fn is_nameless(connection: &Connection) -> Result<bool, LedgerError> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM about) AND NOT EXISTS (SELECT 1 FROM event)";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

impl Ledger {
    /// Opens a ledger to read it, if there is one. Nothing is written, but for what SQLite needs
    /// after a crash.
    pub fn open_read_only(
        project: &Path,
        actor: Actor,
    ) -> Result<Option<(Self, LedgerOpening)>, LedgerError> {
        let folder = project.join(FOLDER);
        let file = folder.join(FILE);
        if !file.is_file() {
            return Ok(None);
        }
        let writable = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let readable = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&file, writable)
            .or_else(|_| Connection::open_with_flags(&file, readable))?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        let version = migrations::version(&connection)?;
        if version == 0 || is_nameless(&connection)? {
            return Ok(None);
        }
        // A ledger of an earlier version is read from a copy: only a command that writes migrates it.
        let copy = match version < migrations::VERSION {
            true => Some(tempfile::tempdir()?),
            false => None,
        };
        let connection = match &copy {
            Some(folder) => migrated_copy(&connection, folder.path())?,
            None => connection,
        };
        connection.pragma_update(None, "query_only", true)?;
        let store = ObjectStore::new(&folder);
        let state = Mutex::new(ConnectionState {
            connection,
            writer: None,
            checked: None,
            corruption: None,
            _copy: copy,
        });
        let project = project.to_owned();
        let ledger = Self { state, project, folder, store, actor, lease: None };
        let older = ledger.is_older()?;
        Ok(Some((ledger, LedgerOpening { older, ..LedgerOpening::default() })))
    }

    /// Opens the ledger to write in it, and makes it when there is none.
    pub fn open(
        project: &Path,
        actor: Actor,
        take_over: bool,
    ) -> Result<(Self, LedgerOpening), LedgerError> {
        let folder = project.join(FOLDER);
        std::fs::create_dir_all(&folder)?;
        let owner = actor.owner();
        let (lease, mut former, mut is_left_over) = match lease::take(&folder, &owner, take_over)? {
            LeaseResult::Free(lease) => (lease, None, false),
            LeaseResult::Over(lease, former) => (lease, former, true),
            LeaseResult::Held(owner) => return Err(LedgerError::Held(owner.map(Box::new))),
        };
        let busy = |error: LedgerError| error.with_writer_in(&folder);
        let mut connection = Connection::open(folder.join(FILE))?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        migrations::version(&connection).map_err(busy)?;
        // Write-ahead logging needs shared memory, which network shares lack. A journal cut to
        // nothing is synced like everything else; making and removing a file takes twice as long.
        connection.pragma_update(None, "journal_mode", "TRUNCATE")?;
        connection.pragma_update(None, "synchronous", "EXTRA")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // In KiB. More is not faster: what is read at the start is not read again.
        connection.pragma_update(None, "cache_size", -8_192)?;
        // A ledger whose rows are not what its events say is neither migrated nor written to.
        let transaction = connection.transaction()?;
        let found = migrations::migrate(&transaction).map_err(busy)?;
        name_if_new(&transaction, &new_name(&actor, &owner))?;
        let checked = Checked::new(&transaction)?;
        transaction.commit().map_err(|error| busy(error.into()))?;
        // The lease is in the ledger too: its file may have been lost.
        if let Some(row) = lease::row(&connection)?.filter(|_| !is_left_over) {
            if row.computer != owner.computer && !take_over {
                return Err(LedgerError::Held(Some(Box::new(row))));
            }
            (former, is_left_over) = (Some(row), true);
        }
        let last = events::last(&connection)?;
        let store = ObjectStore::new(&folder);
        let is_bound = checked.expected.is_bound;
        // Nobody has written in a ledger without an event, whoever made its tables.
        let is_new = last.seq == 0;
        let state = Mutex::new(ConnectionState {
            connection,
            writer: Some(Writer::new(last, is_new)),
            checked: Some(checked),
            corruption: None,
            _copy: None,
        });
        let project = project.to_owned();
        let ledger = Self { state, project, folder, store, actor, lease: Some(lease) };
        let mut opened = LedgerOpening { created: found == 0, took_over: former, older: false };
        if is_left_over && opened.took_over.is_none() {
            opened.took_over = Some(owner.clone());
        }
        ledger.remember_made_here()?;
        ledger.note_opening(&owner, &opened, (found, is_bound))?;
        opened.older = ledger.is_older()?;
        if let Some(writer) = &mut ledger.lock().writer {
            writer.older = opened.older;
        }
        if is_left_over {
            ledger.clean()?;
        }
        Ok((ledger, opened))
    }

    fn note_opening(
        &self,
        owner: &Owner,
        opened: &LedgerOpening,
        (found, is_bound): (i64, bool),
    ) -> Result<(), LedgerError> {
        self.change(None, |ledger| {
            ledger.transaction.execute(
                "INSERT OR REPLACE INTO lease VALUES (1, ?, ?, ?, ?)",
                (&owner.user, &owner.computer, owner.process, &owner.since),
            )?;
            if found < migrations::VERSION || !is_bound {
                ledger.bind(found, is_bound)?;
            }
            if let Some(former) = &opened.took_over {
                let body = json!({ "from": former });
                ledger.event(&NewEvent { body, ..NewEvent::of(EventKind::TakenOver) })?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn actor() -> Actor {
        Actor {
            user: "jeanne".into(),
            computer: "ici".into(),
            process: std::process::id(),
            clock: Clock::new(None),
            command: None,
            seed: "graine".into(),
            state: None,
        }
    }

    /// The state left by a process that was killed right after it made the tables.
    fn tables_only(project: &Path) -> Connection {
        let folder = project.join(FOLDER);
        std::fs::create_dir_all(&folder).unwrap();
        let mut connection = Connection::open(folder.join(FILE)).unwrap();
        let transaction = connection.transaction().unwrap();
        migrations::migrate(&transaction).unwrap();
        transaction.commit().unwrap();
        connection
    }

    #[test]
    fn a_ledger_that_was_cut_before_its_first_event_can_be_opened() {
        for is_named in [false, true] {
            let project = tempfile::tempdir().unwrap();
            let connection = tables_only(project.path());
            if is_named {
                connection.execute("INSERT INTO about VALUES ('ledger', 'abc')", []).unwrap();
            }
            drop(connection);
            let read = Ledger::open_read_only(project.path(), actor()).unwrap();
            assert_eq!(read.is_some(), is_named);
            if let Some((ledger, _)) = read {
                assert!(ledger.verify().unwrap().findings.is_empty());
            }
            let (ledger, _) = Ledger::open(project.path(), actor(), false).unwrap();
            let name = ledger.name().unwrap();
            assert_eq!(name.len(), if is_named { 3 } else { 32 });
            drop(ledger);
            let (ledger, _) = Ledger::open_read_only(project.path(), actor()).unwrap().unwrap();
            assert_eq!(ledger.name().unwrap(), name);
            assert!(ledger.verify().unwrap().findings.is_empty());
        }
    }

    #[test]
    fn the_name_of_a_new_ledger_is_there_as_soon_as_its_tables() {
        let project = tempfile::tempdir().unwrap();
        let (ledger, opening) = Ledger::open(project.path(), actor(), false).unwrap();
        assert!(opening.created);
        // A name is never given twice, nor to a ledger that has events.
        let transaction_of = |connection: &mut Connection, sql: &str| {
            let transaction = connection.transaction().unwrap();
            transaction.execute(sql, []).unwrap();
            name_if_new(&transaction, "autre").unwrap();
            let names: i64 = transaction
                .query_row("SELECT count(*) FROM about WHERE value = 'autre'", [], |row| row.get(0))
                .unwrap();
            names
        };
        let connection = &mut ledger.lock().connection;
        assert_eq!(transaction_of(connection, "UPDATE about SET value = value"), 0);
        assert_eq!(transaction_of(connection, "DELETE FROM about"), 0);
    }
}
