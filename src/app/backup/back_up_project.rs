//! `backup`: the whole project as one file, consistent while other commands write, and read back before it gets its
//! name.
//!
//! The ledger is copied first: whatever it names was on the disk before it. Objects and returns never change; the
//! other files are looked at once more at the end, and all is begun again if one has changed meanwhile.

use super::backup_archive::{ArchiveError, BackupReader, BackupWriter};
use super::backup_error::ProjectBackupError;
use super::backup_manifest::{
    BackedUpLedger, BackupManifest, FOLDERS, PERSONAL_DATA, SCHEMA, is_write_once,
};
use super::project_files::ProjectFiles;
use crate::app::exports::target::require_new_file;
use crate::files;
use crate::ledger::backup::{LedgerCopy, object_at, sqlite_file};
use crate::ledger::{Actor, Ledger, LedgerError};
use crate::project::folder::Project;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Seek as _};
use std::path::Path;
use std::time::SystemTime;

/// How often a project that changes meanwhile is read.
const MAX_ATTEMPTS: usize = 3;

/// A backup that was made; serialized as the JSON of `backup`.
#[derive(Clone, Debug, Serialize)]
pub struct ProjectBackupOutcome {
    /// The file.
    pub backup: String,
    /// Its octets.
    pub octets: u64,
    /// Number of files in it.
    pub files: usize,
    /// When it was made (RFC 3339).
    pub made: String,
    /// Number of events of its ledger; none where there is no ledger.
    pub events: Option<i64>,
    /// What lies in the project and is not in it.
    pub left_out: Vec<String>,
    /// Objects that the ledger refers to and that are not there any more.
    pub lost: Vec<String>,
}

/// What is backed up, by whom.
#[derive(Clone, Copy, Debug)]
pub struct ProjectBackup<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its ledger, if there is one.
    pub ledger: Option<&'a Ledger>,
    /// Who makes it.
    pub actor: &'a Actor,
}

/// What one attempt gave.
enum Attempt {
    Written(BackupManifest, Vec<String>),
    /// This file changed meanwhile.
    Changed(String),
}

impl ProjectBackup<'_> {
    /// Writes a backup; an existing file is only replaced where that is wanted.
    pub fn write(
        &self,
        target: &Path,
        replace: bool,
    ) -> Result<ProjectBackupOutcome, ProjectBackupError> {
        require_new_file(self.project, target, replace)?;
        self.require_outside(target)?;
        let write = |error: ArchiveError| ProjectBackupError::Write { path: target.into(), error };
        let io = |error: io::Error| write(error.into());
        let mut file = files::begin_file(target).map_err(io)?;
        let mut changed = String::new();
        for number in 1..=MAX_ATTEMPTS {
            let found = self.copy_ledger(target)?;
            let copy = found.as_ref().map(|(_, copy)| copy);
            let project_files = ProjectFiles::of(self.project, copy)?;
            file.as_file().set_len(0).and_then(|()| file.rewind()).map_err(io)?;
            let source =
                BackupSource { backup: self, found: found.as_ref(), files: &project_files };
            match source.write(file.as_file_mut(), target)? {
                Attempt::Written(_, lost) if !lost.is_empty() && number < MAX_ATTEMPTS => {}
                Attempt::Written(manifest, lost) => {
                    file.rewind().map_err(io)?;
                    read_back(file.as_file_mut()).map_err(write)?;
                    let octets = file.as_file().metadata().map_err(io)?.len();
                    files::put_file_in_place(file, target, replace).map_err(io)?;
                    return Ok(ProjectBackupOutcome {
                        backup: printable_text::path_value(target),
                        octets,
                        files: manifest.files.len(),
                        made: manifest.made,
                        events: manifest.ledger.map(|ledger| ledger.events),
                        left_out: project_files.left_out.into_iter().collect(),
                        lost,
                    });
                }
                Attempt::Changed(path) => changed = path,
            }
        }
        Err(ProjectBackupError::Unsteady(changed))
    }

    /// Refuses a place that the backup itself holds.
    fn require_outside(&self, target: &Path) -> Result<(), ProjectBackupError> {
        let folder = fs::canonicalize(files::folder_of(target)).unwrap_or_default();
        let is_within = |name: &str| {
            let path = fs::canonicalize(self.project.path(name));
            path.is_ok_and(|path| folder.starts_with(path))
        };
        match FOLDERS.into_iter().any(is_within) {
            true => Err(ProjectBackupError::WithinItself(target.to_owned())),
            false => Ok(()),
        }
    }

    /// A copy of the ledger beside the backup, gone with the folder.
    fn copy_ledger(&self, target: &Path) -> Result<Option<CopiedLedger>, ProjectBackupError> {
        let Some(ledger) = self.ledger else { return Ok(None) };
        let folder = files::begin_folder(target).map_err(LedgerError::from)?;
        let (_, copy) = ledger.copy_for_backup(folder.path())?;
        Ok(Some((folder, copy)))
    }
}

/// A copy of the ledger, in a folder of its own.
type CopiedLedger = (tempfile::TempDir, LedgerCopy);

/// What one attempt reads.
struct BackupSource<'a> {
    backup: &'a ProjectBackup<'a>,
    found: Option<&'a CopiedLedger>,
    files: &'a ProjectFiles,
}

impl BackupSource<'_> {
    fn write(&self, to: &mut File, target: &Path) -> Result<Attempt, ProjectBackupError> {
        let write = |error: ArchiveError| ProjectBackupError::Write { path: target.into(), error };
        let mut archive = BackupWriter::new(to);
        if let Some((folder, _)) = self.found {
            let name = sqlite_file();
            let file = Path::new(&name).file_name().unwrap_or_default();
            let bytes = files::read_kept(&folder.path().join(file)).map_err(LedgerError::from)?;
            archive.add(&name, &bytes).map_err(write)?;
        }
        let mut before = Vec::new();
        for (name, path) in &self.files.files {
            if !is_write_once(name) {
                before.push((name, path, FileState::of(path)));
            }
            match files::read_kept(path) {
                Ok(bytes) => archive.add(name, &bytes).map_err(write)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(Attempt::Changed(name.clone()));
                }
                Err(error) => {
                    return Err(ProjectBackupError::Unreadable { path: name.clone(), error });
                }
            }
        }
        let changed = before.iter().find(|(_, path, state)| FileState::of(path) != *state);
        if let Some((name, ..)) = changed {
            return Ok(Attempt::Changed((*name).clone()));
        }
        let manifest = archive.finish(self.manifest()?).map_err(write)?;
        Ok(Attempt::Written(manifest, self.lost()))
    }

    fn manifest(&self) -> Result<BackupManifest, LedgerError> {
        let ProjectBackup { ledger, actor, .. } = *self.backup;
        let ledger = match (ledger, self.found) {
            (Some(ledger), Some((_, copy))) => Some(BackedUpLedger {
                name: ledger.name()?,
                events: copy.last.seq,
                hash: copy.last.hash.clone(),
            }),
            _ => None,
        };
        Ok(BackupManifest {
            schema: SCHEMA.to_owned(),
            missive: env!("CARGO_PKG_VERSION").to_owned(),
            made: actor.clock.moment(),
            by: format!("{}@{}", actor.user, actor.computer),
            notice: PERSONAL_DATA.to_owned(),
            ledger,
            files: Vec::new(),
        })
    }

    /// Objects of the copied ledger that are not there.
    fn lost(&self) -> Vec<String> {
        let Some((_, copy)) = self.found else { return Vec::new() };
        let there: BTreeSet<String> =
            self.files.files.keys().filter_map(|name| object_at(name)).collect();
        copy.objects.difference(&there).cloned().collect()
    }
}

/// What changes when a file does.
#[derive(PartialEq, Eq)]
struct FileState {
    size: Option<u64>,
    written: Option<SystemTime>,
}

impl FileState {
    fn of(path: &Path) -> Self {
        let metadata = fs::metadata(path).ok();
        let written = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
        Self { size: metadata.map(|metadata| metadata.len()), written }
    }
}

/// Reads a backup that was just written, every file of it.
fn read_back(file: &mut File) -> Result<(), ArchiveError> {
    BackupReader::open(file)?.read(|_| Ok(io::sink()))
}
