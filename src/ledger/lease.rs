//! One writer at a time, over network shares too: a file made exclusively, and a row in the ledger,
//! that say who writes, on which computer, since when and, in the file, with which command.
//!
//! Locks on network shares are weak, so the file itself is the lease; the lock on it only tells a
//! living process from a dead one on the same computer.

use crate::clock;
use crate::files;
use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The process that holds a lease or a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Account name of the user.
    pub user: String,
    /// Name of the computer.
    pub computer: String,
    /// Process ID.
    pub process: u32,
    /// Since when (RFC 3339).
    pub since: String,
    /// The command that it runs, by its French name; unknown if an earlier version wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// Who it is, where, since when and doing what, in French.
impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { user, computer, since, command, .. } = self;
        let since = clock::local_time_of(since);
        write!(f, "{user} sur l'ordinateur {computer}, depuis le {since}")?;
        match command {
            Some(command) => write!(f, " (missive {command})"),
            None => Ok(()),
        }
    }
}

impl Owner {
    /// Whether both are the same process, whatever is known of its command.
    pub(in crate::ledger) fn is_same_process(&self, other: &Self) -> bool {
        let Self { user, computer, process, since, command: _ } = self;
        (user, computer, process, since)
            == (&other.user, &other.computer, &other.process, &other.since)
    }
}

/// The lease, given back when dropped.
#[derive(Debug)]
pub struct Lease {
    path: PathBuf,
    owner: Owner,
    /// Locked as long as this process lives.
    _file: File,
}

/// What trying to take the lease gave.
#[derive(Debug)]
pub enum LeaseResult {
    /// Nobody had it.
    Free(Lease),
    /// Its owner is dead, or a person said so.
    Over(Lease, Option<Owner>),
    /// Somebody has it.
    Held(Option<Owner>),
}

/// Where the lease of a ledger folder lies.
pub fn path(ledger: &Path) -> PathBuf {
    ledger.join("bail.json")
}

/// The owner written in a lease, if there is one.
pub fn owner_in(ledger: &Path) -> Option<Owner> {
    serde_json::from_slice(&files::read(&path(ledger)).ok()?).ok()
}

/// Takes the lease, or says who has it.
pub fn take(ledger: &Path, owner: &Owner, take_over: bool) -> io::Result<LeaseResult> {
    let path = path(ledger);
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(file) => return Ok(LeaseResult::Free(written(path, file, owner)?)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let before = owner_in(ledger);
    let file = match OpenOptions::new().read(true).write(true).open(&path) {
        Ok(file) => file,
        // It was released in between.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return take(ledger, owner, take_over);
        }
        Err(error) => return Err(error),
    };
    let same_computer = before.as_ref().is_none_or(|holder| holder.computer == owner.computer);
    let dead = match file.try_lock() {
        Ok(()) => same_computer,
        // A living process of this computer holds it: `take_over` must not break that.
        Err(TryLockError::WouldBlock) => return Ok(LeaseResult::Held(before)),
        Err(TryLockError::Error(_)) => false,
    };
    if !dead && !take_over {
        return Ok(LeaseResult::Held(before));
    }
    file.set_len(0)?;
    Ok(LeaseResult::Over(written(path, file, owner)?, before))
}

fn written(path: PathBuf, mut file: File, owner: &Owner) -> io::Result<Lease> {
    // Where the file system has no locks, the file alone is the lease.
    let _ = file.try_lock();
    let text = serde_json::to_vec(owner).map_err(io::Error::other)?;
    file.write_all(&text)?;
    file.sync_all()?;
    Ok(Lease { path, owner: owner.clone(), _file: file })
}

impl Lease {
    /// The process that holds the lease.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }
}

/// The owner written in the ledger itself, if there is one.
pub(super) fn row(connection: &Connection) -> Result<Option<Owner>, rusqlite::Error> {
    let mut statement =
        connection.prepare_cached("SELECT user, computer, process, since FROM lease")?;
    let owner = statement.query_row([], |row| {
        let (user, computer) = (row.get(0)?, row.get(1)?);
        Ok(Owner { user, computer, process: row.get(2)?, since: row.get(3)?, command: None })
    });
    owner.optional()
}

impl Drop for Lease {
    fn drop(&mut self) {
        // Removed while still locked, so that nobody takes it for abandoned, and only if it is still this
        // one: another may have taken it over. If it cannot be removed, the next command finds it unlocked
        // and takes it over.
        let written =
            files::read(&self.path).ok().and_then(|text| serde_json::from_slice(&text).ok());
        if written.as_ref() == Some(&self.owner) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner_on(computer: &str) -> Owner {
        Owner {
            user: "jeanne".into(),
            computer: computer.into(),
            process: 7,
            since: "2026-11-24T09:00:00Z".into(),
            command: Some("envoyer".into()),
        }
    }

    #[test]
    fn a_lease_says_who_does_what_where_and_since_when() {
        let here = owner_on("poste-12");
        let said = here.to_string();
        assert!(said.starts_with("jeanne sur l'ordinateur poste-12, depuis le 24/11/2026 à "));
        assert!(said.ends_with(" (missive envoyer)"), "{said}");
        // As earlier versions wrote it.
        let text = r#"{"user":"a","computer":"b","process":1,"since":"hier"}"#;
        let older: Owner = serde_json::from_str(text).unwrap();
        assert_eq!(older.to_string(), "a sur l'ordinateur b, depuis le hier");
        assert!(here.is_same_process(&Owner { command: None, ..here.clone() }));
        assert!(!here.is_same_process(&older));
    }

    #[test]
    fn one_at_a_time_and_the_dead_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let here = owner_on("ici");
        let LeaseResult::Free(lease) = take(folder.path(), &here, false).unwrap() else { panic!() };
        let LeaseResult::Held(Some(who)) = take(folder.path(), &owner_on("là"), false).unwrap()
        else {
            panic!()
        };
        assert_eq!(who, here);
        // A living process of this computer keeps it, even if a person asks to take it over.
        assert!(matches!(take(folder.path(), &here, true).unwrap(), LeaseResult::Held(_)));
        drop(lease);
        assert!(owner_in(folder.path()).is_none());
        // A dead process leaves its file behind.
        let left = serde_json::to_vec(&here).unwrap();
        crate::files::write_durably(&path(folder.path()), &left).unwrap();
        assert!(matches!(
            take(folder.path(), &owner_on("là"), false).unwrap(),
            LeaseResult::Held(_)
        ));
        let LeaseResult::Over(lease, Some(who)) =
            take(folder.path(), &owner_on("ici"), false).unwrap()
        else {
            panic!()
        };
        assert_eq!(who, here);
        drop(lease);
        let left = serde_json::to_vec(&here).unwrap();
        crate::files::write_durably(&path(folder.path()), &left).unwrap();
        assert!(matches!(
            take(folder.path(), &owner_on("là"), true).unwrap(),
            LeaseResult::Over(..)
        ));
    }
}
