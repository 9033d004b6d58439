//! The outbox: one `.eml` file a message, written whole.

use crate::files::{self, Written};
use std::io;
use std::path::{Path, PathBuf};

/// A folder of deposited messages.
#[derive(Clone, Debug)]
pub struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    /// The outbox in a folder, which must exist before anything is deposited.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of a message, named by the lowest UAI of its schools.
    pub fn file_name(uai: &str, revision: u32) -> String {
        format!("{uai}.r{revision}.eml")
    }

    /// Writes a message, or leaves it when the same bytes are there.
    pub fn deposit(&self, uai: &str, revision: u32, message: &[u8]) -> io::Result<Written> {
        files::write_whole(&self.folder.join(Self::file_name(uai, revision)), message, false)
    }

    /// Whether a message is there.
    pub fn holds(&self, uai: &str, revision: u32) -> bool {
        self.folder.join(Self::file_name(uai, revision)).is_file()
    }

    /// Removes a message unless it is the `current` one; without a current one, none may stay.
    /// Returns whether there was one to remove.
    pub fn withdraw_unless(
        &self,
        uai: &str,
        revision: u32,
        current: Option<&[u8]>,
    ) -> io::Result<bool> {
        let path = self.folder.join(Self::file_name(uai, revision));
        match std::fs::read(&path) {
            Ok(bytes) if Some(bytes.as_slice()) == current => Ok(false),
            Ok(_) => std::fs::remove_file(&path).map(|()| true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}
