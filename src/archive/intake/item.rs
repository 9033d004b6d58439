//! A file that was taken in, what could not be taken, and how much is taken at most.

use super::budget::{Budget, SourceUsage, UnfinishedSource};
use super::mail_thread::CarrierMail;
use crate::archive::file_kind::FileKind;
use std::sync::Arc;

/// How much is taken at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Octets of one file, wherever it is.
    pub file: u64,
    /// The limits of one source, with everything in it.
    pub budget: Budget,
    /// Entries of one file and all archives in it together.
    pub entries: usize,
    /// Depth of archives within archives.
    pub archives: usize,
    /// Depth of mails within mails.
    pub mails: usize,
    /// Parts of one mail.
    pub parts: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 256 << 20,
            budget: Budget::default(),
            entries: 10_000,
            archives: 3,
            mails: 8,
            parts: 1_000,
        }
    }
}

/// A file, and where it was found.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it was found, for a person: "retours.mbox › message 3 › lettre.pdf".
    pub label: String,
    /// Its own name, for a person: never a path.
    pub name: String,
    /// Its octets.
    pub bytes: Vec<u8>,
    /// What it is.
    pub kind: FileKind,
    /// The mail that brought it, or that it is.
    pub mail: Option<Arc<CarrierMail>>,
    /// What its source has cost so far. The examination of a file checks it before and updates it
    /// after.
    pub source: Arc<SourceUsage>,
}

/// Whether an intake problem lost a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// Nothing is lost; a person may want to know.
    Note,
    /// Something was not taken.
    Lost,
}

/// A file that could not be taken, or was left aside on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeProblem {
    /// Where.
    pub label: String,
    /// A sentence in French, without a full stop.
    pub message: String,
    /// Whether something is missing.
    pub gravity: Gravity,
    /// The numbers of a source whose budget was used up.
    pub unfinished: Option<UnfinishedSource>,
}

impl From<UnfinishedSource> for IntakeProblem {
    fn from(source: UnfinishedSource) -> Self {
        let (label, message) = (source.label.clone(), source.message.clone());
        Self { label, message, gravity: Gravity::Lost, unfinished: Some(source) }
    }
}
