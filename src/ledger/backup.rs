//! A copy of the SQLite file, for a backup.

use super::connection::{FILE, Ledger};
use super::error::LedgerError;
use crate::files;
use std::path::Path;

impl Ledger {
    /// A consistent copy of the SQLite file, also while another command writes.
    pub fn backup(&self, target: &Path) -> Result<(), LedgerError> {
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let temporary = tempfile::Builder::new().prefix(".missive-").tempdir_in(folder)?;
        let copy = temporary.path().join(FILE);
        let name = copy.to_str().ok_or_else(|| LedgerError::Corrupt("nom de fichier".into()))?;
        let state = self.lock();
        // A copy writes nothing in the ledger itself, but SQLite takes it for writing.
        state.pragma_update(None, "query_only", false)?;
        state.execute("VACUUM INTO ?", [name])?;
        state.pragma_update(None, "query_only", state.writer.is_none())?;
        drop(state);
        files::sync(&copy)?;
        std::fs::rename(&copy, target)?;
        Ok(())
    }
}
