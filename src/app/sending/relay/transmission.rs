//! What goes into a transmission and what comes out of it, as values.

use super::stopped_by::StoppedBy;
use crate::plan::history::{FrozenEnvelope, MessageEntry, MessageKind, MessageState};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use smtp_session::Disposition;

/// A message in the queue.
#[derive(Clone, Debug)]
pub struct QueuedMessage<'p> {
    /// What the ledger knows of it.
    pub message: &'p MessageEntry,
    /// The school's address as the records have it now.
    pub address: Option<String>,
    /// The envelope, as it was frozen.
    pub route: FrozenEnvelope,
    /// A letter's reference, or campaign and UAI.
    pub name: String,
    /// The school's name and UAI, for people.
    pub school: String,
    /// The fingerprint that has to be approved, where one has to.
    pub approval: Option<String>,
}

impl QueuedMessage<'_> {
    /// Its Message-ID; empty if it was never frozen.
    pub fn message_id(&self) -> &str {
        self.message.message_id.as_deref().unwrap_or_default()
    }
}

/// A message that did not simply leave: a person has to know about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeliveryIssue {
    /// A letter's reference, or campaign and UAI.
    pub name: String,
    /// The school, with its UAI.
    pub school: String,
    /// Mail address of the school.
    #[serde(rename = "to")]
    pub address: String,
    /// Message-ID (RFC 5322, 3.6.4), angle brackets included.
    pub message_id: String,
    /// What became of it; none when it was kept back before any attempt.
    #[serde(serialize_with = "state_word")]
    pub state: Option<MessageState>,
    /// The server's reply, word for word, or what happened.
    pub reply: String,
    /// What it is for.
    #[serde(skip)]
    pub kind: MessageKind,
    /// When it will be tried again.
    #[serde(serialize_with = "whole_seconds")]
    pub due: Option<Timestamp>,
}

impl DeliveryIssue {
    /// An issue with a message of a queue.
    pub(super) fn of(
        queued: &QueuedMessage<'_>,
        state: Option<MessageState>,
        reply: String,
        due: Option<Timestamp>,
    ) -> Self {
        Self {
            name: queued.name.clone(),
            school: queued.school.clone(),
            address: queued.route.to.clone(),
            message_id: queued.message_id().to_owned(),
            state,
            reply,
            kind: queued.message.kind,
            due,
        }
    }

    /// A message that could not be frozen.
    pub fn not_frozen(name: String, why: String) -> Self {
        Self {
            name,
            school: String::new(),
            address: String::new(),
            message_id: String::new(),
            state: None,
            reply: why,
            kind: MessageKind::Letters,
            due: None,
        }
    }
}

fn state_word<S: Serializer>(state: &Option<MessageState>, to: S) -> Result<S::Ok, S::Error> {
    state.map(MessageState::as_str).serialize(to)
}

/// A moment as RFC 3339, to the second.
pub(crate) fn whole_seconds<S: Serializer>(
    moment: &Option<Timestamp>,
    to: S,
) -> Result<S::Ok, S::Error> {
    moment.map(|moment| format!("{moment:.0}")).serialize(to)
}

/// A copy that the server did not take; the school's message left without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectedCopy {
    /// Name of the message.
    pub name: String,
    /// Mail address of the copy.
    #[serde(rename = "to")]
    pub address: String,
    /// The server's reply to RCPT TO, redacted.
    pub reply: String,
}

/// What a transmission did.
#[derive(Clone, Debug, Default)]
pub struct TransmissionOutcome {
    /// Messages that the relay took.
    pub handed_over: usize,
    /// Messages that wait for their moment.
    pub deferred: usize,
    /// Messages that were refused.
    pub refused: usize,
    /// Messages for which nobody knows whether they were sent.
    pub ambiguous: usize,
    /// Messages that the last look kept back.
    pub kept_back: usize,
    /// Messages that were not tried.
    pub remaining: usize,
    /// Why it ended before its end.
    pub stopped: Option<StoppedBy>,
    /// The same as a sentence, with what the relay said.
    pub why: Option<String>,
    /// When the next deferred message is due.
    pub next: Option<Timestamp>,
    /// What a person has to know.
    pub issues: Vec<DeliveryIssue>,
    /// Copies that were not taken.
    pub rejected_copies: Vec<RejectedCopy>,
}

impl TransmissionOutcome {
    /// Counts the result of a message; replaces what an earlier attempt of it reported.
    pub(super) fn count(
        &mut self,
        queued: &QueuedMessage<'_>,
        disposition: Disposition,
        reply: &str,
        due: Option<Timestamp>,
    ) {
        self.issues.retain(|issue| issue.message_id != queued.message_id());
        let state = match disposition {
            Disposition::HandedOver => {
                self.handed_over += 1;
                return;
            }
            Disposition::Unchanged => return,
            // Counted at the end: it may still leave.
            Disposition::Deferred => MessageState::Deferred,
            Disposition::Refused => {
                self.refused += 1;
                MessageState::Refused
            }
            Disposition::Ambiguous => {
                self.ambiguous += 1;
                MessageState::Ambiguous
            }
        };
        self.issues.push(DeliveryIssue::of(queued, Some(state), reply.to_owned(), due));
    }
}

/// Progress, for a front end.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// One message more is done.
    Done,
    /// Nothing is sent until then.
    Paused(Timestamp, PauseReason),
}

/// Why nothing is sent for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseReason {
    /// Only deferred messages are left.
    Deferred,
    /// The quota is used up.
    Quota,
    /// The server cannot be reached.
    ServerUnavailable,
    /// The server asks for less in more time.
    Throttled,
}
