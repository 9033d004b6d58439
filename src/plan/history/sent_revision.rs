//! A revision that a signed copy may be of, with what became of it.

use super::message::MessageState;
use super::object_hash::ObjectHash;
use crate::letter::issue::Issue;

/// A revision that a return may be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentRevision {
    /// Number in the ledger.
    pub id: i64,
    /// Reference of the letter.
    pub reference: String,
    /// Identifier of the letter's campaign.
    pub campaign: String,
    /// UAI of the school.
    pub uai: String,
    /// Number of the revision.
    pub number: u32,
    /// Its dates, its act, and whether it asks for signatures.
    pub issue: Issue,
    /// Hash of the PDF as sent.
    pub issued: ObjectHash,
    /// Number of pages.
    pub pages: u32,
    /// Whether another draft took its place.
    pub void: bool,
    /// Whether nothing calls for the letter any more.
    pub withdrawn: bool,
    /// Whether a return proves that the school has it.
    pub settled: bool,
    /// What became of the messages that carry it: those that left before others.
    pub state: Option<MessageState>,
}

impl SentRevision {
    /// Whether it left, as far as anyone said.
    pub fn has_left(&self) -> bool {
        self.settled || self.state.is_some_and(MessageState::has_left)
    }
}
