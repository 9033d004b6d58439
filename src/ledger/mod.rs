//! The ledger (journal des envois): every letter, revision, message and event, in one SQLite file
//! and a store of write-once objects beside it. The only module with SQL.
//!
//! Made for a shared folder: a rollback journal, `synchronous = EXTRA`, one writer by a lease.
//! Must not know SMTP, Typst or records: it takes and gives plain values. [`write`] has what a
//! command may change, [`read`] what it may ask, [`verify`] what keeps both honest. Rows are held
//! against the events before they are used (`check`, `told`).

mod anchor;
pub mod attempt;
mod check;
mod chronology;
mod digest;
pub mod events;
pub mod lease;
pub mod read;
pub mod returns;
pub mod schema;
pub mod store;
mod told;
pub mod verify;
pub mod witness;

pub mod write;

use crate::clock::Clock;
use crate::files;
use events::NewEvent;
use lease::{Lease, Owner, Taken};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;
use store::Store;

/// The ledger's folder within a project.
pub const FOLDER: &str = "data/ledger";
/// The SQLite file within it.
const FILE: &str = "ledger.sqlite";
/// How long a reader waits for a commit to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// A later missive made it.
    #[error(
        "le journal des envois (data/ledger) vient d'une version plus récente de missive : il n'a pas été touché"
    )]
    Newer,
    /// It is no ledger.
    #[error("data/ledger/ledger.sqlite n'est pas un journal de missive : il n'a pas été touché")]
    Foreign,
    /// Another person writes.
    #[error("{}", held(.0.as_ref()))]
    Held(Option<Owner>),
    /// SQLite refused.
    #[error("le journal des envois ne peut pas être utilisé : {}", sql(.0))]
    Sql(#[from] rusqlite::Error),
    /// The file system refused.
    #[error("le journal des envois ne peut pas être utilisé : {}", crate::files::reason(.0))]
    Io(#[from] io::Error),
    /// A row does not say what it should.
    #[error("le journal des envois est abîmé : {0}")]
    Spoilt(String),
}

impl LedgerError {
    /// What a person can do.
    pub fn todo(&self) -> &'static str {
        match self {
            Self::Newer => "installer la dernière version de missive sur cet ordinateur",
            Self::Foreign => "remettre le bon fichier, ou une sauvegarde",
            Self::Held(_) => {
                "attendre que cette commande finisse ; si cet ordinateur est en panne : --take-over"
            }
            Self::Sql(error)
                if matches!(
                    error.sqlite_error_code(),
                    Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
                ) =>
            {
                "remettre la dernière sauvegarde du journal ; ne rien effacer dans data/ledger"
            }
            Self::Sql(_) | Self::Io(_) => {
                "vérifier la place libre et vos droits sur data/ledger, puis relancer"
            }
            Self::Spoilt(_) => "lancer « missive ledger verify », et remettre une sauvegarde",
        }
    }
}

fn held(owner: Option<&Owner>) -> String {
    match owner {
        Some(owner) => format!(
            "le journal des envois est tenu par {} sur l'ordinateur {}, depuis le {}",
            owner.user, owner.computer, owner.since
        ),
        None => "le journal des envois est tenu par une autre commande missive".to_owned(),
    }
}

fn sql(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "le disque est plein".to_owned(),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "vous n'en avez pas le droit".to_owned()
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "une autre commande y écrit en ce moment".to_owned()
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            "le fichier est abîmé".to_owned()
        }
        Some(ErrorCode::CannotOpen) => "le fichier ne s'ouvre pas".to_owned(),
        _ => error.to_string(),
    }
}

/// Who works with the ledger, and when.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Account.
    pub user: String,
    /// Computer.
    pub computer: String,
    /// Process.
    pub process: u32,
    /// Gives the working day and the moment.
    pub clock: Clock,
    /// A random-looking word to name a new ledger with.
    pub seed: String,
    /// Where this person's computer remembers the last event; nowhere when absent.
    pub state: Option<PathBuf>,
}

impl Actor {
    fn person(&self) -> String {
        format!("{}@{}", self.user, self.computer)
    }
}

/// A ledger that is open.
#[derive(Debug)]
pub struct Ledger {
    desk: Mutex<Desk>,
    project: PathBuf,
    folder: PathBuf,
    /// The objects.
    pub store: Store,
    actor: Actor,
    lease: Option<Lease>,
}

/// What only one thread at a time may use.
#[derive(Debug)]
struct Desk {
    connection: Connection,
    writer: Option<write::Writer>,
    /// What the rows were last held against.
    checked: Option<check::Checked>,
    /// What was found amiss: from then on nothing is read or written any more.
    amiss: Option<String>,
    /// Where the connection leads when the ledger itself is of an earlier version.
    _copy: Option<tempfile::TempDir>,
}

impl std::ops::Deref for Desk {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

/// What a person should know about how the ledger was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// It was made just now.
    pub created: bool,
    /// Whose lease was taken over.
    pub took_over: Option<Owner>,
    /// The ledger lacks events that this computer has seen: it is older, or another one.
    pub older: bool,
}

fn migrated_copy(connection: &Connection, folder: &Path) -> Result<Connection, LedgerError> {
    let file = folder.join(FILE);
    let name = file.to_str().ok_or_else(|| LedgerError::Spoilt("nom de fichier".into()))?;
    connection.execute("VACUUM INTO ?", [name])?;
    let mut copy = Connection::open(&file)?;
    let transaction = copy.transaction()?;
    schema::migrate(&transaction)?;
    transaction.commit()?;
    Ok(copy)
}

impl Ledger {
    /// Opens a ledger to read it, if there is one. Nothing is written, but for what SQLite needs
    /// after a crash.
    pub fn peek(project: &Path, actor: Actor) -> Result<Option<(Self, Opened)>, LedgerError> {
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
        let version = schema::version(&connection)?;
        if version == 0 {
            // Made by a run that was cut before anything was in it.
            return Ok(None);
        }
        // A ledger of an earlier missive is read from a copy: only who writes brings it up to date.
        let copy = match version < schema::VERSION {
            true => Some(tempfile::tempdir()?),
            false => None,
        };
        let connection = match &copy {
            Some(folder) => migrated_copy(&connection, folder.path())?,
            None => connection,
        };
        connection.pragma_update(None, "query_only", true)?;
        let store = Store::new(&folder);
        let desk =
            Mutex::new(Desk { connection, writer: None, checked: None, amiss: None, _copy: copy });
        let project = project.to_owned();
        let ledger = Self { desk, project, folder, store, actor, lease: None };
        let older = ledger.is_older()?;
        Ok(Some((ledger, Opened { older, ..Opened::default() })))
    }

    /// Opens the ledger to write in it, and makes it when there is none.
    pub fn open(
        project: &Path,
        actor: Actor,
        take_over: bool,
    ) -> Result<(Self, Opened), LedgerError> {
        let folder = project.join(FOLDER);
        std::fs::create_dir_all(&folder)?;
        let own = Owner {
            user: actor.user.clone(),
            computer: actor.computer.clone(),
            process: actor.process,
            since: actor.clock.moment(),
        };
        let (lease, mut before, mut cut) = match lease::take(&folder, &own, take_over)? {
            Taken::Free(lease) => (lease, None, false),
            Taken::Over(lease, before) => (lease, before, true),
            Taken::Held(owner) => return Err(LedgerError::Held(owner)),
        };
        let mut connection = Connection::open(folder.join(FILE))?;
        connection.busy_timeout(PATIENCE)?;
        schema::version(&connection)?;
        // Write-ahead logging needs shared memory, which network shares lack. A journal cut to
        // nothing is synced like everything else; making and removing a file takes twice as long.
        connection.pragma_update(None, "journal_mode", "TRUNCATE")?;
        connection.pragma_update(None, "synchronous", "EXTRA")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // In KiB. More is not faster: what is read at the start is not read again.
        connection.pragma_update(None, "cache_size", -8_192)?;
        // Nothing is added to a ledger that is not what its events say, nor is it brought up to date.
        let transaction = connection.transaction()?;
        let found = schema::migrate(&transaction)?;
        let checked = check::Checked::new(&transaction)?;
        transaction.commit()?;
        // The lease is in the ledger too, should its file have been lost on the way.
        if let Some(row) = lease::row(&connection)?.filter(|_| !cut) {
            if row.computer != own.computer && !take_over {
                return Err(LedgerError::Held(Some(row)));
            }
            (before, cut) = (Some(row), true);
        }
        let last = events::last(&connection)?;
        let store = Store::new(&folder);
        let is_bound = checked.told.is_bound;
        let desk = Mutex::new(Desk {
            connection,
            writer: Some(write::Writer::new(last)),
            checked: Some(checked),
            amiss: None,
            _copy: None,
        });
        let project = project.to_owned();
        let ledger = Self { desk, project, folder, store, actor, lease: Some(lease) };
        let mut opened = Opened { created: found == 0, took_over: before, older: false };
        if cut && opened.took_over.is_none() {
            opened.took_over = Some(own.clone());
        }
        ledger.take_office(&own, &opened, (found, is_bound))?;
        opened.older = ledger.is_older()?;
        if let Some(writer) = &mut ledger.lock().writer {
            writer.older = opened.older;
        }
        if cut {
            ledger.clean()?;
        }
        Ok((ledger, opened))
    }

    fn take_office(
        &self,
        own: &Owner,
        opened: &Opened,
        (found, is_bound): (i64, bool),
    ) -> Result<(), LedgerError> {
        let seed = format!("{} {} {}", self.actor.seed, own.since, own.process);
        let name = store::hash(seed.as_bytes());
        self.change(None, |ledger| {
            if found == 0 {
                ledger.transaction.execute(
                    "INSERT INTO about VALUES ('ledger', ?)",
                    [name.get(..32).unwrap_or(&name)],
                )?;
            }
            ledger.transaction.execute(
                "INSERT OR REPLACE INTO lease VALUES (1, ?, ?, ?, ?)",
                (&own.user, &own.computer, own.process, &own.since),
            )?;
            if found < schema::VERSION || !is_bound {
                ledger.bind(found)?;
            }
            if let Some(before) = &opened.took_over {
                let body = json!({ "from": before });
                ledger.event(&NewEvent { kind: "taken_over", body, ..NewEvent::default() })?;
            }
            Ok(())
        })
    }

    fn lock(&self) -> MutexGuard<'_, Desk> {
        // A worker that panicked left the connection as it was: reads and transactions are whole.
        self.desk.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The name this ledger was given when it was made: 32 hexadecimal digits.
    pub fn name(&self) -> Result<String, LedgerError> {
        let connection = self.lock();
        Ok(connection
            .query_row("SELECT value FROM about WHERE key = 'ledger'", [], |row| row.get(0))?)
    }

    /// Whether this computer has seen an event that the ledger lacks.
    fn is_older(&self) -> Result<bool, LedgerError> {
        let Some(state) = &self.actor.state else { return Ok(false) };
        let Ok(name) = self.name() else { return Ok(false) };
        // Letters left from another ledger in this very folder: that one is lost.
        if anchor::at_place(state, &self.project).is_some_and(|own| own != name) {
            return Ok(true);
        }
        let Some(anchor) = anchor::read(state, &name) else { return Ok(false) };
        let connection = self.lock();
        let mut statement = connection.prepare("SELECT hash FROM event WHERE seq = ?")?;
        let mut rows = statement.query([anchor.seq])?;
        let there: Option<String> = rows.next()?.map(|row| row.get(0)).transpose()?;
        Ok(anchor.seq > 0 && there.as_deref() != Some(anchor.hash.as_str()))
    }

    /// Has this computer know that letters leave from this ledger in this folder.
    fn remember_place(&self) -> Result<(), LedgerError> {
        match &self.actor.state {
            Some(state) => Ok(anchor::remember_place(state, &self.project, &self.name()?)?),
            None => Ok(()),
        }
    }

    /// A consistent copy of the SQLite file, also while another command writes.
    pub fn backup(&self, target: &Path) -> Result<(), LedgerError> {
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let temporary = tempfile::Builder::new().prefix(".missive-").tempdir_in(folder)?;
        let copy = temporary.path().join(FILE);
        let name = copy.to_str().ok_or_else(|| LedgerError::Spoilt("nom de fichier".into()))?;
        let desk = self.lock();
        // A copy writes nothing in the ledger itself, but SQLite takes it for writing.
        desk.pragma_update(None, "query_only", false)?;
        desk.execute("VACUUM INTO ?", [name])?;
        desk.pragma_update(None, "query_only", desk.writer.is_none())?;
        drop(desk);
        files::sync(&copy)?;
        std::fs::rename(&copy, target)?;
        Ok(())
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let Some(writer) = self.lock().writer.take() else { return };
        if let Some(lease) = &self.lease {
            let own = lease.owner();
            let sql = "DELETE FROM lease WHERE computer = ? AND process = ? AND since = ?";
            let _ = self.lock().execute(sql, (&own.computer, own.process, &own.since));
        }
        // Without the anchor an older ledger would go unnoticed here: no reason to fail.
        if let (Some(state), Ok(name), false) = (&self.actor.state, self.name(), writer.older) {
            let (seq, hash) = writer.last;
            let _ = anchor::write(state, &name, &anchor::Anchor { seq, hash });
            let sql =
                "SELECT EXISTS (SELECT 1 FROM message WHERE tries > 0 OR left_on IS NOT NULL)";
            if self.lock().query_row(sql, [], |row| row.get(0)).unwrap_or(false) {
                let _ = self.remember_place();
            }
        }
    }
}
