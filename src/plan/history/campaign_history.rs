//! All that the ledger knows of one campaign, with the questions a decision asks of it.
//!
//! Must not know how it is stored, nor what is done about it.

use super::approval::ApprovalHistory;
use super::letter::{LetterEntry, RevisionEntry};
use super::message::{MessageEntry, MessageKind, MessageLetter, MessageState};
use super::object_hash::ObjectHash;
use super::render_inputs::{Hash, RenderInputs};
use crate::letter::issue::Issue;
use crate::letter::mailing::LetterInMessage;
use crate::plan::returned::is_for_information;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// All that is known of a campaign.
#[derive(Clone, Debug, Default)]
pub struct CampaignHistory {
    /// Letters of the campaign, by reference.
    pub letters: BTreeMap<String, LetterEntry>,
    /// Messages by their number in the ledger, oldest first.
    pub messages: BTreeMap<i64, MessageEntry>,
    /// Reminders, likewise: they carry letters that left before.
    pub reminders: BTreeMap<i64, MessageEntry>,
    /// Messages that ask schools to designate a referent, likewise: they carry no letter.
    pub designations: BTreeMap<i64, MessageEntry>,
    /// Messages to the referents themselves, likewise: each carries a letter that left before.
    pub to_referents: BTreeMap<i64, MessageEntry>,
    /// What was read to render, by hash.
    pub inputs: BTreeMap<Hash, RenderInputs>,
    /// What was written to be proofread, and what of it was approved.
    pub approvals: ApprovalHistory,
    index: Index,
}

impl CampaignHistory {
    /// Prepares the questions below; to be called once all letters and messages are in.
    pub fn index(&mut self) {
        self.index = Index::default();
        for (id, message) in &self.messages {
            for MessageLetter { reference, revision, .. } in &message.letters {
                if message.state.has_left() {
                    self.index.sent_revision.insert(*revision, *id);
                    self.index.sent.insert(reference.clone(), *id);
                } else if message.state == MessageState::Ambiguous {
                    self.index.ambiguous.insert(reference.clone(), *id);
                }
            }
            if message.state.is_open() {
                self.index.open.insert(message.uai.clone(), *id);
                for MessageLetter { reference, .. } in &message.letters {
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

    /// Messages of every kind.
    pub fn all_messages(&self) -> impl Iterator<Item = &MessageEntry> {
        let of_letters = self.messages.values().chain(self.reminders.values());
        of_letters.chain(self.designations.values()).chain(self.to_referents.values())
    }

    /// The messages of a kind, by their number in the ledger.
    pub fn of_kind_mut(&mut self, kind: MessageKind) -> &mut BTreeMap<i64, MessageEntry> {
        match kind {
            MessageKind::Letters => &mut self.messages,
            MessageKind::Reminder => &mut self.reminders,
            MessageKind::Designation => &mut self.designations,
            MessageKind::Referent => &mut self.to_referents,
        }
    }

    /// A message that carries letters, by its number in the ledger.
    pub fn carrier_mut(&mut self, id: i64) -> Option<&mut MessageEntry> {
        let of_schools = self.messages.get_mut(&id).or_else(|| self.reminders.get_mut(&id));
        of_schools.or_else(|| self.to_referents.get_mut(&id))
    }

    /// Whether any message of the campaign was handed over: a letter that is first made afterwards is late.
    pub fn has_begun(&self) -> bool {
        self.messages.values().any(|message| message.state.has_left())
    }

    /// The last message that left with a letter, whatever its revision.
    pub fn last_sent(&self, reference: &str) -> Option<&MessageEntry> {
        self.messages.get(self.index.sent.get(reference)?)
    }

    /// The day a revision first left.
    pub fn first_left_on(&self, revision: i64) -> Option<Date> {
        let with = |message: &&MessageEntry| {
            message.state.has_left()
                && message.letters.iter().any(|letter| letter.revision == revision)
        };
        self.messages.values().filter(with).filter_map(|message| message.left_on).min()
    }

    /// The last message that left with a revision, by its number in the ledger.
    pub fn last_sent_with(&self, revision: i64) -> Option<&MessageEntry> {
        self.messages.get(self.index.sent_revision.get(&revision)?)
    }

    /// A revision of a letter that was handed over, or is the draft.
    pub fn revision(&self, reference: &str, revision: i64) -> Option<&RevisionEntry> {
        let letter = self.letters.get(reference)?;
        let mut known = letter.draft.iter().chain(letter.handed_over());
        known.find(|entry| entry.id == revision)
    }

    /// The bytes of a revision, as they are sent.
    pub fn issued(&self, reference: &str, revision: i64) -> Option<&ObjectHash> {
        self.revision(reference, revision).map(|entry| &entry.issued)
    }

    /// The documents of a letter that count and whose last message came back in error, oldest first.
    pub fn bounced_documents(&self, reference: &str) -> Vec<&RevisionEntry> {
        let in_force = self.letters.get(reference).map(LetterEntry::in_force).unwrap_or_default();
        let has_bounced = |document: &&RevisionEntry| {
            let last = self.last_sent_with(document.id);
            last.is_some_and(|last| last.state == MessageState::Bounced)
        };
        in_force.into_iter().filter(has_bounced).collect()
    }

    /// What each letter of a message is, in its order; those that the ledger does not have are left out.
    pub fn carried(&self, message: &MessageEntry) -> Vec<LetterInMessage> {
        let letters = message.letters.iter().filter_map(|one| {
            let revision = self.revision(&one.reference, one.revision)?;
            let letter = self.letters.get(&one.reference)?;
            Some(LetterInMessage {
                issue: revision.issue.clone(),
                readdressed: one.readdressed,
                for_information: one.readdressed && is_for_information(letter, revision),
                amendment_number: letter.amendment_number(&revision.issue),
            })
        });
        letters.collect()
    }

    /// Which amendment of its letter an issue is, from 1; nothing for what is none.
    pub fn amendment_number(&self, reference: &str, issue: &Issue) -> Option<u32> {
        self.letters.get(reference)?.amendment_number(issue)
    }

    /// Whether no later message of the same UAI left.
    pub fn is_last(&self, message: &MessageEntry) -> bool {
        self.index.last.get(&message.uai) == Some(&message.id)
    }

    /// The ambiguous message of a letter: nobody knows whether it was sent.
    pub fn ambiguous(&self, reference: &str) -> Option<&MessageEntry> {
        self.messages.get(self.index.ambiguous.get(reference)?)
    }

    /// The number of the next message of a UAI: after those that left or may have.
    pub fn next_number(&self, uai: &str) -> u32 {
        self.index.numbers.get(uai).copied().unwrap_or(0) + 1
    }

    /// The open message a letter is in.
    pub fn open_of(&self, reference: &str) -> Option<&MessageEntry> {
        self.messages.get(self.index.open_of.get(reference)?)
    }

    /// The open message of a UAI.
    pub fn open(&self, uai: &str) -> Option<&MessageEntry> {
        self.messages.get(self.index.open.get(uai)?)
    }
}

/// Letters and schools to messages.
#[derive(Clone, Debug, Default)]
struct Index {
    sent: HashMap<String, i64>,
    sent_revision: HashMap<i64, i64>,
    ambiguous: HashMap<String, i64>,
    last: HashMap<String, i64>,
    open: HashMap<String, i64>,
    open_of: HashMap<String, i64>,
    numbers: HashMap<String, u32>,
}
