//! What makes a revision of a letter: its number, its dates, and what it does to a former one.
//!
//! The content of a letter is a function of the records, the rules and an [`Issue`]; the issue of
//! what was handed over is kept in the ledger, so that the same question can be asked again later:
//! would this revision still say the same?

use crate::records::campaign::Campaign;
use crate::records::word_lists::Act;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Number, from 1.
    pub revision: u32,
    /// Printed date.
    pub date: Date,
    /// A day for the signed copy that is this revision's own.
    pub reply_by: Option<Date>,
    /// The campaign's amendment that was in force, by its date.
    pub amended: Option<Date>,
    /// What it does to a former revision.
    pub supersedes: Option<Superseded>,
    /// Whether a person gave the printed reason, which then stays.
    #[serde(default)]
    pub reason_given: bool,
}

impl Issue {
    /// The day its signed copy is due.
    pub fn due(&self, campaign: &Campaign) -> Date {
        self.reply_by.unwrap_or_else(|| campaign.reply_by(self.amended))
    }
}

/// A revision that was replaced or changed, as the template reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Superseded {
    /// Its number.
    pub revision: u32,
    /// Its printed date.
    pub date: Date,
    /// What the new one does to it.
    pub act: Act,
    /// Why, as printed.
    pub reason: String,
}
