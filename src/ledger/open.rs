//! Opens a ledger, to read it or to write in it: the lease is taken, the tables are brought up to
//! date, every row is checked, all in one go.

use super::actor::Actor;
use super::chain::events::{self, NewEvent};
use super::connection::{ConnectionState, FILE, FOLDER, Ledger, Writer};
use super::error::LedgerError;
use super::integrity::checked::Checked;
use super::lease::{self, LeaseResult, Owner};
use super::migrations;
use super::object_store::{self, ObjectStore};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

/// How long a reader waits for a commit to end.
const PATIENCE: Duration = Duration::from_secs(10);

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
        connection.busy_timeout(PATIENCE)?;
        let version = migrations::version(&connection)?;
        if version == 0 {
            // A run that was interrupted made it, and wrote nothing in it.
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
        let owner = Owner {
            user: actor.user.clone(),
            computer: actor.computer.clone(),
            process: actor.process,
            since: actor.clock.moment(),
        };
        let (lease, mut former, mut is_left_over) = match lease::take(&folder, &owner, take_over)? {
            LeaseResult::Free(lease) => (lease, None, false),
            LeaseResult::Over(lease, former) => (lease, former, true),
            LeaseResult::Held(owner) => return Err(LedgerError::Held(owner)),
        };
        let mut connection = Connection::open(folder.join(FILE))?;
        connection.busy_timeout(PATIENCE)?;
        migrations::version(&connection)?;
        // Write-ahead logging needs shared memory, which network shares lack. A journal cut to
        // nothing is synced like everything else; making and removing a file takes twice as long.
        connection.pragma_update(None, "journal_mode", "TRUNCATE")?;
        connection.pragma_update(None, "synchronous", "EXTRA")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // In KiB. More is not faster: what is read at the start is not read again.
        connection.pragma_update(None, "cache_size", -8_192)?;
        // A ledger whose rows are not what its events say is neither migrated nor written to.
        let transaction = connection.transaction()?;
        let found = migrations::migrate(&transaction)?;
        let checked = Checked::new(&transaction)?;
        transaction.commit()?;
        // The lease is in the ledger too: its file may have been lost.
        if let Some(row) = lease::row(&connection)?.filter(|_| !is_left_over) {
            if row.computer != owner.computer && !take_over {
                return Err(LedgerError::Held(Some(row)));
            }
            (former, is_left_over) = (Some(row), true);
        }
        let last = events::last(&connection)?;
        let store = ObjectStore::new(&folder);
        let is_bound = checked.expected.is_bound;
        let state = Mutex::new(ConnectionState {
            connection,
            writer: Some(Writer::new(last)),
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
        let seed = format!("{} {} {}", self.actor.seed, owner.since, owner.process);
        let name = object_store::hash(seed.as_bytes());
        self.change(None, |ledger| {
            if found == 0 {
                ledger.transaction.execute(
                    "INSERT INTO about VALUES ('ledger', ?)",
                    [name.get(..32).unwrap_or(&name)],
                )?;
            }
            ledger.transaction.execute(
                "INSERT OR REPLACE INTO lease VALUES (1, ?, ?, ?, ?)",
                (&owner.user, &owner.computer, owner.process, &owner.since),
            )?;
            if found < migrations::VERSION || !is_bound {
                ledger.bind(found)?;
            }
            if let Some(former) = &opened.took_over {
                let body = json!({ "from": former });
                ledger.event(&NewEvent { kind: "taken_over", body, ..NewEvent::default() })?;
            }
            Ok(())
        })
    }
}
