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
}
