//! Makes the messages that would leave as the records are now, or finds the last one that left, and shows them on
//! one page. Writes that page alone: nothing in the ledger, nothing in the outbox.

use super::preview_error::PreviewError;
use super::preview_page::PreviewPage;
use super::shown_message::{MessageLabel, ShownKind, ShownMessage};
use crate::app::letters::evaluate::{EvaluatedLetter, LetterEvaluator};
use crate::app::letters::message_document::{self, MessageParts};
use crate::app::letters::plan_message::{PlannedMessage, RenderedCover};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::selection::{self, LetterChoice};
use crate::app::sending::queue::freeze::FreezeError;
use crate::app::sending::queue::open_messages::school_name;
use crate::app::sending::referents::render_referent_message::{
    ReferentLetter, compose_referent_message,
};
use crate::app::sending::reminders::due_reminders::due_reminders;
use crate::app::sending::reminders::render_reminder::compose_reminder;
use crate::diagnostic::Problem;
use crate::files;
use crate::ledger::Ledger;
use crate::letter::mailing::Mailing;
use crate::mail::message::SendMethod;
use crate::plan::Orders;
use crate::plan::decision::decide_message::MessageCover;
use crate::plan::decision::letter_decision::CurrentRevision;
use crate::plan::history::{CampaignHistory, ObjectHash};
use crate::project::output_folders::FileWriteError;
use crate::render::template_names::REMINDER;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;

/// Messages shown where nobody named any.
const MAX_SHOWN: usize = 12;

/// Which messages are to be shown.
#[derive(Clone, Copy, Debug)]
pub struct PreviewRequest<'r> {
    /// Schools, persons, references; all if empty.
    pub only: &'r [String],
    /// The reminders that are due, instead of the messages.
    pub reminders: bool,
    /// The day it is.
    pub today: Date,
}

/// Messages that were shown. Serialized, it is the JSON document of `preview`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PreviewOutcome {
    /// The page, relative to the project.
    pub page: String,
    /// The messages on it.
    pub messages: Vec<ShownMessage>,
    /// Messages that are not on it, as there are too many.
    pub left_out: usize,
    /// Schools whose message has no address: it cannot be shown.
    pub without_address: Vec<String>,
}

/// Shows messages, and writes the page.
pub fn preview_messages(
    resolved: &ResolvedCampaign<'_>,
    ledger: Option<&Ledger>,
    request: PreviewRequest<'_>,
) -> Result<PreviewOutcome, PreviewError> {
    let desired = &resolved.desired;
    let choice = LetterChoice { names: request.only, departement: None };
    let all = || (0..desired.mailings.len()).collect();
    let chosen = selection::chosen(desired, choice)?.unwrap_or_else(all);
    let campaign = desired.campaign.id.as_str();
    let history = ledger.map(|ledger| ledger.history(campaign)).transpose()?.unwrap_or_default();
    let orders = Orders::default();
    let evaluator = LetterEvaluator::new(resolved, &history, ledger, &orders, request.today);
    let most = if request.only.is_empty() { MAX_SHOWN } else { usize::MAX };
    let preview = Preview { resolved, ledger, history: &history, evaluator: &evaluator, most };
    let mut outcome = match request.reminders {
        true => preview.reminders(&chosen, request.today)?,
        false => preview.messages(&chosen)?,
    };
    outcome.page = write_page(resolved, &outcome.messages)?;
    Ok(outcome)
}

/// Writes the page; gives its path within the project.
fn write_page(
    resolved: &ResolvedCampaign<'_>,
    messages: &[ShownMessage],
) -> Result<String, FileWriteError> {
    let relative = format!("{}/preview/index.html", resolved.output);
    let path = resolved.project.path(&relative);
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| FileWriteError::new(folder, error))?;
    let page = PreviewPage { campaign: resolved.desired.campaign.id.as_str(), messages }.to_html();
    files::write_whole(&path, page.as_bytes(), false)
        .map_err(|error| FileWriteError::new(&path, error))?;
    Ok(relative)
}

/// What showing messages reads.
struct Preview<'p, 'r> {
    resolved: &'p ResolvedCampaign<'r>,
    ledger: Option<&'p Ledger>,
    history: &'p CampaignHistory,
    evaluator: &'p LetterEvaluator<'r>,
    most: usize,
}

impl<'r> Preview<'_, 'r> {
    /// The messages of these mailings.
    fn messages(&self, chosen: &BTreeSet<usize>) -> Result<PreviewOutcome, PreviewError> {
        let mut outcome = PreviewOutcome::default();
        for mailing in chosen.iter().map(|at| &self.resolved.desired.mailings[*at]) {
            if mailing.address.is_none() {
                outcome.without_address.push(school_name(self.resolved, mailing));
            } else if outcome.messages.len() >= self.most {
                outcome.left_out += 1;
            } else {
                outcome.messages.extend(self.of_mailing(mailing)?);
            }
        }
        Ok(outcome)
    }

    /// The message that a mailing needs, else the last one that left, if there ever was one; and those to its
    /// referents.
    fn of_mailing(&self, mailing: &Mailing<'r>) -> Result<Vec<ShownMessage>, PreviewError> {
        let planned = self.evaluator.plan_mailing(mailing);
        let name = self.resolved.desired.mailing_name(mailing);
        let cannot = |problems: Vec<Problem>| self.cannot(&name, problems);
        let mut letters = Vec::new();
        for letter in planned.letters {
            letters.push(letter.map_err(cannot)?);
        }
        let message = match planned.message.transpose().map_err(cannot)? {
            Some(message) => Some(self.fresh(&message, &letters)?),
            None => self.last_sent(mailing)?,
        };
        let mut shown: Vec<ShownMessage> = message.into_iter().collect();
        if self.resolved.settings.letters.referent_message {
            for (place, letter) in mailing.letters.iter().zip(&letters) {
                shown.extend(self.to_referent(*place, letter)?);
            }
        }
        Ok(shown)
    }

    /// The message that a letter's referent gets, or got; none without a valid address.
    fn to_referent(
        &self,
        place: usize,
        letter: &EvaluatedLetter,
    ) -> Result<Option<ShownMessage>, PreviewError> {
        let called = &self.resolved.desired.letters[place];
        let reference = called.reference.to_string();
        let Some(to) = self.resolved.desired.referent_address(called) else { return Ok(None) };
        let mailing = Mailing {
            uai: &called.establishment.uai.value,
            address: Some(to),
            letters: vec![place],
        };
        let sent = self.history.to_referents.values().rfind(|message| {
            message.state.has_left() && message.letters.iter().any(|one| one.reference == reference)
        });
        if let Some(hash) = sent.filter(|_| !letter.pending).and_then(|sent| sent.bytes.as_ref()) {
            let bytes = self.object(&reference, hash)?;
            return self.shown(&mailing, ShownKind::Referent, &bytes).map(Some);
        }
        let issued = self.pdf(&reference, letter)?;
        let in_message = self.evaluator.letter_in_message(letter);
        let one = ReferentLetter {
            place,
            letter: &in_message,
            issued: &issued,
            to,
            number: 1,
            sent_on: None,
        };
        let today = self.evaluator.today;
        let made = compose_referent_message(self.resolved, &one, today, SendMethod::Outbox(today))
            .map_err(|error| failure(&reference, &error))?;
        self.shown(&mailing, ShownKind::Referent, &made.frozen.bytes).map(Some)
    }

    /// A message that has to go.
    fn fresh(
        &self,
        message: &PlannedMessage<'_>,
        letters: &[EvaluatedLetter],
    ) -> Result<ShownMessage, PreviewError> {
        let name = self.resolved.desired.mailing_name(&message.mailing);
        let going: Vec<&EvaluatedLetter> = letters.iter().filter(|one| one.pending).collect();
        let sent: Vec<_> =
            going.iter().flat_map(|one| self.evaluator.documents_in_message(one)).collect();
        let mut pdfs: Vec<Vec<u8>> = Vec::new();
        for one in going {
            for document in &one.along {
                pdfs.push(self.object(&name, &document.issued)?);
            }
            pdfs.push(self.pdf(&name, one)?);
        }
        let decision = &message.decision;
        let (cover_pdf, cover_html) = self.cover(&name, &decision.cover)?;
        let parts = MessageParts {
            number: decision.number,
            method: SendMethod::Outbox(decision.date),
            references: &[],
            sent: &sent,
            letters: &pdfs,
            cover_pdf: &cover_pdf,
            cover_html: &cover_html,
            subject: &decision.cover.hashes().subject,
        };
        let frozen = message_document::message(self.resolved, &message.mailing, &parts)
            .map_err(|problem| self.cannot(&name, vec![problem]))?;
        self.shown(&message.mailing, ShownKind::ToSend, &frozen.bytes)
    }

    /// The last message that left with the letters of a mailing.
    fn last_sent(&self, mailing: &Mailing<'r>) -> Result<Option<ShownMessage>, PreviewError> {
        let letters = mailing.letters.iter().map(|at| &self.resolved.desired.letters[*at]);
        let sent = letters.filter_map(|one| self.history.last_sent(&one.reference.to_string()));
        let last = sent.max_by_key(|message| message.id);
        let Some(hash) = last.and_then(|message| message.bytes.as_ref()) else { return Ok(None) };
        let name = self.resolved.desired.mailing_name(mailing);
        let bytes = self.object(&name, hash)?;
        self.shown(mailing, ShownKind::Sent, &bytes).map(Some)
    }

    /// The reminders that are due to these mailings.
    fn reminders(
        &self,
        chosen: &BTreeSet<usize>,
        today: Date,
    ) -> Result<PreviewOutcome, PreviewError> {
        if !self.resolved.templates.iter().any(|file| file.path == REMINDER) {
            return Err(PreviewError::NoReminderTemplate);
        }
        let mut outcome = PreviewOutcome::default();
        let Some(ledger) = self.ledger else { return Ok(outcome) };
        let due = due_reminders(self.resolved, self.history, Some(chosen), today);
        outcome.left_out = due.fresh.len().saturating_sub(self.most);
        let method = SendMethod::Outbox(today);
        for one in due.fresh.iter().take(self.most) {
            let name = self.resolved.desired.mailing_name(&one.mailing);
            let made = compose_reminder(self.evaluator, ledger, one, today, method)
                .map_err(|error| failure(&name, &error))?;
            let shown = self.shown(&one.mailing, ShownKind::Reminder, &made.frozen.bytes)?;
            outcome.messages.push(shown);
        }
        for one in due.open.iter().take(self.most.saturating_sub(outcome.messages.len())) {
            let Some(hash) = &one.message.bytes else { continue };
            let name = self.resolved.desired.mailing_name(&one.mailing);
            let bytes = self.object(&name, hash)?;
            outcome.messages.push(self.shown(&one.mailing, ShownKind::Reminder, &bytes)?);
        }
        Ok(outcome)
    }

    fn shown(
        &self,
        mailing: &Mailing<'_>,
        kind: ShownKind,
        bytes: &[u8],
    ) -> Result<ShownMessage, PreviewError> {
        let name = self.resolved.desired.mailing_name(mailing);
        let school = school_name(self.resolved, mailing);
        let why = |error: String| PreviewError::Message { name: name.clone(), why: error };
        ShownMessage::read(MessageLabel { name: name.clone(), school, kind }, bytes)
            .map_err(|error| why(error.to_string()))
    }

    fn pdf(&self, name: &str, letter: &EvaluatedLetter) -> Result<Vec<u8>, PreviewError> {
        match &letter.current {
            CurrentRevision::Made(made) => Ok(made.bytes().to_vec()),
            CurrentRevision::Kept(revision) => self.object(name, &revision.issued),
            CurrentRevision::Undecided => Ok(Vec::new()),
        }
    }

    fn cover(
        &self,
        name: &str,
        cover: &MessageCover<RenderedCover>,
    ) -> Result<(Vec<u8>, String), PreviewError> {
        match cover {
            MessageCover::Made(made) => Ok((made.document.pdf.clone(), made.document.html.clone())),
            MessageCover::Kept(kept) => {
                let html = self.object(name, &kept.html)?;
                Ok((self.object(name, &kept.pdf)?, String::from_utf8_lossy(&html).into_owned()))
            }
        }
    }

    fn object(&self, name: &str, hash: &ObjectHash) -> Result<Vec<u8>, PreviewError> {
        let lost = || PreviewError::Message {
            name: name.to_owned(),
            why: "un original manque dans data/ledger/objects".to_owned(),
        };
        self.ledger.and_then(|ledger| ledger.store.get(hash).ok()).ok_or_else(lost)
    }

    fn cannot(&self, name: &str, problems: Vec<Problem>) -> PreviewError {
        let why: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
        PreviewError::Message { name: name.to_owned(), why: why.join(" ; ") }
    }
}

fn failure(name: &str, error: &FreezeError) -> PreviewError {
    PreviewError::Message { name: name.to_owned(), why: error.to_string() }
}
