//! What an event says happened. The words are stored in the ledger and bound by its hashes: they never
//! change, and more may come. A ledger that a newer missive wrote may have words that are not here.

use crate::plan::history::MessageState;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A campaign calls for a letter.
    CalledFor,
    /// A letter is off its campaign, and stays on the account.
    Withdrawn,
    /// A letter is off its campaign, and nothing of it was deposited.
    Forgotten,
    /// No signed copy of a letter is expected any more.
    Waived,
    /// A signed copy is expected after all.
    Expected,
    /// A revision was made.
    Made,
    /// A draft was taken back, and is gone.
    Dropped,
    /// A draft was taken back, and stays as void.
    Voided,
    /// A person sees how much a change of a letter matters.
    Judged,
    /// The same, for the chain alone: people are told by what is done about it.
    Compared,
    /// The authority signed a letter before it was sent.
    Countersigned,
    /// A message was made.
    Composed,
    /// Another cover gives the same message.
    Refreshed,
    /// A message was taken back before it was deposited.
    Unmade,
    /// A message has the bytes that go over the relay.
    Frozen,
    /// A message is about to be sent: nobody knows whether it was, until a result follows.
    Intent,
    /// A message is in the outbox.
    Deposited,
    /// A message left.
    HandedOver,
    /// Another message takes the place of one.
    Replaced,
    /// A message has not left, and is ready again.
    NotSent,
    /// A message cannot be sent.
    Blocked,
    /// The relay will take a message later.
    Deferred,
    /// The relay refused a message.
    Refused,
    /// Nobody knows whether a message left.
    Ambiguous,
    /// A message came back.
    Bounced,
    /// A person sent a copy of a message to themselves.
    Tested,
    /// A file that came back is in the archive.
    Received,
    /// A letter came back.
    Returned,
    /// A person looked at a return.
    Reviewed,
    /// A school signed with a certificate for the first time.
    Pinned,
    /// A return proved that a school has a letter, whatever became of its message.
    Settled,
    /// The archive was held against the ledger.
    ArchiveChecked,
    /// The tables have a new version.
    Migrated,
    /// Another computer writes in the ledger from now on.
    TakenOver,
    /// A person goes on with a ledger older than one that was seen.
    Accepted,
    /// A person lets messages leave from a place where the ledger was not made.
    FirstFromHere,
    /// The folder came from a backup.
    Restored,
    /// A set of letters was written to be proofread.
    Proofed,
    /// A person approved what was written to be proofread.
    Approved,
}

impl EventKind {
    /// All kinds.
    pub const ALL: [Self; 39] = [
        Self::CalledFor,
        Self::Withdrawn,
        Self::Forgotten,
        Self::Waived,
        Self::Expected,
        Self::Made,
        Self::Dropped,
        Self::Voided,
        Self::Judged,
        Self::Compared,
        Self::Countersigned,
        Self::Composed,
        Self::Refreshed,
        Self::Unmade,
        Self::Frozen,
        Self::Intent,
        Self::Deposited,
        Self::HandedOver,
        Self::Replaced,
        Self::NotSent,
        Self::Blocked,
        Self::Deferred,
        Self::Refused,
        Self::Ambiguous,
        Self::Bounced,
        Self::Tested,
        Self::Received,
        Self::Returned,
        Self::Reviewed,
        Self::Pinned,
        Self::Settled,
        Self::ArchiveChecked,
        Self::Migrated,
        Self::TakenOver,
        Self::Accepted,
        Self::FirstFromHere,
        Self::Restored,
        Self::Proofed,
        Self::Approved,
    ];

    /// The word that the ledger stores.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CalledFor => "called_for",
            Self::Withdrawn => "withdrawn",
            Self::Forgotten => "forgotten",
            Self::Waived => "waived",
            Self::Expected => "expected",
            Self::Made => "made",
            Self::Dropped => "dropped",
            Self::Voided => "voided",
            Self::Judged => "judged",
            Self::Compared => "compared",
            Self::Countersigned => "countersigned",
            Self::Composed => "composed",
            Self::Refreshed => "refreshed",
            Self::Unmade => "unmade",
            Self::Frozen => "frozen",
            Self::Intent => "intent",
            Self::Deposited => "deposited",
            Self::HandedOver => "handed_over",
            Self::Replaced => "replaced",
            Self::NotSent => "not_sent",
            Self::Blocked => "blocked",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::Ambiguous => "ambiguous",
            Self::Bounced => "bounced",
            Self::Tested => "tested",
            Self::Received => "received",
            Self::Returned => "returned",
            Self::Reviewed => "reviewed",
            Self::Pinned => "pinned",
            Self::Settled => "settled",
            Self::ArchiveChecked => "archive_checked",
            Self::Migrated => "migrated",
            Self::TakenOver => "taken_over",
            Self::Accepted => "accepted",
            Self::FirstFromHere => "first_from_here",
            Self::Restored => "restored",
            Self::Proofed => "proofed",
            Self::Approved => "approved",
        }
    }

    /// The kind behind a word; none if a newer missive wrote it.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Words as a list of SQL: `'made', 'dropped'`.
    pub(in crate::ledger) fn sql_list(kinds: &[Self]) -> String {
        let quoted: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.as_str())).collect();
        quoted.join(", ")
    }
}

/// What happened to a message that has a state from now on.
impl From<MessageState> for EventKind {
    fn from(state: MessageState) -> Self {
        match state {
            MessageState::Deposited => Self::Deposited,
            MessageState::HandedOver => Self::HandedOver,
            MessageState::Replaced => Self::Replaced,
            MessageState::Ready => Self::NotSent,
            MessageState::Blocked => Self::Blocked,
            MessageState::Deferred => Self::Deferred,
            MessageState::Refused => Self::Refused,
            MessageState::Ambiguous => Self::Ambiguous,
            MessageState::Bounced => Self::Bounced,
        }
    }
}
