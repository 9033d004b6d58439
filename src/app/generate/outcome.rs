//! What a pass is asked to make, and what it did.
//!
//! Values only. Serialized, [`GenerateOutcome`] is the `generate` part of the JSON documents, and
//! [`DepositCounts`] their `send` part where messages are files.

use crate::app::failure::{DocumentFailure, StopCause};
use crate::app::returns::settle::SettledMessage;
use crate::app::sending::deposit::{DepositOutcome, DepositedMessage};
use crate::app::sending::referents::deposit_referent_messages::{DepositedFile, ReferentDeposits};
use crate::ledger::place::{FirstHandOver, PlaceDoubt};
use crate::plan::history::MessageKind;
use crate::plan::{Action, PlannedLetter};
use crate::project::output_folders::FileOutcome;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;

/// Which documents to make, and how.
#[derive(Clone, Debug)]
pub struct GenerateRequest {
    /// Messages to make, as places in the campaign's mailings; all when absent.
    pub only: Option<BTreeSet<usize>>,
    /// Whether messages are deposited in the outbox.
    pub deposit: bool,
    /// At most so many messages are deposited.
    pub limit: Option<usize>,
    /// Number of worker threads.
    pub jobs: usize,
    /// Whether files are written even when they hold the same bytes.
    pub force: bool,
    /// Whether the files of letters that are no longer called for are removed.
    pub sweep: bool,
    /// The day written in `send.log`.
    pub day: Date,
    /// References of letters that a rehearsal makes as late ones.
    pub late: BTreeSet<String>,
}

/// What became of the documents of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DocumentCounts {
    /// New, or other bytes than before.
    pub written: usize,
    /// The same bytes as before.
    pub unchanged: usize,
    /// Brought back from the ledger.
    pub restored: usize,
    /// Made, but kept from being sent.
    pub blocked: usize,
    /// Could not be made.
    pub failed: usize,
}

impl DocumentCounts {
    /// Counts one document.
    pub(super) fn count(&mut self, outcome: FileOutcome) {
        match outcome {
            FileOutcome::Written => self.written += 1,
            FileOutcome::Unchanged => self.unchanged += 1,
            FileOutcome::Restored => self.restored += 1,
        }
    }

    /// Adds the counts of other documents.
    pub(super) fn add(&mut self, other: Self) {
        self.written += other.written;
        self.unchanged += other.unchanged;
        self.restored += other.restored;
        self.blocked += other.blocked;
        self.failed += other.failed;
    }

    /// How many are there now.
    pub fn made(&self) -> usize {
        self.written + self.unchanged + self.restored
    }
}

/// Messages whose files were put into the outbox although another copy of the ledger may know that they were sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PutBack {
    /// Number of messages.
    pub messages: usize,
    /// What is known of the ledger.
    pub ledger: FirstHandOver,
}

impl PutBack {
    /// Of the messages in the outbox, those in doubt: a copy of the folder has the files of what lay there, a backup
    /// has not, and what was made since is missing from it as well.
    pub(super) fn of(messages: &[DepositedMessage], ledger: FirstHandOver) -> Option<Self> {
        let is_restored = ledger.doubt == PlaceDoubt::Restored;
        let is_in_doubt = |one: &&DepositedMessage| one.is_put_back || one.is_new && is_restored;
        let messages = messages.iter().filter(is_in_doubt).count();
        (messages > 0).then_some(Self { messages, ledger })
    }
}

/// What a pass did.
#[derive(Debug, Default, Serialize)]
pub struct GenerateOutcome {
    /// What was done with the letters.
    pub letters: DocumentCounts,
    /// Covers; PDF and HTML count as one.
    pub covers: DocumentCounts,
    /// Number of documents compiled by Typst.
    pub compiled: usize,
    /// Files made or confirmed, relative to the project.
    pub files: Vec<String>,
    /// References of letters of more than two pages.
    pub long: Vec<String>,
    /// Files that someone had edited, and that are as they were again.
    pub edited: Vec<String>,
    /// Letters that were not left as they were. In JSON, new letters are left out.
    #[serde(serialize_with = "without_new")]
    pub changes: Vec<PlannedLetter>,
    /// Files removed because nothing calls for them any more.
    pub removed: Vec<String>,
    /// Names that the user left out.
    pub left_out: Vec<String>,
    /// Messages whose letters had come back although nobody said that they had left.
    pub settled: Vec<SettledMessage>,
    /// Letters that left the campaign.
    #[serde(skip)]
    pub withdrawn: Vec<String>,
    /// Letters that wait for the authority's signature.
    #[serde(skip)]
    pub unsigned: usize,
    /// Letters that the authority had signed and that changed since.
    #[serde(skip)]
    pub voided: Vec<String>,
    /// Messages in the outbox after the pass, by file name.
    #[serde(skip)]
    pub deposited: Vec<DepositedMessage>,
    /// Messages that `limit` left for a later pass.
    #[serde(skip)]
    pub remaining: usize,
    /// Messages that nobody approved as they are, where that is asked for.
    #[serde(skip)]
    pub unapproved: Option<usize>,
    /// Files taken out of the outbox until somebody approves their messages.
    #[serde(skip)]
    pub taken_out: Vec<String>,
    /// What was put into the outbox although it may have been sent by hand from another copy of the ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub put_back: Option<PutBack>,
    /// Messages kept back because one of their documents failed.
    #[serde(skip)]
    pub kept_back: usize,
    /// Messages that may not leave: no valid address, or a signature is missing.
    #[serde(skip)]
    pub blocked_messages: usize,
    /// Files of messages that no longer said what they should, and were removed.
    #[serde(skip)]
    pub withdrawn_messages: Vec<String>,
    /// What could not be made.
    #[serde(skip)]
    pub failures: Vec<DocumentFailure>,
    /// Why the pass stopped early, if it did.
    #[serde(skip)]
    pub stopped: Option<StopCause>,
}

fn without_new<S: Serializer>(changes: &[PlannedLetter], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(changes.iter().filter(|planned| planned.action != Action::Create))
}

/// The `send` part of a JSON document where messages are deposited as files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DepositCounts {
    /// Always 0: a file in the outbox has not left.
    pub handed_over: usize,
    /// Messages in the outbox.
    pub deposited: usize,
    /// Those among them that were there before.
    pub unchanged: usize,
    /// Those among them that go to referents.
    pub to_referents: usize,
    /// Always 0: only a relay can give this result.
    pub deferred: usize,
    /// Always 0: only a relay can give this result.
    pub refused: usize,
    /// Always 0: only a relay can give this result.
    pub ambiguous: usize,
    /// Blocked messages and those kept back.
    pub skipped: usize,
    /// Left for a later pass.
    pub remaining: usize,
    /// `disk` where the pass stopped before its end.
    pub stopped_by: Option<&'static str>,
    /// Messages that nobody approved as they are, where that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unapproved: Option<usize>,
}

impl GenerateOutcome {
    /// Stops the pass, if it has not stopped already: only the first cause is kept.
    pub(in crate::app) fn stop(&mut self, cause: impl Into<StopCause>) {
        self.stopped.get_or_insert(cause.into());
    }

    /// Takes over what became of messages in the outbox.
    pub(super) fn add_deposits(&mut self, deposits: DepositOutcome) {
        self.files.extend(deposits.files);
        self.edited.extend(deposits.edited);
        self.remaining = deposits.remaining;
        self.unapproved = deposits.unapproved;
        self.taken_out = deposits.taken_out;
        self.kept_back += deposits.failures.len();
        self.failures.extend(deposits.failures);
        self.deposited = deposits.deposited;
        if let Some(cause) = deposits.stopped {
            self.stop(cause);
        }
        // A message that was taken out and put back with other bytes is not gone.
        let messages = self.deposited.iter();
        let there: BTreeSet<&str> = messages.map(|message| message.file.as_str()).collect();
        self.withdrawn_messages.retain(|file| !there.contains(file.as_str()));
    }

    /// Takes over what was put into the outbox for referents.
    pub(super) fn add_referent_deposits(&mut self, output: &str, deposits: ReferentDeposits) {
        self.remaining += deposits.remaining;
        let kind = MessageKind::Referent;
        for DepositedFile { name: file, message_id } in deposits.files {
            self.files.push(format!("{output}/outbox/{file}"));
            // A message that was taken out and put back with other bytes is not gone.
            self.withdrawn_messages.retain(|gone| *gone != file);
            self.deposited.push(DepositedMessage {
                file,
                kind,
                message_id,
                is_new: true,
                is_put_back: false,
            });
        }
        self.deposited.sort_by(|a, b| a.file.cmp(&b.file));
    }

    /// Whether a part of what was asked could not be made, or may not leave.
    pub fn is_partial(&self) -> bool {
        let documents = self.letters.failed + self.covers.failed + self.letters.blocked;
        let not_made = self.changes.iter().any(is_not_made);
        documents + self.kept_back + self.unapproved.unwrap_or(0) > 0 || not_made
    }

    /// The messages that nobody approved, where no letters lie in the outbox beside them; 0 otherwise.
    pub fn only_unapproved(&self) -> usize {
        let has_letters = self.deposited.iter().any(|message| message.kind == MessageKind::Letters);
        self.unapproved.filter(|_| !has_letters).unwrap_or(0)
    }

    /// Letters that were left as they are until something is known or decided, as their notes say.
    pub fn held_letters(&self) -> usize {
        let is_held = |planned: &&PlannedLetter| {
            is_undecided(planned) || planned.action == Action::Keep && planned.note.is_some()
        };
        self.changes.iter().filter(is_held).count()
    }

    /// Letters that wait for a person's decision before they can be made.
    pub fn undecided(&self) -> impl Iterator<Item = &PlannedLetter> {
        self.changes.iter().filter(|planned| is_undecided(planned))
    }

    /// The messages in numbers.
    pub fn deposits(&self) -> DepositCounts {
        DepositCounts {
            deposited: self.deposited.len(),
            unchanged: self.deposited.iter().filter(|message| !message.is_new).count(),
            to_referents: self
                .deposited
                .iter()
                .filter(|message| message.kind == MessageKind::Referent)
                .count(),
            skipped: self.blocked_messages + self.kept_back,
            remaining: self.remaining,
            unapproved: self.unapproved,
            stopped_by: self.stopped.as_ref().map(|_| "disk"),
            ..DepositCounts::default()
        }
    }
}

/// Whether a letter waits for a person's decision before it can be made.
pub fn is_undecided(planned: &PlannedLetter) -> bool {
    matches!(planned.action, Action::Reissue | Action::Update) && planned.note.is_some()
}

/// Whether a letter that the ledger does not have is not made now either, for a reason that its note gives.
pub fn is_not_made(planned: &PlannedLetter) -> bool {
    planned.action == Action::Create && planned.note.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::LedgerError;
    use crate::project::output_folders::FileWriteError;
    use std::path::PathBuf;

    #[test]
    fn the_json_has_the_keys_of_the_contract() {
        let keys = |value: serde_json::Value| -> Vec<String> {
            value.as_object().unwrap().keys().cloned().collect()
        };
        let outcome = GenerateOutcome::default();
        assert_eq!(
            keys(serde_json::to_value(&outcome).unwrap()),
            [
                "changes", "compiled", "covers", "edited", "files", "left_out", "letters", "long",
                "removed", "settled"
            ]
        );
        assert_eq!(
            keys(serde_json::to_value(outcome.deposits()).unwrap()),
            [
                "ambiguous",
                "deferred",
                "deposited",
                "handed_over",
                "refused",
                "remaining",
                "skipped",
                "stopped_by",
                "to_referents",
                "unchanged"
            ]
        );
    }

    #[test]
    fn only_the_first_cause_stops_a_pass() {
        let mut outcome = GenerateOutcome::default();
        outcome.stop(FileWriteError::OriginalLost { path: PathBuf::from("out/a.pdf") });
        outcome.stop(LedgerError::Corrupt("…".to_owned()));
        assert!(outcome.stopped.is_some_and(|cause| cause.is_lost_original()));
    }
}
