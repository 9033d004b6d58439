//! What of a message is not as the records are now, and why: `plan` shows it, and `send` does not send it.
//!
//! One function for both, so that they never differ.

use super::evaluate::{EvaluatedLetter, LetterEvaluator};
use super::plan_message::{PlannedMailing, PlannedMessage};
use crate::letter::mailing::Mailing;
use crate::plan::decision::letter_decision::CurrentRevision;
use crate::plan::history::MessageEntry;
use serde::Serialize;
use std::collections::BTreeSet;

/// A message that is not as the records are now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutdatedMessage {
    /// The lowest UAI of its letters.
    pub uai: String,
    /// The references of its letters.
    pub letters: BTreeSet<String>,
    /// What is not as it was.
    pub reasons: BTreeSet<OutdatedReason>,
}

/// What of a message is not as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutdatedReason {
    /// A letter was not made yet, or would be made again.
    Letter,
    /// The message was not made yet.
    Message,
    /// Something of it cannot be made.
    Failed,
    /// It goes to another address.
    Address,
    /// The cover says something else.
    Cover,
    /// A template of the cover, or missive itself, gives another page.
    CoverTemplate,
    /// An enclosure, the sender, a copy, or what the authority signs.
    Enclosure,
    /// A message in the ledger carries what no longer goes.
    Withdrawn,
}

impl OutdatedReason {
    /// What a person reads.
    pub fn french(self) -> &'static str {
        match self {
            Self::Letter => "une lettre à produire ou à refaire",
            Self::Message => "un message pas encore composé",
            Self::Failed => "une lettre ou un courrier qui ne peut pas être fait",
            Self::Address => "une autre adresse",
            Self::Cover => "un courrier d'accompagnement qui dit autre chose",
            Self::CoverTemplate => "un gabarit du courrier, ou une autre version de missive",
            Self::Enclosure => "une pièce jointe à tous les messages, l'expéditeur ou les copies",
            Self::Withdrawn => "un message fait, qui n'a plus lieu d'être",
        }
    }

    /// Whether the letters of a plan say it already.
    pub fn is_told_by_letters(self) -> bool {
        matches!(self, Self::Letter | Self::Message | Self::Failed)
    }
}

impl OutdatedMessage {
    /// What of a mailing is not as the records are now; none if all of it is.
    pub fn of(
        evaluator: &LetterEvaluator<'_>,
        mailing: &Mailing<'_>,
        planned: Option<&PlannedMailing<'_>>,
    ) -> Option<Self> {
        let reasons = match planned {
            Some(planned) => reasons(evaluator, planned),
            None => BTreeSet::from([OutdatedReason::Failed]),
        };
        let called = &evaluator.resolved.desired.letters;
        let letters = mailing.letters.iter().map(|at| called[*at].reference.to_string());
        let uai = mailing.uai.to_string();
        (!reasons.is_empty()).then(|| Self { uai, letters: letters.collect(), reasons })
    }
}

fn reasons(
    evaluator: &LetterEvaluator<'_>,
    planned: &PlannedMailing<'_>,
) -> BTreeSet<OutdatedReason> {
    let mut found = BTreeSet::new();
    let is_kept = |letter: &EvaluatedLetter| matches!(letter.current, CurrentRevision::Kept(_));
    for letter in &planned.letters {
        match letter {
            Ok(letter) if is_kept(letter) => {}
            Ok(_) => drop(found.insert(OutdatedReason::Letter)),
            Err(_) => drop(found.insert(OutdatedReason::Failed)),
        }
    }
    // The message of a letter that changes is another one for that reason alone.
    if !found.is_empty() {
        return found;
    }
    match &planned.message {
        Some(Ok(message)) if message.decision.same.is_some() => {}
        Some(Ok(message)) => found.extend(other_message(evaluator, message)),
        Some(Err(_)) => drop(found.insert(OutdatedReason::Failed)),
        None => {}
    }
    if found.is_empty() && !planned.retired.is_empty() {
        found.insert(OutdatedReason::Withdrawn);
    }
    found
}

/// How a message differs from the open one of its school.
fn other_message(
    evaluator: &LetterEvaluator<'_>,
    message: &PlannedMessage<'_>,
) -> BTreeSet<OutdatedReason> {
    let Some(open) = evaluator.history.open(message.mailing.uai.as_str()) else {
        return BTreeSet::from([OutdatedReason::Message]);
    };
    let mut found = BTreeSet::new();
    if open.address.as_deref() != message.mailing.address.map(|to| to.as_str()) {
        found.insert(OutdatedReason::Address);
    }
    if open.letters.len() != message.mailing.letters.len() {
        found.insert(OutdatedReason::Letter);
    }
    found.extend(other_cover(open, message));
    if found.is_empty() {
        found.insert(OutdatedReason::Enclosure);
    }
    found
}

fn other_cover(open: &MessageEntry, message: &PlannedMessage<'_>) -> Option<OutdatedReason> {
    let cover = message.decision.cover.hashes();
    let is_same = open.cover_pdf == cover.pdf
        && open.cover_html == cover.html
        && open.subject == cover.subject;
    match (is_same, open.cover == message.decision.cover_content) {
        (true, _) => None,
        (false, true) => Some(OutdatedReason::CoverTemplate),
        (false, false) => Some(OutdatedReason::Cover),
    }
}
