//! Reminders: to which schools one is due, and what it says.
//!
//! A reminder is a message of its own, with its own template. It follows the message that brought
//! the letters and carries them once more, byte for byte; the account of the letters does not
//! change.

use crate::app::letters::evaluate::{LetterEvaluator, inputs_hash};
use crate::app::letters::render_documents;
use crate::app::sending::freeze::Failed;
use crate::diagnostic::Problem;
use crate::ledger::store::hash;
use crate::ledger::write::{Change, NewMessage};
use crate::ledger::{Ledger, LedgerError};
use crate::letter::mailing::{LetterInMessage, Mailing, Occasion};
use crate::mail::message::{Draft, FrozenMessage, Part, Way};
use crate::mail::{message, plain_text};
use crate::plan::account::LetterState;
use crate::plan::past::{
    CampaignHistory, Inputs, LetterPast, MessagePast, MessageState, RevisionPast,
};
use crate::plan::returned::{ReturnState, outcome};
use crate::render::template_names::{DATA_REMINDER, REMINDER};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A reminder that is due.
#[derive(Clone, Debug)]
pub struct Reminding<'p, 'r> {
    /// The letters that are missing, as a mailing.
    pub mailing: Mailing<'r>,
    /// The revision of each that was handed over.
    pub revisions: Vec<&'p RevisionPast>,
    /// First, second…
    pub number: u32,
    /// The day the last of them left.
    pub sent_on: Date,
    /// The day the last of them was due.
    pub reply_by: Date,
    /// Message-IDs of the messages that brought them.
    pub references: Vec<String>,
    /// Letters of which a former revision came back since the last reminder, with its number: this
    /// message answers.
    pub wrong: Vec<(String, u32)>,
    /// Letters that came back with some of the signatures.
    pub incomplete: Vec<String>,
}

/// What is due, and what is not.
#[derive(Debug, Default)]
pub struct Due<'p, 'r> {
    /// To be made.
    pub fresh: Vec<Reminding<'p, 'r>>,
    /// Made before, and not gone yet.
    pub open: Vec<(&'p MessagePast, Mailing<'r>)>,
    /// Made before, and no longer right.
    pub retire: Vec<i64>,
    /// Refused by the relay: waiting for another address, or a person's word.
    pub refused: usize,
    /// In the outbox.
    pub deposited: usize,
    /// Nobody knows whether they left.
    pub ambiguous: usize,
    /// Schools reminded too short a time ago.
    pub recent: usize,
    /// Letters whose date has not passed.
    pub early: usize,
}

/// Looks for letters that were handed over, whose date has passed, and which did not come back.
pub fn due<'p, 'r>(
    evaluator: &LetterEvaluator<'r>,
    past: &'p CampaignHistory,
    only: Option<&BTreeSet<usize>>,
    today: Date,
) -> Due<'p, 'r> {
    let resolved = evaluator.resolved;
    let desired = &resolved.desired;
    let every = i64::from(resolved.settings.mail.remind_every);
    let mut found = Due::default();
    let mut right: BTreeSet<i64> = BTreeSet::new();
    let relay = resolved.relay_settings().is_some();
    let doubtful = |own: &&MessagePast| own.state == MessageState::Ambiguous;
    found.ambiguous = past.reminders.values().filter(doubtful).count();
    let chosen = |at: &usize| only.is_none_or(|only| only.contains(at));
    for mailing in (0..desired.mailings.len()).filter(chosen).map(|at| &desired.mailings[at]) {
        if mailing.address.is_none() {
            continue;
        }
        let mut missing: Vec<(usize, &RevisionPast, &MessagePast)> = Vec::new();
        let mut wrong: Vec<(String, u32)> = Vec::new();
        let mut urgent = false;
        for at in &mailing.letters {
            let reference = desired.letters[*at].reference.to_string();
            let Some((revision, message)) = awaited(past, &reference) else { continue };
            let copy = wrong_copy(past, &reference, revision);
            let asks = copy.is_some_and(|(_, unanswered)| unanswered);
            if !asks && desired.reply_by(&revision.issue) >= today {
                found.early += 1;
                continue;
            }
            urgent |= asks;
            wrong.extend(copy.map(|(number, _)| (reference, number)));
            missing.push((*at, revision, message));
        }
        let Some((first, ..)) = missing.first() else { continue };
        let references: BTreeSet<String> =
            missing.iter().map(|(at, ..)| desired.letters[*at].reference.to_string()).collect();
        let about =
            |own: &&MessagePast| own.letters.iter().any(|(name, ..)| references.contains(name));
        let before: Vec<&MessagePast> = past.reminders.values().filter(about).collect();
        let open = before.iter().find(|own| {
            let same = own.letters.len() == references.len();
            let to = mailing.address.map(|to| to.as_str());
            let waits = matches!(
                own.state,
                MessageState::Ready
                    | MessageState::Deferred
                    | MessageState::Deposited
                    | MessageState::Refused
            );
            waits && same && own.address.as_deref() == to
        });
        if let Some(open) = open {
            let ready = matches!(open.state, MessageState::Ready | MessageState::Deferred);
            // One that was frozen for the relay goes over it, with the same bytes; one that was made
            // for the other way is made anew.
            let usable = !ready || (relay && open.route.is_some() && !urgent);
            if usable {
                right.insert(open.id);
                if ready {
                    let letters = missing.iter().map(|(at, ..)| *at).collect();
                    let own = Mailing { uai: mailing.uai, address: mailing.address, letters };
                    found.open.push((open, own));
                } else if open.state == MessageState::Refused {
                    found.refused += 1;
                } else {
                    found.deposited += 1;
                }
                continue;
            }
            found.retire.push(open.id);
        }
        let recent = before.iter().any(|own| {
            let gone = own.state.has_left() || own.state == MessageState::Ambiguous;
            let until = own.left_on.unwrap_or(own.date).checked_add(every.days());
            gone && until.is_ok_and(|until| until > today)
        });
        if recent && !urgent {
            found.recent += 1;
            continue;
        }
        let mut ids: Vec<String> =
            missing.iter().filter_map(|(.., message)| message.message_id.clone()).collect();
        ids.dedup();
        let uai = &desired.letters[*first].establishment.uai.value;
        let last = |name: &str| {
            past.reminders
                .values()
                .filter(|own| {
                    own.uai == name
                        && own.state != MessageState::Replaced
                        && !found.retire.contains(&own.id)
                })
                .map(|own| own.number)
                .max()
        };
        found.fresh.push(Reminding {
            number: last(uai.as_str()).unwrap_or(0) + 1,
            sent_on: missing.iter().filter_map(|(.., own)| own.left_on).max().unwrap_or(today),
            reply_by: missing
                .iter()
                .map(|(_, own, _)| desired.reply_by(&own.issue))
                .max()
                .unwrap_or(today),
            references: ids,
            wrong,
            incomplete: references.into_iter().filter(|name| is_incomplete(past, name)).collect(),
            revisions: missing.iter().map(|(_, revision, _)| *revision).collect(),
            mailing: Mailing {
                uai,
                address: mailing.address,
                letters: missing.iter().map(|(at, ..)| *at).collect(),
            },
        });
    }
    let open = past
        .reminders
        .values()
        .filter(|own| matches!(own.state, MessageState::Ready | MessageState::Deferred));
    if only.is_none() {
        let stale = open.map(|own| own.id).filter(|id| !right.contains(id));
        let stale: Vec<i64> = stale.filter(|id| !found.retire.contains(id)).collect();
        found.retire.extend(stale);
    }
    found
}

/// The revision of a letter that a school has, and the message that brought it, when its return is
/// awaited: nothing newer is on its way, and no return was filed.
fn awaited<'p>(
    past: &'p CampaignHistory,
    reference: &str,
) -> Option<(&'p RevisionPast, &'p MessagePast)> {
    let letter = past.letters.get(reference)?;
    let unsettled = letter.withdrawn || letter.draft.is_some();
    if unsettled || past.ambiguous(reference).is_some() || !is_missing(letter) {
        return None;
    }
    let message = past.last_sent(reference)?;
    (message.state == MessageState::HandedOver).then_some((letter.issued.as_ref()?, message))
}

/// The number of a former revision of a letter that came back signed or to be read, and whether it
/// came after it was replaced and nobody answered yet.
fn wrong_copy(
    past: &CampaignHistory,
    reference: &str,
    current: &RevisionPast,
) -> Option<(u32, bool)> {
    let letter = past.letters.get(reference)?;
    let none = [ReturnState::NotSigned, ReturnState::Illegible, ReturnState::Declined];
    let came = letter
        .returns
        .iter()
        .filter(|own| own.number < current.issue.revision && !none.contains(&own.state));
    let last = came.max_by_key(|own| (own.day, own.id))?;
    let answered = past.reminders.values().any(|own| {
        let about = own.letters.iter().any(|(name, ..)| name == reference);
        let gone = own.state != MessageState::Replaced && own.state != MessageState::Ready;
        about && gone && own.left_on.unwrap_or(own.date) >= last.day
    });
    Some((last.number, last.state == ReturnState::Superseded && !answered))
}

/// Reminders in the outbox of which every letter is settled meanwhile: nobody should send them.
pub fn settled(past: &CampaignHistory) -> Vec<&MessagePast> {
    let missing = |name: &String| past.letters.get(name).is_some_and(is_missing);
    past.reminders
        .values()
        .filter(|own| own.state == MessageState::Deposited)
        .filter(|own| !own.letters.iter().any(|(name, ..)| missing(name)))
        .collect()
}

/// Whether a letter came back with some of its signatures.
fn is_incomplete(past: &CampaignHistory, reference: &str) -> bool {
    let letter = past.letters.get(reference);
    letter.is_some_and(|letter| outcome(letter) == Some(LetterState::PartlySigned))
}

/// Whether something still has to come back: some signatures do not do, and what waits for a
/// person's eye is not asked for again.
fn is_missing(letter: &LetterPast) -> bool {
    matches!(outcome(letter), None | Some(LetterState::PartlySigned))
}

/// A reminder that was made: its row, its bytes, what was read for it.
pub struct Made {
    /// The row.
    pub new: NewMessage,
    /// What was read.
    pub inputs: Inputs,
    /// The message.
    pub frozen: FrozenMessage,
    /// The name of its bytes in the store.
    pub bytes: String,
}

impl Made {
    /// Writes the rows; gives the number of the message.
    pub fn keep(&self, change: &mut Change<'_>) -> Result<i64, LedgerError> {
        change.inputs(&self.new.inputs, &self.inputs)?;
        change.message(&self.new)
    }
}

/// Makes a reminder; its objects are in the store when this returns.
pub fn make(
    evaluator: &LetterEvaluator<'_>,
    ledger: &Ledger,
    own: &Reminding<'_, '_>,
    today: Date,
    way: Way,
) -> Result<Made, Failed> {
    let resolved = evaluator.resolved;
    let desired = &resolved.desired;
    let problem = |problem: Problem| Failed::Problem(Box::new(problem));
    let first = |problems: Vec<Problem>| {
        let none = || Problem::error("E-BUG", "le rappel ne peut pas être composé");
        problem(problems.into_iter().next().unwrap_or_else(none))
    };
    let going: Vec<LetterInMessage> = own
        .revisions
        .iter()
        .map(|revision| LetterInMessage { issue: revision.issue.clone(), readdressed: false })
        .collect();
    let occasion = Occasion { date: today, letters: &going };
    let cover = desired.cover(&own.mailing, &occasion, "html").map_err(problem)?;
    let mut content = serde_json::to_value(&cover).map_err(|error| {
        problem(Problem::error("E-BUG", format!("contenu illisible : {error}")))
    })?;
    content["reminder"] = serde_json::json!({
        "number": own.number, "sent_on": own.sent_on, "reply_by": own.reply_by,
        "incomplete": own.incomplete,
        "wrong_copies": own.wrong.iter().map(|(reference, revision)| serde_json::json!({
            "reference": reference, "revision": revision,
        })).collect::<Vec<_>>(),
    });
    let content = content.to_string();
    let page = resolved
        .engine
        .html(REMINDER, DATA_REMINDER, content.clone().into_bytes())
        .map_err(first)?;
    let text = plain_text::from_html(&page.text).map_err(problem)?;
    let letters: Vec<Vec<u8>> = own
        .revisions
        .iter()
        .map(|revision| ledger.store.get(&revision.issued).map_err(Failed::Disk))
        .collect::<Result<_, _>>()?;
    let names = render_documents::attachment_names(resolved, &own.mailing);
    let parts: Vec<Part<'_>> =
        letters.iter().zip(&names).map(|(bytes, name)| Part { name, bytes }).collect();
    let Some(to) = own.mailing.address else {
        return Err(problem(Problem::error("E-MESSAGE", "ce message n'a pas d'adresse")));
    };
    let name = desired.mailing_name(&own.mailing);
    let frozen = message::freeze(&Draft {
        name: &name,
        revision: own.number,
        reminder: true,
        from: &resolved.settings.mail.from,
        reply_to: &resolved.settings.mail.reply_to,
        to,
        copies: &[],
        subject: &page.subject,
        text: &text,
        html: &page.text,
        parts: &parts,
        references: &own.references,
        way,
    })
    .map_err(problem)?;
    let disk = Failed::Disk;
    let html = ledger.store.put(page.text.as_bytes()).map_err(disk)?;
    let bytes = ledger.store.put(&frozen.bytes).map_err(disk)?;
    let inputs = evaluator.inputs(&page.read);
    for (path, hash) in &inputs.templates {
        if !ledger.store.has(hash)
            && let Some(file) = resolved.templates.iter().find(|file| file.path == *path)
        {
            ledger.store.put(&file.bytes).map_err(disk)?;
        }
    }
    let mut rows: Vec<(String, i64, bool)> = own
        .mailing
        .letters
        .iter()
        .zip(&own.revisions)
        .map(|(at, revision)| (desired.letters[*at].reference.to_string(), revision.id, true))
        .collect();
    rows.sort();
    let new = NewMessage {
        campaign: desired.campaign.id.value.to_string(),
        uai: own.mailing.uai.to_string(),
        number: own.number,
        name,
        address: Some(to.as_str().to_owned()),
        date: today,
        addressees: Vec::new(),
        cover: hash(content.as_bytes()),
        inputs: inputs_hash(&inputs),
        fingerprint: hash(&frozen.bytes),
        cover_pdf: html.clone(),
        cover_html: html,
        subject: page.subject,
        letters: rows,
        reminder: true,
        held: false,
    };
    Ok(Made { new, inputs, frozen, bytes })
}

/// How many reminders are in each state, for JSON.
pub fn counts(past: &CampaignHistory) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    let counted = past.reminders.values().filter(|own| own.state != MessageState::Replaced);
    for own in counted {
        *counts.entry(own.state.as_str()).or_default() += 1;
    }
    counts
}
