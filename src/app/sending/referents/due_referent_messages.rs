//! Which referents are to be sent a document of their own: it was handed over to the school, nothing is about to
//! replace it, and it did not reach the referent yet.
//!
//! One message a document, once. What bears on the school's message (records, rules, approval) was looked at before
//! that one left: the bytes are the same. This file decides, it makes nothing.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::letter::mailing::LetterInMessage;
use crate::letter::mission_letter::Letter;
use crate::plan::history::{CampaignHistory, MessageEntry, MessageState, RevisionEntry};
use crate::plan::referent_message::{DocumentMessages, documents_to_send};
use crate::records::values::EmailAddress;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A message that is due to a referent.
#[derive(Clone, Debug)]
pub struct DueReferentMessage<'p, 'r> {
    /// The place of the letter among those of the campaign.
    pub place: usize,
    /// Its document.
    pub revision: &'p RevisionEntry,
    /// What that document is.
    pub letter: LetterInMessage,
    /// The referent's address.
    pub to: &'r EmailAddress,
    /// Number among the messages to referents of that school, from 1.
    pub number: u32,
    /// The day the document left to the school.
    pub sent_on: Option<Date>,
}

/// What is due, and what is not.
#[derive(Debug, Default)]
pub struct DueReferentMessages<'p, 'r> {
    /// Messages that have to be made.
    pub fresh: Vec<DueReferentMessage<'p, 'r>>,
    /// Made before for the relay, and not gone yet.
    pub open: Vec<&'p MessageEntry>,
    /// Made before, and no longer right.
    pub retire: Vec<&'p MessageEntry>,
    /// Documents of referents without a valid address.
    pub blocked: usize,
    /// Messages that were refused.
    pub refused: usize,
    /// Messages for which nobody knows whether they left.
    pub ambiguous: usize,
}

/// Looks for the messages that are due to the referents of the chosen mailings.
pub fn due_referent_messages<'p, 'r>(
    resolved: &ResolvedCampaign<'r>,
    history: &'p CampaignHistory,
    only: Option<&BTreeSet<usize>>,
) -> DueReferentMessages<'p, 'r> {
    let mut search = ReferentSearch {
        resolved,
        history,
        kept: BTreeSet::new(),
        numbers: BTreeMap::new(),
        found: DueReferentMessages::default(),
    };
    if resolved.settings.letters.referent_message {
        let mailings = resolved.desired.mailings.iter().enumerate();
        let chosen = mailings.filter(|(at, _)| only.is_none_or(|only| only.contains(at)));
        let places: Vec<usize> =
            chosen.flat_map(|(_, mailing)| &mailing.letters).copied().collect();
        let looked: Vec<Wanted<'p, 'r>> =
            places.into_iter().flat_map(|place| search.look_at(place)).collect();
        if only.is_none() {
            search.retire_others();
        }
        for wanted in looked {
            let due = search.due(wanted);
            search.found.fresh.push(due);
        }
    } else if only.is_none() {
        search.retire_others();
    }
    search.found
}

/// A document that has to go to its referent.
struct Wanted<'p, 'r> {
    place: usize,
    revision: &'p RevisionEntry,
    to: &'r EmailAddress,
}

struct ReferentSearch<'s, 'p, 'r> {
    resolved: &'s ResolvedCampaign<'r>,
    history: &'p CampaignHistory,
    /// Messages that have not left and stay as they are.
    kept: BTreeSet<i64>,
    /// The last number of each UAI.
    numbers: BTreeMap<String, u32>,
    found: DueReferentMessages<'p, 'r>,
}

impl<'p, 'r> ReferentSearch<'_, 'p, 'r> {
    fn letter(&self, place: usize) -> &Letter<'r> {
        &self.resolved.desired.letters[place]
    }

    /// Looks at one letter; gives the documents that have to go.
    fn look_at(&mut self, place: usize) -> Vec<Wanted<'p, 'r>> {
        let letter = self.letter(place);
        let reference = letter.reference.to_string();
        let to = self.resolved.desired.referent_address(letter);
        if letter.referent.is_none() {
            return Vec::new();
        }
        let history = self.history;
        let entry = history.letters.get(&reference);
        let documents = entry.map(documents_to_send).unwrap_or_default();
        let mut wanted = Vec::new();
        for revision in documents {
            let messages = DocumentMessages::of(history, revision.id);
            if self.is_wanted(&messages, to)
                && let Some(to) = to
            {
                wanted.push(Wanted { place, revision, to });
            }
        }
        wanted
    }

    /// Whether a message has to be made for a document.
    fn is_wanted(&mut self, messages: &DocumentMessages<'p>, to: Option<&EmailAddress>) -> bool {
        if messages.is_in_doubt() {
            self.found.ambiguous += 1;
            return false;
        }
        if messages.arrived().is_some() {
            return false;
        }
        let Some(to) = to else {
            self.found.blocked += 1;
            return false;
        };
        match messages.open() {
            Some(open) => !self.keeps(open, to),
            // What came back from an address does not go there again.
            None => !messages.bounced().is_some_and(|message| is_to(message, to)),
        }
    }

    /// Whether a message that was made before stays as it is; else it is taken back.
    fn keeps(&mut self, message: &'p MessageEntry, to: &EmailAddress) -> bool {
        let by_relay = self.resolved.relay_settings().is_some();
        let is_same = is_to(message, to);
        match message.state {
            MessageState::Refused if is_same => self.found.refused += 1,
            MessageState::Deposited if is_same => {}
            // What was frozen for the relay goes over it, with the same bytes.
            MessageState::Ready | MessageState::Deferred
                if is_same && by_relay && message.route.is_some() =>
            {
                self.found.open.push(message);
            }
            _ => {
                self.found.retire.push(message);
                return false;
            }
        }
        self.kept.insert(message.id);
        true
    }

    /// Takes back what waits and nothing calls for any more.
    fn retire_others(&mut self) {
        let waits = |message: &&MessageEntry| {
            let state = message.state;
            matches!(state, MessageState::Ready | MessageState::Deferred | MessageState::Deposited)
        };
        let retired: BTreeSet<i64> = self.found.retire.iter().map(|one| one.id).collect();
        let others = self.history.to_referents.values().filter(waits);
        let others: Vec<&'p MessageEntry> = others
            .filter(|one| !self.kept.contains(&one.id) && !retired.contains(&one.id))
            .collect();
        self.found.retire.extend(others);
    }

    fn due(&mut self, wanted: Wanted<'p, 'r>) -> DueReferentMessage<'p, 'r> {
        let Wanted { place, revision, to } = wanted;
        let letter = self.letter(place);
        let reference = letter.reference.to_string();
        let number = self.next_number(letter.establishment.uai.as_str());
        DueReferentMessage {
            place,
            revision,
            letter: LetterInMessage {
                amendment_number: self.history.amendment_number(&reference, &revision.issue),
                ..LetterInMessage::new(revision.issue.clone())
            },
            to,
            number,
            sent_on: self.history.first_left_on(revision.id),
        }
    }

    /// The next number of a school: those that left or wait keep theirs.
    fn next_number(&mut self, uai: &str) -> u32 {
        let counts = |message: &&MessageEntry| {
            message.uai == uai
                && message.state != MessageState::Replaced
                && !self.found.retire.iter().any(|retired| retired.id == message.id)
        };
        let last = self.history.to_referents.values().filter(counts).map(|one| one.number).max();
        let number = self.numbers.entry(uai.to_owned()).or_insert(last.unwrap_or(0));
        *number += 1;
        *number
    }
}

fn is_to(message: &MessageEntry, address: &EmailAddress) -> bool {
    message.address.as_deref().is_some_and(|to| to.eq_ignore_ascii_case(address.as_str()))
}
