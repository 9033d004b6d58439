//! To which schools a reminder is due: a letter was handed over, its date has passed, and it did not come back.
//!
//! A reminder is a message of its own. It follows the message that brought the letters and carries them once
//! more, byte for byte; the account of the letters does not change. This file decides, it makes nothing.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::queue::open_messages::OutgoingMessage;
use crate::letter::mailing::{LetterInMessage, Mailing};
use crate::plan::history::{
    CampaignHistory, MessageEntry, MessageLetter, MessageState, ReturnState, RevisionEntry,
};
use crate::plan::letter_state::LetterState;
use crate::plan::returned::{document_state, is_owed, owed_documents};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A reminder that is due.
#[derive(Clone, Debug)]
pub struct DueReminder<'p, 'r> {
    /// The letters that are missing, as a mailing.
    pub mailing: Mailing<'r>,
    /// The revision of each that was handed over.
    pub revisions: Vec<&'p RevisionEntry>,
    /// Number of the reminder for this school, from 1.
    pub number: u32,
    /// The day on which the last of them left.
    pub sent_on: Date,
    /// The day by which the last of them was due.
    pub reply_by: Date,
    /// Message-IDs of the messages that brought them.
    pub references: Vec<String>,
    /// Former revisions that came back; this message answers them.
    pub wrong_copies: Vec<WrongCopy>,
    /// References of letters that came back with some of the signatures.
    pub incomplete: Vec<String>,
}

impl DueReminder<'_, '_> {
    /// What each of its letters is.
    pub fn letters(
        &self,
        resolved: &ResolvedCampaign<'_>,
        history: &CampaignHistory,
    ) -> Vec<LetterInMessage> {
        let places = self.mailing.letters.iter().zip(&self.revisions);
        let letters = places.map(|(at, revision)| {
            let reference = resolved.desired.letters[*at].reference.to_string();
            LetterInMessage {
                amendment_number: history.amendment_number(&reference, &revision.issue),
                ..LetterInMessage::new(revision.issue.clone())
            }
        });
        letters.collect()
    }
}

/// A former revision of a letter that came back instead of the current one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongCopy {
    /// Reference of the letter.
    pub reference: String,
    /// Number of the revision.
    pub revision: u32,
}

/// What is due, and what is not.
#[derive(Debug, Default)]
pub struct DueReminders<'p, 'r> {
    /// Reminders that have to be made.
    pub fresh: Vec<DueReminder<'p, 'r>>,
    /// Made before, and not gone yet.
    pub open: Vec<OutgoingMessage<'p, 'r>>,
    /// Made before, and no longer right: numbers in the ledger.
    pub retire: Vec<i64>,
    /// Refused by the relay: they wait for another address, or a person's word.
    pub refused: usize,
    /// Number of reminders in the outbox.
    pub deposited: usize,
    /// Nobody knows whether they left.
    pub ambiguous: usize,
    /// Schools that were reminded too short a time ago.
    pub recent: usize,
    /// Letters whose date has not passed.
    pub early: usize,
    /// Letters whose mission is over: nobody is asked to sign them any more.
    pub ended: usize,
}

/// Looks for the reminders that are due today to the chosen mailings.
pub fn due_reminders<'p, 'r>(
    resolved: &ResolvedCampaign<'r>,
    history: &'p CampaignHistory,
    only: Option<&BTreeSet<usize>>,
    today: Date,
) -> DueReminders<'p, 'r> {
    let (current, found) = (BTreeSet::new(), DueReminders::default());
    let mut search = Search { resolved, history, today, current, found };
    let is_ambiguous = |message: &&MessageEntry| message.state == MessageState::Ambiguous;
    search.found.ambiguous = history.reminders.values().filter(is_ambiguous).count();
    let mailings = &resolved.desired.mailings;
    let is_chosen = |at: &usize| only.is_none_or(|only| only.contains(at));
    for mailing in (0..mailings.len()).filter(is_chosen).map(|at| &mailings[at]) {
        if mailing.address.is_some() {
            search.look_at(mailing);
        }
    }
    if only.is_none() {
        search.retire_others();
    }
    search.found
}

/// The letters of a mailing that did not come back in time.
#[derive(Default)]
struct MissingLetters<'p> {
    letters: Vec<MissingLetter<'p>>,
    wrong_copies: Vec<WrongCopy>,
    /// A former revision came back after it was replaced: the school waits for an answer.
    urgent: bool,
}

struct MissingLetter<'p> {
    /// Its place among the campaign's letters.
    at: usize,
    revision: &'p RevisionEntry,
    /// The message that brought it.
    message: &'p MessageEntry,
}

struct Search<'s, 'p, 'r> {
    resolved: &'s ResolvedCampaign<'r>,
    history: &'p CampaignHistory,
    today: Date,
    /// Open reminders that are still right.
    current: BTreeSet<i64>,
    found: DueReminders<'p, 'r>,
}

impl<'p, 'r> Search<'_, 'p, 'r> {
    fn look_at(&mut self, mailing: &Mailing<'r>) {
        let missing = self.missing(mailing);
        if missing.letters.is_empty() {
            return;
        }
        let references: BTreeSet<String> =
            missing.letters.iter().map(|letter| self.reference(letter.at)).collect();
        let documents: BTreeSet<i64> =
            missing.letters.iter().map(|letter| letter.revision.id).collect();
        let before: Vec<&'p MessageEntry> = self
            .history
            .reminders
            .values()
            .filter(|message| {
                message.letters.iter().any(|letter| references.contains(&letter.reference))
            })
            .collect();
        let address = mailing.address.map(|to| to.as_str());
        let open = before.iter().find(|message| {
            is_waiting(message)
                && message
                    .letters
                    .iter()
                    .map(|letter| letter.revision)
                    .eq(documents.iter().copied())
                && message.address.as_deref() == address
        });
        if let Some(open) = open
            && self.keep_open(open, mailing, &missing)
        {
            return;
        }
        if !missing.urgent && before.iter().any(|message| self.is_recent(message)) {
            self.found.recent += 1;
            return;
        }
        let reminder = self.reminder(mailing, missing);
        self.found.fresh.push(reminder);
    }

    fn reference(&self, at: usize) -> String {
        self.resolved.desired.letters[at].reference.to_string()
    }

    /// The letters of a mailing that were handed over and did not come back in time.
    fn missing(&mut self, mailing: &Mailing<'r>) -> MissingLetters<'p> {
        let (history, desired) = (self.history, &self.resolved.desired);
        let mut missing = MissingLetters::default();
        for at in &mailing.letters {
            let reference = self.reference(*at);
            let documents = awaited(history, &reference);
            if documents.is_empty() {
                continue;
            }
            let copy = former_copy(history, &reference);
            let asks = copy.as_ref().is_some_and(|copy| copy.unanswered);
            if desired.is_over(&desired.letters[*at], self.today) {
                self.found.ended += 1;
                continue;
            }
            let is_due = |document: &AwaitedDocument<'_>| {
                asks || desired.reply_by(&document.revision.issue) < self.today
            };
            let due: Vec<_> = documents.into_iter().filter(is_due).collect();
            if due.is_empty() {
                self.found.early += 1;
                continue;
            }
            missing.urgent |= asks;
            let wrong_copy = copy.map(|copy| WrongCopy { reference, revision: copy.number });
            missing.wrong_copies.extend(wrong_copy);
            missing.letters.extend(due.into_iter().map(|document| MissingLetter {
                at: *at,
                revision: document.revision,
                message: document.message,
            }));
        }
        missing
    }

    /// Counts a reminder that was made before for the same letters and address. One that is no longer right is
    /// retired; then the answer is false.
    fn keep_open(
        &mut self,
        open: &'p MessageEntry,
        mailing: &Mailing<'r>,
        missing: &MissingLetters<'p>,
    ) -> bool {
        let is_ready = matches!(open.state, MessageState::Ready | MessageState::Deferred);
        let by_relay = self.resolved.relay_settings().is_some();
        // One that was frozen for the relay goes over it, with the same bytes; one that was made
        // for the other way is made again.
        if is_ready && !(by_relay && open.route.is_some() && !missing.urgent) {
            self.found.retire.push(open.id);
            return false;
        }
        self.current.insert(open.id);
        match open.state {
            MessageState::Ready | MessageState::Deferred => {
                let mailing = mailing_of(mailing, missing);
                self.found.open.push(OutgoingMessage { message: open, mailing });
            }
            MessageState::Refused => self.found.refused += 1,
            _ => self.found.deposited += 1,
        }
        true
    }

    /// Whether a reminder left, or may have left, too short a time ago.
    fn is_recent(&self, message: &MessageEntry) -> bool {
        let every = i64::from(self.resolved.settings.mail.remind_every);
        // One that came back in error reminded nobody.
        let has_gone = matches!(message.state, MessageState::HandedOver | MessageState::Ambiguous);
        let until = message.left_on.unwrap_or(message.date).checked_add(every.days());
        has_gone && until.is_ok_and(|until| until > self.today)
    }

    fn reminder(&self, mailing: &Mailing<'r>, missing: MissingLetters<'p>) -> DueReminder<'p, 'r> {
        let desired = &self.resolved.desired;
        let letters = &missing.letters;
        let mut message_ids: Vec<String> =
            letters.iter().filter_map(|letter| letter.message.message_id.clone()).collect();
        message_ids.dedup();
        let mut mailing = mailing_of(mailing, &missing);
        if let Some(first) = letters.first() {
            mailing.uai = &desired.letters[first.at].establishment.uai.value;
        }
        let sent_on = letters.iter().filter_map(|letter| letter.message.left_on).max();
        let reply_by = letters.iter().map(|letter| desired.reply_by(&letter.revision.issue)).max();
        let incomplete: BTreeSet<String> = letters
            .iter()
            .map(|letter| (self.reference(letter.at), letter.revision))
            .filter(|(reference, revision)| is_incomplete(self.history, reference, revision))
            .map(|(reference, _)| reference)
            .collect();
        DueReminder {
            number: self.last_number(mailing.uai.as_str()) + 1,
            sent_on: sent_on.unwrap_or(self.today),
            reply_by: reply_by.unwrap_or(self.today),
            references: message_ids,
            incomplete: incomplete.into_iter().collect(),
            revisions: letters.iter().map(|letter| letter.revision).collect(),
            wrong_copies: missing.wrong_copies,
            mailing,
        }
    }

    /// The number of a school's last reminder; 0 if there was none.
    fn last_number(&self, uai: &str) -> u32 {
        let counts = |message: &&MessageEntry| {
            message.uai == uai
                && message.state != MessageState::Replaced
                && !self.found.retire.contains(&message.id)
        };
        let numbers = self.history.reminders.values().filter(counts).map(|message| message.number);
        numbers.max().unwrap_or(0)
    }

    /// Open reminders that nothing calls for any more.
    fn retire_others(&mut self) {
        let ready = self.history.reminders.values().filter(|message| {
            matches!(message.state, MessageState::Ready | MessageState::Deferred)
        });
        let others: Vec<i64> = ready
            .map(|message| message.id)
            .filter(|id| !self.current.contains(id) && !self.found.retire.contains(id))
            .collect();
        self.found.retire.extend(others);
    }
}

/// Whether a reminder was made and did not leave.
fn is_waiting(message: &MessageEntry) -> bool {
    matches!(
        message.state,
        MessageState::Ready
            | MessageState::Deferred
            | MessageState::Deposited
            | MessageState::Refused
    )
}

/// The missing letters of a mailing, as a mailing.
fn mailing_of<'r>(mailing: &Mailing<'r>, missing: &MissingLetters<'_>) -> Mailing<'r> {
    let letters = missing.letters.iter().map(|letter| letter.at).collect();
    Mailing { uai: mailing.uai, address: mailing.address, letters }
}

/// A document whose return is awaited.
struct AwaitedDocument<'p> {
    revision: &'p RevisionEntry,
    /// The last message that left with it.
    message: &'p MessageEntry,
}

/// The documents of a letter whose return is awaited, oldest first: nothing newer is on its way, and no return was
/// filed. Who signs one that prints the whole letter has signed those before it, too.
fn awaited<'p>(history: &'p CampaignHistory, reference: &str) -> Vec<AwaitedDocument<'p>> {
    let Some(letter) = history.letters.get(reference) else { return Vec::new() };
    let unsettled = letter.withdrawn || letter.draft.is_some();
    if unsettled || history.ambiguous(reference).is_some() {
        return Vec::new();
    }
    let owed = owed_documents(letter);
    let from = owed.iter().rposition(|document| document.issue.is_whole).unwrap_or(0);
    let documents = owed.into_iter().skip(from).filter_map(|revision| {
        let message = history.last_sent_with(revision.id)?;
        let has_arrived = message.state == MessageState::HandedOver;
        has_arrived.then_some(AwaitedDocument { revision, message })
    });
    documents.collect()
}

/// A former revision of a letter that came back signed or to be read.
struct FormerCopy {
    /// Number of the revision.
    number: u32,
    /// It came after it was replaced, and no reminder has answered.
    unanswered: bool,
}

/// The last former revision of a letter that came back.
fn former_copy(history: &CampaignHistory, reference: &str) -> Option<FormerCopy> {
    let letter = history.letters.get(reference)?;
    let current = letter.standing()?;
    let none = [ReturnState::NotSigned, ReturnState::Illegible, ReturnState::Declined];
    let came = letter
        .returns
        .iter()
        .filter(|copy| copy.number < current.issue.revision && !none.contains(&copy.state));
    let last = came.max_by_key(|copy| (copy.day, copy.id))?;
    let answered = history.reminders.values().any(|message| {
        let about = message.letters.iter().any(|letter| letter.reference == reference);
        let gone = message.state != MessageState::Replaced && message.state != MessageState::Ready;
        about && gone && message.left_on.unwrap_or(message.date) >= last.day
    });
    let unanswered = last.state == ReturnState::Superseded && !answered;
    Some(FormerCopy { number: last.number, unanswered })
}

/// Reminders in the outbox whose letters all came back meanwhile: nobody should send them.
pub fn answered_deposits(history: &CampaignHistory) -> Vec<&MessageEntry> {
    let missing = |carried: &MessageLetter| {
        let letter = history.letters.get(&carried.reference);
        letter.is_some_and(|letter| {
            let document = letter.handed_over().find(|sent| sent.id == carried.revision);
            document.is_some_and(|document| is_owed(letter, document))
        })
    };
    history
        .reminders
        .values()
        .filter(|message| message.state == MessageState::Deposited)
        .filter(|message| !message.letters.iter().any(missing))
        .collect()
}

/// Whether a document of a letter came back with some of its signatures.
fn is_incomplete(history: &CampaignHistory, reference: &str, document: &RevisionEntry) -> bool {
    let letter = history.letters.get(reference);
    letter.is_some_and(|letter| document_state(letter, document) == Some(LetterState::PartlySigned))
}

/// How many reminders are in each state, for JSON.
pub fn counts(history: &CampaignHistory) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for message in history.reminders.values() {
        if message.state != MessageState::Replaced {
            *counts.entry(message.state.as_str()).or_default() += 1;
        }
    }
    counts
}
