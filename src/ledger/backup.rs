//! A copy of the SQLite file, for a backup.

use super::chain::events::{self, ChainHead};
use super::connection::{FILE, FOLDER, Ledger};
use super::error::LedgerError;
use super::integrity::verify::referred_by;
use super::lease;
use crate::files;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What a copy of a ledger holds.
#[derive(Clone, Debug)]
pub struct LedgerCopy {
    /// Its last event.
    pub last: ChainHead,
    /// Names of the objects that it refers to.
    pub objects: BTreeSet<String>,
}

/// What stands in a ledger's folder besides the objects and notes that a backup takes: the SQLite file, of which a
/// copy is made, what SQLite writes beside it, and the lease of whoever writes.
pub fn is_live_file(path: &str) -> bool {
    let name = path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
    let lease = lease::path(Path::new(""));
    name.is_some_and(|name| name.starts_with(FILE) || Path::new(name) == lease)
}

/// Where the SQLite file lies in a project.
pub fn sqlite_file() -> String {
    format!("{FOLDER}/{FILE}")
}

/// The name of an object, if that is where one lies in a project.
pub fn object_at(path: &str) -> Option<String> {
    let name = path.strip_prefix(FOLDER)?.strip_prefix("/objects/")?;
    Some(name.replace('/', ""))
}

impl Ledger {
    /// A consistent copy of the SQLite file, also while another command writes.
    pub fn backup(&self, target: &Path) -> Result<(), LedgerError> {
        let folder = files::folder_of(target);
        let temporary = tempfile::Builder::new().prefix(".missive-").tempdir_in(folder)?;
        let copy = self.copy_into(temporary.path())?;
        files::sync(&copy)?;
        std::fs::rename(&copy, target)?;
        Ok(())
    }

    /// The same as a new file that nobody writes in: no lease is in it.
    pub fn copy_for_backup(&self, folder: &Path) -> Result<(PathBuf, LedgerCopy), LedgerError> {
        let file = self.copy_into(folder)?;
        let copy = Connection::open(&file)?;
        copy.execute_batch("DELETE FROM lease; PRAGMA journal_mode = DELETE;")?;
        let held = LedgerCopy { last: events::last(&copy)?, objects: referred_by(&copy)? };
        Ok((file, held))
    }

    fn copy_into(&self, folder: &Path) -> Result<PathBuf, LedgerError> {
        let copy = folder.join(FILE);
        let name = copy.to_str().ok_or_else(|| LedgerError::Corrupt("nom de fichier".into()))?;
        let state = self.lock();
        // A copy writes nothing in the ledger itself, but SQLite takes it for writing.
        state.pragma_update(None, "query_only", false)?;
        state.execute("VACUUM INTO ?", [name])?;
        state.pragma_update(None, "query_only", state.writer.is_none())?;
        Ok(copy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_apart_and_what_is_an_object() {
        for (path, is_live) in [
            ("data/ledger/ledger.sqlite", true),
            ("data/ledger/ledger.sqlite-journal", true),
            ("data/ledger/bail.json", true),
            ("data/ledger/urgence.txt", false),
            ("data/bail.json", false),
        ] {
            assert_eq!(is_live_file(path), is_live, "{path}");
        }
        assert_eq!(object_at("data/ledger/objects/ab/cd").as_deref(), Some("abcd"));
        assert_eq!(object_at("data/ledger/urgence.txt"), None);
    }
}
