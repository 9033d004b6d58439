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

    /// The file of a reminder.
    pub fn reminder_name(uai: &str, number: u32) -> String {
        format!("{uai}.rappel{number}.eml")
    }

    /// Writes a message, or leaves it when the same bytes are there.
    pub fn deposit(&self, file: &str, message: &[u8]) -> io::Result<Written> {
        files::write_whole(&self.folder.join(file), message, false)
    }
}
