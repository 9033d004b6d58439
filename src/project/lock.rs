//! One writer at a time: a lock on a file of `out/`, held while a command writes.

use super::folder::Project;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;

/// Holds the lock until it is dropped.
#[derive(Debug)]
pub struct Lock {
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
    /// Another process writes.
    #[error("une autre commande missive écrit dans ce projet en ce moment")]
    Busy,
    /// The file system refused.
    #[error("le dossier out/ ne peut pas être utilisé : {}", crate::files::reason(.0))]
    Io(#[from] io::Error),
}

impl Lock {
    /// Takes the lock of a project or says that another holds it.
    pub fn take(project: &Project) -> Result<Self, LockError> {
        let folder = project.path("out");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(".verrou");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Busy),
            Err(TryLockError::Error(error)) if is_unsupported(&error) => Ok(Self { _file: file }),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}
