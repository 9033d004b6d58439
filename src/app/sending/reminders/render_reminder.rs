//! Makes a reminder: its text from the template, the letters once more, and its row for the ledger.

use super::due_reminders::DueReminder;
use crate::app::letters::evaluate::{LetterEvaluator, inputs_hash};
use crate::app::sending::queue::freeze::FreezeError;
use crate::app::sending::queue::rendered_message::{RenderedMessage, failed, store_templates};
use crate::diagnostic::Problem;
use crate::ledger::Ledger;
use crate::ledger::object_store::hash;
use crate::ledger::write::message::NewMessage;
use crate::letter::mailing::Occasion;
use crate::mail::mail_page::{self, MailPage};
use crate::mail::message::{Draft, DraftKind, FrozenMessage, Part, SendMethod};
use crate::mail::{message, plain_text};
use crate::plan::history::{MessageKind, MessageLetter};
use crate::render::engine::Html;
use crate::render::template_names::{DATA_REMINDER, REMINDER};
use jiff::civil::Date;
use serde_json::json;

/// A reminder as it would be sent, not kept anywhere.
pub struct ComposedReminder {
    /// What the template was given, as JSON.
    content: String,
    /// Its text.
    page: Html,
    /// The frozen bytes and their Message-ID.
    pub frozen: FrozenMessage,
}

/// Renders the text of a reminder and freezes its message. Writes nothing.
pub fn compose_reminder(
    evaluator: &LetterEvaluator<'_>,
    ledger: &Ledger,
    due: &DueReminder<'_, '_>,
    today: Date,
    method: SendMethod,
) -> Result<ComposedReminder, FreezeError> {
    let content = content(evaluator, due, today)?;
    let engine = &evaluator.resolved.engine;
    let compiled =
        engine.html(REMINDER, DATA_REMINDER, content.clone().into_bytes()).map_err(|problems| {
            let none = || Problem::error("E-BUG", "le rappel ne peut pas être composé");
            failed(problems.into_iter().next().unwrap_or_else(none))
        })?;
    let text = MailPage::of(&compiled).framed();
    let page = Html { text, subject: mail_page::plain(&compiled.subject), ..compiled };
    let frozen = frozen(evaluator, ledger, due, &page, method)?;
    Ok(ComposedReminder { content, page, frozen })
}

/// Renders a reminder and keeps its objects. Writes no row.
pub fn render_reminder(
    evaluator: &LetterEvaluator<'_>,
    ledger: &Ledger,
    due: &DueReminder<'_, '_>,
    today: Date,
    method: SendMethod,
) -> Result<RenderedMessage, FreezeError> {
    let desired = &evaluator.resolved.desired;
    let ComposedReminder { content, page, frozen } =
        compose_reminder(evaluator, ledger, due, today, method)?;
    let name = desired.mailing_name(&due.mailing);
    let html = ledger.store.put(page.text.as_bytes()).map_err(FreezeError::Disk)?;
    let bytes = ledger.store.put(&frozen.bytes).map_err(FreezeError::Disk)?;
    let inputs = evaluator.inputs(&page.read);
    store_templates(evaluator, ledger, &inputs)?;
    let places = due.mailing.letters.iter().zip(&due.revisions);
    let mut letters: Vec<MessageLetter> = places
        .map(|(at, revision)| MessageLetter {
            reference: desired.letters[*at].reference.to_string(),
            revision: revision.id,
            readdressed: true,
        })
        .collect();
    letters.sort();
    let row = NewMessage {
        campaign: desired.campaign.id.value.to_string(),
        uai: due.mailing.uai.to_string(),
        number: due.number,
        name,
        address: due.mailing.address.map(|to| to.as_str().to_owned()),
        date: today,
        addressees: Vec::new(),
        cover: hash(content.as_bytes()).to_string(),
        inputs: inputs_hash(&inputs),
        fingerprint: hash(&frozen.bytes).to_string(),
        cover_pdf: html.clone(),
        cover_html: html,
        subject: page.subject,
        letters,
        kind: MessageKind::Reminder,
        held: false,
    };
    Ok(RenderedMessage { row, inputs, frozen, bytes })
}

/// What the template is given, as JSON.
fn content(
    evaluator: &LetterEvaluator<'_>,
    due: &DueReminder<'_, '_>,
    today: Date,
) -> Result<String, FreezeError> {
    let going = due.letters(evaluator.resolved, evaluator.history);
    let occasion = Occasion { date: today, letters: &going };
    let cover =
        evaluator.resolved.desired.cover(&due.mailing, &occasion, "html").map_err(failed)?;
    let mut content = serde_json::to_value(&cover)
        .map_err(|error| failed(Problem::error("E-BUG", format!("contenu illisible : {error}"))))?;
    let wrong_copies: Vec<_> = due
        .wrong_copies
        .iter()
        .map(|copy| json!({ "reference": copy.reference, "revision": copy.revision }))
        .collect();
    content["reminder"] = json!({
        "number": due.number, "sent_on": due.sent_on, "reply_by": due.reply_by,
        "incomplete": due.incomplete, "wrong_copies": wrong_copies,
    });
    Ok(content.to_string())
}

/// The message with the letters once more.
fn frozen(
    evaluator: &LetterEvaluator<'_>,
    ledger: &Ledger,
    due: &DueReminder<'_, '_>,
    page: &Html,
    method: SendMethod,
) -> Result<FrozenMessage, FreezeError> {
    let resolved = evaluator.resolved;
    let text = plain_text::from_html(&page.text).map_err(failed)?;
    let letters: Vec<Vec<u8>> = due
        .revisions
        .iter()
        .map(|revision| ledger.store.get(&revision.issued).map_err(FreezeError::Disk))
        .collect::<Result<_, _>>()?;
    let names = resolved
        .attachment_names(&due.mailing, &due.letters(evaluator.resolved, evaluator.history));
    let parts: Vec<Part<'_>> =
        letters.iter().zip(&names).map(|(bytes, name)| Part { name, bytes }).collect();
    let Some(to) = due.mailing.address else {
        return Err(failed(Problem::error("E-MESSAGE", "ce message n'a pas d'adresse")));
    };
    message::freeze(&Draft {
        name: &resolved.desired.mailing_name(&due.mailing),
        revision: due.number,
        kind: DraftKind::Reminder,
        from: &resolved.settings.mail.from,
        reply_to: &resolved.settings.mail.reply_to,
        to,
        copies: &[],
        subject: &page.subject,
        text: &text,
        html: &page.text,
        parts: &parts,
        references: &due.references,
        method,
    })
    .map_err(failed)
}
