//! `send.log`: one line for each message deposited or withdrawn, as it happens, for people to read.
//!
//! Tab-separated: day, what happened, file, and for a deposit the Message-ID and the address.

use jiff::civil::Date;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The log of a campaign's outbox.
#[derive(Clone, Debug)]
pub struct SendLog {
    path: PathBuf,
    day: Date,
}

impl SendLog {
    /// The log in a campaign's output folder; `day` is written on each line.
    pub fn new(folder: &Path, day: Date) -> Self {
        Self { path: folder.join("send.log"), day }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes a message that was deposited anew.
    pub fn deposited(&self, file: &str, message_id: &str, to: &str) -> io::Result<()> {
        self.append(&format!("{}\tdeposited\t{file}\t{message_id}\t{to}\n", self.day))
    }

    /// Notes a message that was taken out of the outbox.
    pub fn withdrawn(&self, file: &str) -> io::Result<()> {
        self.append(&format!("{}\twithdrawn\t{file}\n", self.day))
    }

    /// One write a line: a run that is cut leaves whole lines.
    fn append(&self, line: &str) -> io::Result<()> {
        let mut log = std::fs::OpenOptions::new().create(true).append(true).open(&self.path)?;
        log.write_all(line.as_bytes())
    }
}
