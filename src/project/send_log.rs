//! `send.log`: one line for each thing that happened to a message on its way, for people to read.
//!
//! Tab-separated: day or moment (local, with its distance from UTC), what happened, and what it happened to. It holds only what
//! the ledger holds, and nothing secret.

use crate::clock::with_local_offset;
use crate::files;
use crate::ledger::chain::event_kind::EventKind;
use jiff::civil::Date;
use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The log of a campaign.
#[derive(Clone, Debug)]
pub struct SendLog {
    path: PathBuf,
    day: Date,
}

/// A line of the log.
#[derive(Clone, Copy, Debug)]
pub enum Line<'l> {
    /// A message was put in the outbox.
    Deposited {
        /// The working day.
        day: &'l str,
        /// File.
        file: &'l str,
        /// Message-ID.
        message_id: &'l str,
        /// Where to.
        to: &'l str,
    },
    /// A file left the outbox.
    Withdrawn {
        /// The working day.
        day: &'l str,
        /// File.
        file: &'l str,
    },
    /// A message on its way over the relay.
    Sent {
        /// When (RFC 3339, UTC).
        moment: &'l str,
        /// What happened.
        kind: EventKind,
        /// Message-ID.
        message_id: &'l str,
        /// Where to.
        to: &'l str,
        /// The relay's reply, or a person's reason.
        detail: &'l str,
    },
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deposited { day, file, message_id, to } => {
                let deposited = EventKind::Deposited.as_str();
                writeln!(f, "{day}\t{deposited}\t{file}\t{message_id}\t{to}")
            }
            Self::Withdrawn { day, file } => writeln!(f, "{day}\twithdrawn\t{file}"),
            Self::Sent { moment, kind, message_id, to, detail } => {
                let moment = with_local_offset(moment);
                writeln!(f, "{moment}\t{}\t{message_id}\t{to}\t{detail}", kind.as_str())
            }
        }
    }
}

impl SendLog {
    /// The log in a campaign's output folder; `day` is the working day.
    pub fn new(folder: &Path, day: Date) -> Self {
        Self { path: folder.join("send.log"), day }
    }

    /// Path of the log file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes a message that was deposited again.
    pub fn deposited(&self, file: &str, message_id: &str, to: &str) -> io::Result<()> {
        self.append(Line::Deposited { day: &self.day.to_string(), file, message_id, to })
    }

    /// Notes a message that was taken out of the outbox.
    pub fn withdrawn(&self, file: &str) -> io::Result<()> {
        self.append(Line::Withdrawn { day: &self.day.to_string(), file })
    }

    /// Whether nothing was noted yet.
    pub fn is_absent(&self) -> bool {
        !self.path.exists()
    }

    /// Replaces the whole log with these lines.
    pub fn rewrite<'l>(&self, lines: impl IntoIterator<Item = Line<'l>>) -> io::Result<()> {
        let text: String = lines.into_iter().map(|line| line.to_string()).collect();
        files::write_whole(&self.path, text.as_bytes(), false).map(|_| ())
    }

    /// One write for each line: an interrupted run leaves whole lines.
    pub fn append(&self, line: Line<'_>) -> io::Result<()> {
        let mut log = std::fs::OpenOptions::new().create(true).append(true).open(&self.path)?;
        log.write_all(line.to_string().as_bytes())
    }
}
