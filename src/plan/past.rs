//! What the ledger knows of a campaign, as plain values.

use super::Materiality;
use super::returned::ReturnPast;
use crate::letter::issue::Issue;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// SHA-256 as 64 lower-case hexadecimal digits.
pub type Hash = String;

/// All that is known of a campaign.
#[derive(Clone, Debug, Default)]
pub struct CampaignHistory {
    /// Letters by reference.
    pub letters: BTreeMap<String, LetterPast>,
    /// Messages by their number in the ledger, oldest first.
    pub messages: BTreeMap<i64, MessagePast>,
    /// Reminders, likewise: they carry letters that left before.
    pub reminders: BTreeMap<i64, MessagePast>,
    /// What was read to render, by hash.
    pub inputs: BTreeMap<Hash, Inputs>,
    index: Index,
}

/// One letter.
#[derive(Clone, Debug, Default)]
pub struct LetterPast {
    /// School.
    pub uai: String,
    /// Referent.
    pub referent: Option<String>,
    /// Whether nothing calls for it any more.
    pub withdrawn: bool,
    /// Its last revision handed over.
    pub issued: Option<RevisionPast>,
    /// The revision made after that, not handed over yet.
    pub draft: Option<RevisionPast>,
    /// Whether a person said that no signed copy is expected any more.
    pub waived: bool,
    /// What came back of any of its revisions.
    pub returns: Vec<ReturnPast>,
}

impl LetterPast {
    /// Its latest revision.
    pub fn latest(&self) -> Option<&RevisionPast> {
        self.draft.as_ref().or(self.issued.as_ref())
    }
}

/// One revision.
#[derive(Clone, Debug)]
pub struct RevisionPast {
    /// Number in the ledger.
    pub id: i64,
    /// What makes it.
    pub issue: Issue,
    /// Hash of its content's JSON.
    pub content: Hash,
    /// Hash of what was read to render it.
    pub inputs: Hash,
    /// Hash of the PDF as rendered.
    pub rendered: Hash,
    /// Hash of the PDF as sent.
    pub issued: Hash,
    /// Hash of its text.
    pub text: Hash,
    /// A later content or template that was compared with it, and how much it mattered.
    pub seen: Option<Seen>,
}

/// A change that was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Hash of the content that was compared.
    pub content: Hash,
    /// Hash of what was read to render it.
    pub inputs: Hash,
    /// How much it matters.
    pub materiality: Materiality,
    /// Whether a person said so.
    pub declared: bool,
}

/// Everything but the content that decides about the bytes of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// Template files that were read, with their hashes.
    pub templates: BTreeMap<String, Hash>,
    /// Hash over all fonts.
    pub fonts: Hash,
    /// The compiler and its version.
    pub engine: String,
    /// Processor and system, which may decide the last bit of a coordinate.
    pub platform: String,
}

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
    /// All states.
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

    /// Whether it left.
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

/// A head as a message was addressed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// School.
    pub uai: String,
    /// `establishment.head` of the content.
    pub head: serde_json::Value,
}

/// The envelope of a message, frozen with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// MAIL FROM.
    pub from: String,
    /// The school.
    pub to: String,
    /// Visible copies.
    pub copies: Vec<String>,
    /// The mailbox of the service, in the envelope only.
    pub control: Option<String>,
}

impl Route {
    /// How many recipients the relay counts.
    pub fn recipients(&self) -> u32 {
        let all = 1 + self.copies.len() + usize::from(self.control.is_some());
        u32::try_from(all).unwrap_or(u32::MAX)
    }
}

/// One message.
#[derive(Clone, Debug)]
pub struct MessagePast {
    /// Number in the ledger.
    pub id: i64,
    /// Whether it reminds of letters sent before.
    pub reminder: bool,
    /// Lowest UAI of its letters.
    pub uai: String,
    /// Number among the messages, or the reminders, of that UAI.
    pub number: u32,
    /// What became of it.
    pub state: MessageState,
    /// Message-ID, once its bytes were frozen.
    pub message_id: Option<String>,
    /// Where to.
    pub address: Option<String>,
    /// Printed date.
    pub date: Date,
    /// The heads it is addressed to.
    pub addressees: Vec<Addressee>,
    /// Its letters: reference, revision in the ledger, and whether it had gone before.
    pub letters: Vec<(String, i64, bool)>,
    /// Hash over the contents of its cover.
    pub cover: Hash,
    /// Hash of what was read to render the cover.
    pub inputs: Hash,
    /// Hash over everything that decides about its bytes.
    pub fingerprint: Hash,
    /// The cover as PDF.
    pub cover_pdf: Hash,
    /// The cover as HTML.
    pub cover_html: Hash,
    /// Subject.
    pub subject: String,
    /// Its bytes, once frozen.
    pub bytes: Option<Hash>,
    /// Where it goes over the relay; absent when it was frozen for the outbox, or not yet.
    pub route: Option<Route>,
    /// How often it was tried.
    pub tries: u32,
    /// Not to be tried before.
    pub due: Option<Timestamp>,
    /// What was last heard of it: a reply, or how the connection was lost.
    pub reply: Option<String>,
    /// The day it left.
    pub left_on: Option<Date>,
}

impl MessagePast {
    /// Whether it may be tried now.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.due.is_none_or(|due| due <= now)
    }
}

impl CampaignHistory {
    /// Prepares the questions below; to be called once all letters and messages are in.
    pub fn index(&mut self) {
        self.index = Index::default();
        for (id, message) in &self.messages {
            for (reference, ..) in &message.letters {
                if message.state.has_left() {
                    self.index.sent.insert(reference.clone(), *id);
                } else if message.state == MessageState::Ambiguous {
                    self.index.ambiguous.insert(reference.clone(), *id);
                }
            }
            if message.state.is_open() {
                self.index.open.insert(message.uai.clone(), *id);
                for (reference, ..) in &message.letters {
                    self.index.open_of.insert(reference.clone(), *id);
                }
            }
            if message.state.has_left() || message.state == MessageState::Ambiguous {
                self.index.last.insert(message.uai.clone(), *id);
                let highest = self.index.numbers.entry(message.uai.clone()).or_default();
                *highest = message.number.max(*highest);
            }
        }
    }

    /// The last message that left with a letter, whatever its revision.
    pub fn last_sent(&self, reference: &str) -> Option<&MessagePast> {
        self.messages.get(self.index.sent.get(reference)?)
    }

    /// The bytes of a revision, as they are sent.
    pub fn issued(&self, reference: &str, revision: i64) -> Option<&Hash> {
        let letter = self.letters.get(reference)?;
        let own = [&letter.draft, &letter.issued].into_iter().flatten();
        own.into_iter().find(|own| own.id == revision).map(|own| &own.issued)
    }

    /// Whether no later message of the same UAI left.
    pub fn is_last(&self, message: &MessagePast) -> bool {
        self.index.last.get(&message.uai) == Some(&message.id)
    }

    /// The message of a letter whose fate nobody knows.
    pub fn ambiguous(&self, reference: &str) -> Option<&MessagePast> {
        self.messages.get(self.index.ambiguous.get(reference)?)
    }

    /// The number of the next message of a UAI: after those that left or may have.
    pub fn next_number(&self, uai: &str) -> u32 {
        self.index.numbers.get(uai).copied().unwrap_or(0) + 1
    }

    /// The open message a letter is in.
    pub fn open_of(&self, reference: &str) -> Option<&MessagePast> {
        self.messages.get(self.index.open_of.get(reference)?)
    }

    /// The open message of a UAI.
    pub fn open(&self, uai: &str) -> Option<&MessagePast> {
        self.messages.get(self.index.open.get(uai)?)
    }
}

/// Letters and schools to messages.
#[derive(Clone, Debug, Default)]
struct Index {
    sent: HashMap<String, i64>,
    ambiguous: HashMap<String, i64>,
    last: HashMap<String, i64>,
    open: HashMap<String, i64>,
    open_of: HashMap<String, i64>,
    numbers: HashMap<String, u32>,
}
