//! One writer at a time: a lock on a file of `out/`, held while a command writes, and beside it a file that says who
//! holds it.
//!
//! The two are apart because some systems let nobody read a file that is locked.

use super::folder::Project;
use crate::files;
use crate::ledger::Actor;
use crate::ledger::lease::Owner;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Holds the lock until it is dropped.
#[derive(Debug)]
pub struct Lock {
    /// Where it is written who holds it.
    holder: PathBuf,
    _file: File,
}

/// Some network drives do not support locks. Files are then written without one: each is written
/// whole.
fn is_unsupported(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
}

/// Why the lock could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process writes; who it is, if it said so.
    #[error("{}", busy(.0.as_ref()))]
    Busy(Option<Owner>),
    /// The file system refused.
    #[error("le dossier out/ ne peut pas être utilisé : {}", crate::files::reason(.0))]
    Io(#[from] io::Error),
}

fn busy(owner: Option<&Owner>) -> String {
    match owner {
        Some(owner) => format!("une autre commande écrit dans ce projet : {owner}"),
        None => "une autre commande missive écrit dans ce projet en ce moment".to_owned(),
    }
}

fn holder_in(path: &Path) -> Option<Owner> {
    serde_json::from_slice(&files::read(path).ok()?).ok()
}

impl Lock {
    /// Takes the lock of a project or says that another holds it.
    pub fn take(project: &Project, actor: &Actor) -> Result<Self, LockError> {
        let folder = project.path("out");
        std::fs::create_dir_all(&folder)?;
        let (path, holder) = (folder.join(".verrou"), folder.join(".verrou.json"));
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Busy(holder_in(&holder))),
            Err(TryLockError::Error(error)) if is_unsupported(&error) => {}
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        // The lock holds without it; the next one then reads less. Half of it tells as little as none, so that no
        // temporary file is needed, which a process that is killed would leave behind.
        let written = OpenOptions::new().create(true).truncate(true).write(true).open(&holder);
        if let (Ok(mut file), Ok(text)) = (written, serde_json::to_vec(&actor.owner())) {
            let _ = file.write_all(&text);
        }
        Ok(Self { holder, _file: file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still locked: afterwards it is that of the next one.
        let _ = std::fs::remove_file(&self.holder);
    }
}
