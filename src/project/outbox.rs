//! The outbox: one `.eml` file a message, written whole.

use crate::files::{self, WriteOutcome};
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

    /// Path of the outbox folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of a message, named by the lowest UAI of its schools.
    pub fn file_name(uai: &str, revision: u32) -> String {
        format!("{uai}.r{revision}.eml")
    }

    /// The UAI and the revision that a file's name gives; none for a reminder or any other file.
    pub fn message_of(name: &str) -> Option<(&str, u32)> {
        let (uai, revision) = name.strip_suffix(".eml")?.split_once(".r")?;
        Some((uai, revision.parse().ok()?))
    }

    /// The file of a reminder.
    pub fn reminder_name(uai: &str, number: u32) -> String {
        format!("{uai}.rappel{number}.eml")
    }

    /// The file of a message that asks for a referent.
    pub fn designation_name(uai: &str, number: u32) -> String {
        format!("{uai}.designation{number}.eml")
    }

    /// The file of a message to a referent.
    pub fn referent_name(uai: &str, number: u32) -> String {
        format!("{uai}.referent{number}.eml")
    }

    /// Writes a message, or leaves it when the same bytes are there.
    pub fn deposit(&self, file: &str, message: &[u8]) -> io::Result<WriteOutcome> {
        files::write_whole(&self.folder.join(file), message, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_and_a_reminder_is_no_message() {
        for revision in [1, 9, 10] {
            let name = Outbox::file_name("0860001J", revision);
            assert_eq!(Outbox::message_of(&name), Some(("0860001J", revision)));
        }
        for other in [
            &Outbox::reminder_name("0860001J", 1),
            &Outbox::designation_name("0860001J", 1),
            &Outbox::referent_name("0860001J", 1),
            "0860001J.r1.eml.tmp",
            "0860001J.rx.eml",
        ] {
            assert_eq!(Outbox::message_of(other), None, "{other}");
        }
    }
}
