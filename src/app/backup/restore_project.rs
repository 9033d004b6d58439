//! `restore`: a backup into a new folder. Everything is checked before the folder gets its name; from then on the ledger
//! knows that it came from a backup, so that the first message that leaves is asked about.

use super::backup_archive::{ArchiveError, BackupReader};
use super::backup_error::ProjectRestoreError;
use super::backup_manifest::{BackedUpFile, BackupManifest, is_write_once};
use crate::files::{self, RegularFile};
use crate::ledger::{Actor, Ledger};
use serde::Serialize;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// A backup that was restored; serialized as the JSON of `restore`.
#[derive(Clone, Debug, Serialize)]
pub struct ProjectRestoreOutcome {
    /// The folder.
    pub restored: String,
    /// Number of files.
    pub files: usize,
    /// Octets of all files.
    pub octets: u64,
    /// When the backup was made (RFC 3339).
    pub made: String,
    /// Who made it, as `jeanne@poste-12`.
    pub by: String,
    /// Number of events of its ledger; none if it has no ledger.
    pub events: Option<i64>,
}

/// Restores a backup into a folder that is missing or empty.
pub fn restore_project(
    backup: &Path,
    folder: &Path,
    actor: Actor,
) -> Result<ProjectRestoreOutcome, ProjectRestoreError> {
    let write = |error: io::Error| ProjectRestoreError::Write { path: folder.to_owned(), error };
    require_empty(folder)?;
    let unreadable =
        |error: io::Error| ProjectRestoreError::Unreadable { path: backup.to_owned(), error };
    let archive =
        |error: ArchiveError| ProjectRestoreError::Archive { path: backup.to_owned(), error };
    let mut file = RegularFile::open(backup).map_err(unreadable)?;
    let new = files::begin_folder(folder).map_err(write)?;
    let mut reader = BackupReader::open(file.reader()).map_err(archive)?;
    let root = new.path();
    // What cannot be written is told as that of the folder, not as a damaged archive.
    let mut refused = None;
    let read = reader.read(|manifest| {
        begin(root, manifest).inspect_err(|error| refused = Some(io::Error::from(error.kind())))
    });
    match (read, refused) {
        (Ok(()), _) => {}
        (Err(_), Some(error)) => return Err(write(error)),
        (Err(error), None) => return Err(archive(error)),
    }
    let manifest = reader.manifest.clone();
    drop(reader);
    sync_files(root, &manifest).map_err(write)?;
    if manifest.ledger.is_some() {
        // This computer is to remember the folder by its final name, not by that of now.
        let actor = Actor { state: None, ..actor };
        let (ledger, _) = Ledger::open(root, actor, true)?;
        ledger.note_restored(&manifest.made)?;
    }
    files::put_in_place(new, folder).map_err(write)?;
    Ok(ProjectRestoreOutcome {
        restored: printable_text::path_value(folder),
        files: manifest.files.len(),
        octets: manifest.octets(),
        made: manifest.made,
        by: manifest.by,
        events: manifest.ledger.map(|ledger| ledger.events),
    })
}

fn require_empty(folder: &Path) -> Result<(), ProjectRestoreError> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(false) => Ok(()),
        Ok(true) => Err(ProjectRestoreError::NotEmpty(folder.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(ProjectRestoreError::Write { path: folder.to_owned(), error }),
    }
}

/// A new file of the project; its path was checked.
fn begin(root: &Path, file: &BackedUpFile) -> io::Result<File> {
    let path = root.join(&file.path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Brings every file to the disk; what never changes may not be written to, as it was.
fn sync_files(root: &Path, manifest: &BackupManifest) -> io::Result<()> {
    for file in &manifest.files {
        let path = root.join(&file.path);
        files::sync(&path)?;
        if !is_write_once(&file.path) {
            continue;
        }
        let mut access = fs::metadata(&path)?.permissions();
        access.set_readonly(true);
        fs::set_permissions(&path, access)?;
    }
    Ok(())
}
