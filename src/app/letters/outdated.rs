//! What of a message is not as the records are now, and why: `plan` shows it, and `send` does not send it.
//!
//! One function for both, so that they never differ.

use super::evaluate::{EvaluatedLetter, LetterEvaluator};
use super::plan_message::{PlannedMailing, PlannedMessage};
use crate::letter::mailing::Mailing;
use crate::plan::decision::envelope_parts::EnvelopeChanges;
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
    /// The names of documents to all messages that are new or changed.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub enclosures: BTreeSet<String>,
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
    /// A document that goes with every message.
    Enclosure,
    /// The sender, or the address for answers.
    Sender,
    /// The copies.
    Copies,
    /// The authority signs letters before they leave, or no longer does.
    Signing,
    /// Something else that decides about its bytes; of messages of earlier versions nothing more is known.
    Other,
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
            Self::Enclosure => "une pièce jointe à tous les messages",
            Self::Sender => "l'expéditeur, ou l'adresse de réponse",
            Self::Copies => "les adresses en copie",
            Self::Signing => "la signature de l'autorité avant l'envoi",
            Self::Other => "une pièce jointe à tous les messages, l'expéditeur ou les copies",
            Self::Withdrawn => "un message fait, qui n'a plus lieu d'être",
        }
    }

    /// The same, with the names of enclosures that changed.
    pub fn told(self, enclosures: &BTreeSet<String>) -> String {
        let names: Vec<&str> = enclosures.iter().map(String::as_str).collect();
        match (self, names.as_slice()) {
            (Self::Enclosure, []) => {
                "une pièce jointe à tous les messages a été retirée".to_owned()
            }
            (Self::Enclosure, [one]) => format!("la pièce jointe {one}"),
            (Self::Enclosure, several) => format!("les pièces jointes {}", several.join(", ")),
            _ => self.french().to_owned(),
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
        let MessageDifference { reasons, enclosures } = match planned {
            Some(planned) => reasons(evaluator, planned),
            None => MessageDifference::of(OutdatedReason::Failed),
        };
        let called = &evaluator.resolved.desired.letters;
        let letters = mailing.letters.iter().map(|at| called[*at].reference.to_string());
        let uai = mailing.uai.to_string();
        (!reasons.is_empty()).then(|| Self { uai, letters: letters.collect(), reasons, enclosures })
    }
}

/// What of one message is not as it was.
#[derive(Default)]
struct MessageDifference {
    reasons: BTreeSet<OutdatedReason>,
    enclosures: BTreeSet<String>,
}

impl MessageDifference {
    fn of(reason: OutdatedReason) -> Self {
        Self { reasons: BTreeSet::from([reason]), enclosures: BTreeSet::new() }
    }
}

fn reasons(evaluator: &LetterEvaluator<'_>, planned: &PlannedMailing<'_>) -> MessageDifference {
    let mut parts = MessageDifference::default();
    let found = &mut parts.reasons;
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
        return parts;
    }
    match &planned.message {
        Some(Ok(message)) if message.decision.same.is_some() => {}
        Some(Ok(message)) => parts = other_message(evaluator, message),
        Some(Err(_)) => drop(found.insert(OutdatedReason::Failed)),
        None => {}
    }
    if parts.reasons.is_empty() && !planned.retired.is_empty() {
        parts.reasons.insert(OutdatedReason::Withdrawn);
    }
    parts
}

/// How a message differs from the open one of its school.
fn other_message(
    evaluator: &LetterEvaluator<'_>,
    message: &PlannedMessage<'_>,
) -> MessageDifference {
    let Some(open) = evaluator.history.open(message.mailing.uai.as_str()) else {
        return MessageDifference::of(OutdatedReason::Message);
    };
    let mut found = MessageDifference::default();
    if open.address.as_deref() != message.mailing.address.map(|to| to.as_str()) {
        found.reasons.insert(OutdatedReason::Address);
    }
    if open.letters.len() != message.mailing.letters.len() {
        found.reasons.insert(OutdatedReason::Letter);
    }
    found.reasons.extend(other_cover(open, message));
    other_parts(evaluator, open, message, &mut found);
    if found.reasons.is_empty() {
        found.reasons.insert(OutdatedReason::Other);
    }
    found
}

/// Adds what neither letters nor cover show.
fn other_parts(
    evaluator: &LetterEvaluator<'_>,
    open: &MessageEntry,
    message: &PlannedMessage<'_>,
    found: &mut MessageDifference,
) {
    let changes = EnvelopeChanges::between(&open.fingerprint, &message.decision.fingerprint);
    let Some(changes) = changes else { return };
    for (differs, reason) in [
        (changes.other_enclosures, OutdatedReason::Enclosure),
        (changes.sender, OutdatedReason::Sender),
        (changes.copies, OutdatedReason::Copies),
        (changes.held, OutdatedReason::Signing),
    ] {
        if differs {
            found.reasons.insert(reason);
        }
    }
    let enclosures = &evaluator.resolved.enclosures;
    let names = changes.enclosures.iter().filter_map(|at| enclosures.get(*at));
    found.enclosures.extend(names.map(|enclosure| enclosure.name.clone()));
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
