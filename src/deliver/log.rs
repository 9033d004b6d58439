//! `send.log`: one line for each message deposited or withdrawn, as it happens, for people to read.
//!
//! Tab-separated: day, what happened, file, and for a deposit the Message-ID and the address.

use crate::files;
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

    /// Whether nothing was noted yet.
    pub fn is_absent(&self) -> bool {
        !self.path.exists()
    }

    /// Writes the log anew: a day, whether it was a deposit, the file, Message-ID and address.
    pub fn rewrite<'l>(
        &self,
        lines: impl IntoIterator<Item = (&'l str, bool, &'l str, &'l str, &'l str)>,
    ) -> io::Result<()> {
        let mut text = String::new();
        for (day, deposit, file, message_id, to) in lines {
            text.push_str(&match deposit {
                true => format!("{day}\tdeposited\t{file}\t{message_id}\t{to}\n"),
                false => format!("{day}\twithdrawn\t{file}\n"),
            });
        }
        files::write_whole(&self.path, text.as_bytes(), false).map(|_| ())
    }

    /// One write a line: a run that is cut leaves whole lines.
    fn append(&self, line: &str) -> io::Result<()> {
        let mut log = std::fs::OpenOptions::new().create(true).append(true).open(&self.path)?;
        log.write_all(line.as_bytes())
    }
}
