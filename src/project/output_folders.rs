//! The folders of a campaign in `out/`, and how each file gets there: written, left as it is, or
//! brought back from the ledger's object store.
//!
//! Must not know letters: it takes names and bytes.

use super::folder::Project;
use super::outbox::Outbox;
use crate::files::{self, WriteOutcome};
use crate::ledger::object_store::{self, ObjectHash};
use crate::ledger::{self, Ledger};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file cannot be written, or not be brought back. Its Display is a French sentence.
#[derive(Debug, thiserror::Error)]
pub enum FileWriteError {
    /// The file system refused.
    #[error("{} ne peut pas être écrit : {}", shown(.path), files::reason(.error))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The ledger's copy of the file is missing or changed.
    #[error("{} ne peut pas être écrit : son original manque ou a changé dans data/ledger/objects", shown(.path))]
    OriginalLost {
        /// The file.
        path: PathBuf,
    },
}

impl FileWriteError {
    /// An error of the file system at a path.
    pub fn new(path: &Path, error: io::Error) -> Self {
        Self::Io { path: path.to_owned(), error }
    }
}

fn shown(path: &Path) -> String {
    printable_text::of_path(path.strip_prefix(".").unwrap_or(path))
}

/// What became of a file. Of several files that count as one, the greatest outcome counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileOutcome {
    /// It was as it should be.
    Unchanged,
    /// It was missing or edited, and is again as it was.
    Restored,
    /// It is new, or has other bytes than before.
    Written,
}

/// A file that is now as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacedFile {
    /// What became of it.
    pub outcome: FileOutcome,
    /// Whether someone had edited it.
    pub was_edited: bool,
}

impl PlacedFile {
    const UNCHANGED: Self = Self { outcome: FileOutcome::Unchanged, was_edited: false };
}

/// The folders of a campaign, or of a rehearsal.
pub struct OutputFolders<'a> {
    /// The folder that holds the others, the report and `send.log`.
    pub out: PathBuf,
    /// The folder `letters/`.
    pub letters: PathBuf,
    /// The folder `covers/`.
    pub covers: PathBuf,
    /// The folder `outbox/`.
    pub outbox: Outbox,
    ledger: Option<&'a Ledger>,
    rewrites: bool,
}

impl<'a> OutputFolders<'a> {
    /// The folders below `output`, a path relative to the project. Without a ledger nothing can be
    /// brought back.
    pub fn new(project: &Project, output: &str, ledger: Option<&'a Ledger>) -> Self {
        let out = project.path(output);
        Self {
            letters: out.join("letters"),
            covers: out.join("covers"),
            outbox: Outbox::new(out.join("outbox")),
            ledger,
            rewrites: false,
            out,
        }
    }

    /// The same; with `rewrites`, files are written even when they hold the same bytes.
    pub fn rewriting(self, rewrites: bool) -> Self {
        Self { rewrites, ..self }
    }

    /// Creates the folders, and removes the temporary files that an interrupted run left.
    pub fn create(&self, with_outbox: bool) -> Result<(), FileWriteError> {
        let mut needed = vec![self.out.as_path(), &self.letters, &self.covers];
        if with_outbox {
            needed.push(self.outbox.folder());
        }
        for folder in needed {
            std::fs::create_dir_all(folder)
                .and_then(|()| files::sweep(folder, &[], &BTreeSet::new()).map(|_| ()))
                .map_err(|error| FileWriteError::new(folder, error))?;
        }
        Ok(())
    }

    /// Puts bytes in the ledger's store, if there is a ledger.
    pub fn store(&self, bytes: &[u8]) -> Result<(), FileWriteError> {
        let Some(ledger) = self.ledger else { return Ok(()) };
        let stored = ledger.store.put(bytes).map(|_| ());
        stored.map_err(|error| FileWriteError::new(Path::new(ledger::FOLDER), error))
    }

    /// Writes a file. `made_before` says that missive made one under this name before: if it now
    /// holds unknown bytes, someone edited it.
    pub fn write(
        &self,
        folder: &Path,
        name: &str,
        bytes: &[u8],
        made_before: bool,
    ) -> Result<PlacedFile, FileWriteError> {
        let path = folder.join(name);
        let was_edited = made_before && self.holds_unknown_bytes(&path, bytes);
        match files::write_whole(&path, bytes, self.rewrites) {
            Ok(WriteOutcome::Unchanged) => Ok(PlacedFile::UNCHANGED),
            Ok(_) => Ok(PlacedFile { outcome: FileOutcome::Written, was_edited }),
            Err(error) => Err(FileWriteError::Io { path, error }),
        }
    }

    /// Whether a file is there that missive never wrote: neither these bytes nor any that it keeps.
    fn holds_unknown_bytes(&self, path: &Path, bytes: &[u8]) -> bool {
        let (Some(ledger), Ok(found)) = (self.ledger, files::read_kept(path)) else { return false };
        found != bytes && !ledger.store.has(&object_store::hash(&found))
    }

    /// Makes sure that a file holds the object of the store with this hash.
    pub fn restore(
        &self,
        folder: &Path,
        name: &str,
        hash: &ObjectHash,
    ) -> Result<PlacedFile, FileWriteError> {
        let path = folder.join(name);
        let found = files::read_kept(&path).ok().map(|bytes| object_store::hash(&bytes));
        let is_right = found.as_ref() == Some(hash);
        if is_right && !self.rewrites {
            return Ok(PlacedFile::UNCHANGED);
        }
        let Some(ledger) = self.ledger else { return Ok(PlacedFile::UNCHANGED) };
        let was_edited = !is_right && found.is_some_and(|found| !ledger.store.has(&found));
        let Ok(bytes) = ledger.store.get(hash) else {
            return Err(FileWriteError::OriginalLost { path });
        };
        match files::write_whole(&path, &bytes, self.rewrites) {
            Ok(_) if is_right => Ok(PlacedFile { outcome: FileOutcome::Written, was_edited }),
            Ok(_) => Ok(PlacedFile { outcome: FileOutcome::Restored, was_edited }),
            Err(error) => Err(FileWriteError::Io { path, error }),
        }
    }

    /// Removes a file, if it is there.
    pub fn remove(&self, folder: &Path, name: &str) -> Result<(), FileWriteError> {
        let path = folder.join(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(FileWriteError::Io { path, error })
            }
            _ => Ok(()),
        }
    }
}
