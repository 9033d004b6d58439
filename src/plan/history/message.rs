//! One message, as the ledger knows it: what it carries, where it goes, what became of it.

use super::object_hash::ObjectHash;
use super::render_inputs::Hash;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageState {
    /// Its school has no address that may be written to.
    Blocked,
    /// Made, not deposited.
    Ready,
    /// In the outbox.
    Deposited,
    /// The relay said later.
    Deferred,
    /// The relay said no.
    Refused,
    /// Nobody knows whether it left.
    Ambiguous,
    /// It left.
    HandedOver,
    /// It left and came back.
    Bounced,
    /// Another one took its place before it left.
    Replaced,
}

impl MessageState {
    /// Every variant, in the order of the declaration.
    pub const ALL: [Self; 9] = [
        Self::Blocked,
        Self::Ready,
        Self::Deposited,
        Self::Deferred,
        Self::Refused,
        Self::Ambiguous,
        Self::HandedOver,
        Self::Bounced,
        Self::Replaced,
    ];

    /// The word kept in the ledger and printed in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Ready => "ready",
            Self::Deposited => "deposited",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::Ambiguous => "ambiguous",
            Self::HandedOver => "handed_over",
            Self::Bounced => "bounced",
            Self::Replaced => "replaced",
        }
    }

    /// The state behind a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether it may still be replaced: it has not left, as far as anyone knows.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Blocked | Self::Ready | Self::Deposited | Self::Deferred | Self::Refused
        )
    }

    /// Whether it was handed over, even if it bounced later.
    pub fn has_left(self) -> bool {
        matches!(self, Self::HandedOver | Self::Bounced)
    }

    /// What a person reads: of one message and of several.
    pub fn french(self) -> (&'static str, &'static str) {
        match self {
            Self::Blocked => ("bloqué", "bloqués"),
            Self::Ready => ("prêt", "prêts"),
            Self::Deposited => ("déposé dans la boîte d'envoi", "déposés dans la boîte d'envoi"),
            Self::Deferred => ("différé par la messagerie", "différés par la messagerie"),
            Self::Refused => ("rejeté par la messagerie", "rejetés par la messagerie"),
            Self::Ambiguous => ("au sort incertain", "au sort incertain"),
            Self::HandedOver => ("transmis", "transmis"),
            Self::Bounced => ("revenu en erreur", "revenus en erreur"),
            Self::Replaced => ("remplacé", "remplacés"),
        }
    }
}

impl Serialize for MessageState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKind {
    /// It brings letters.
    Letters,
    /// It reminds of letters sent before.
    Reminder,
    /// It asks schools without a referent to designate one.
    Designation,
    /// It brings a letter to the referent whom it names.
    Referent,
}

impl MessageKind {
    /// Every variant, in the order of the declaration.
    pub const ALL: [Self; 4] = [Self::Letters, Self::Reminder, Self::Designation, Self::Referent];

    /// The word kept in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Letters => "letters",
            Self::Reminder => "reminder",
            Self::Designation => "designation",
            Self::Referent => "referent",
        }
    }

    /// The kind behind a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A head as a message was addressed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// UAI of the school.
    pub uai: String,
    /// `establishment.head` of the content.
    pub head: serde_json::Value,
}

/// The envelope of a message, frozen with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenEnvelope {
    /// Address in MAIL FROM.
    pub from: String,
    /// Address of the school (RCPT TO).
    pub to: String,
    /// Addresses for the Cc header.
    pub copies: Vec<String>,
    /// The mailbox of the service, in the envelope only.
    pub control: Option<String>,
}

impl FrozenEnvelope {
    /// How many recipients the relay counts.
    pub fn recipients(&self) -> u32 {
        let all = 1 + self.copies.len() + usize::from(self.control.is_some());
        u32::try_from(all).unwrap_or(u32::MAX)
    }
}

/// A letter of a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageLetter {
    /// Reference of the letter.
    pub reference: String,
    /// Its revision, as a row of the ledger.
    pub revision: i64,
    /// Whether that revision went before, to another address or in another message.
    pub readdressed: bool,
}

/// A message with its state and its letters.
#[derive(Clone, Debug)]
pub struct MessageEntry {
    /// Number in the ledger.
    pub id: i64,
    /// What it is for.
    pub kind: MessageKind,
    /// Reference of its only letter, or campaign and lowest UAI.
    pub name: String,
    /// Lowest UAI of its letters, or of the schools that it asks.
    pub uai: String,
    /// Number among the messages of that kind of that UAI.
    pub number: u32,
    /// What became of it.
    pub state: MessageState,
    /// Message-ID, once its bytes were frozen.
    pub message_id: Option<String>,
    /// Mail address of the school.
    pub address: Option<String>,
    /// Date printed on the document.
    pub date: Date,
    /// The heads it is addressed to.
    pub addressees: Vec<Addressee>,
    /// Its letters.
    pub letters: Vec<MessageLetter>,
    /// Hash over the contents of its cover.
    pub cover: Hash,
    /// Hash of what was read to render the cover.
    pub inputs: Hash,
    /// Hash over everything that decides about its bytes.
    pub fingerprint: Hash,
    /// The cover as PDF.
    pub cover_pdf: ObjectHash,
    /// The cover as HTML.
    pub cover_html: ObjectHash,
    /// Subject of the message.
    pub subject: String,
    /// Its bytes, once frozen.
    pub bytes: Option<ObjectHash>,
    /// Where it goes over the relay; absent when it was frozen for the outbox, or not yet.
    pub route: Option<FrozenEnvelope>,
    /// How often it was tried.
    pub tries: u32,
    /// Not to be tried before.
    pub due: Option<Timestamp>,
    /// The server's last reply, or how the connection was lost.
    pub reply: Option<String>,
    /// The day it left.
    pub left_on: Option<Date>,
}

impl MessageEntry {
    /// Whether a school is among those that it was written to.
    pub fn is_addressed_to(&self, uai: &str) -> bool {
        self.addressees.iter().any(|one| one.uai == uai)
    }

    /// Whether it may be tried now.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.due.is_none_or(|due| due <= now)
    }
}
