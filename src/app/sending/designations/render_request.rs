//! Makes a request: its text from the template, and its row for the ledger. It carries no attachment.

use super::due_requests::DueRequest;
use crate::app::letters::evaluate::{LetterEvaluator, inputs_hash};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::queue::freeze::FreezeError;
use crate::app::sending::queue::rendered_message::{RenderedMessage, failed, store_templates};
use crate::app::sending::refusal::SendRefusal;
use crate::diagnostic::Problem;
use crate::ledger::Ledger;
use crate::ledger::object_store::hash;
use crate::ledger::write::message::NewMessage;
use crate::letter::content::record_views::HeadView;
use crate::letter::designation::request_content::RequestOccasion;
use crate::letter::designation::without_referent::SchoolWithoutReferent;
use crate::mail::mail_page::{self, MailPage};
use crate::mail::message::{Draft, DraftKind, FrozenMessage, SendMethod};
use crate::mail::{message, plain_text};
use crate::plan::history::{Addressee, MessageKind};
use crate::records::values::EmailAddress;
use crate::records::word_lists::WithoutReferent;
use crate::render::engine::Html;
use crate::render::template_names::{DATA_DESIGNATION, DESIGNATION};
use jiff::civil::Date;

/// The project can ask for referents.
pub(super) fn check_project(resolved: &ResolvedCampaign<'_>) -> Result<(), SendRefusal> {
    if resolved.settings.letters.without_referent != WithoutReferent::Skip {
        return Err(SendRefusal::LettersAreOpen);
    }
    match resolved.templates.iter().any(|file| file.path == DESIGNATION) {
        true => Ok(()),
        false => Err(SendRefusal::TemplateMissing(DESIGNATION)),
    }
}

/// The text of a request.
pub(super) struct RequestText {
    content: String,
    pub(super) page: Html,
}

/// Renders the text of a request.
pub(super) fn render_text(
    resolved: &ResolvedCampaign<'_>,
    due: &DueRequest<'_>,
    today: Date,
) -> Result<RequestText, FreezeError> {
    let occasion = RequestOccasion { date: today, asked_on: due.asked_on };
    let content = resolved.desired.request(&due.schools, occasion);
    let content = serde_json::to_string(&content)
        .map_err(|error| failed(Problem::error("E-BUG", format!("contenu illisible : {error}"))))?;
    let compiled = resolved
        .engine
        .html(DESIGNATION, DATA_DESIGNATION, content.clone().into_bytes())
        .map_err(|problems| {
            let none = || Problem::error("E-BUG", "la demande ne peut pas être composée");
            failed(problems.into_iter().next().unwrap_or_else(none))
        })?;
    let text = MailPage::of(&compiled).framed();
    let page = Html { text, subject: mail_page::plain(&compiled.subject), ..compiled };
    Ok(RequestText { content, page })
}

/// Freezes the message of a request, to an address.
pub(super) fn freeze_to(
    resolved: &ResolvedCampaign<'_>,
    due: &DueRequest<'_>,
    (subject, html): (&str, &str),
    to: &EmailAddress,
    method: SendMethod,
) -> Result<FrozenMessage, FreezeError> {
    let text = plain_text::from_html(html).map_err(failed)?;
    message::freeze(&Draft {
        name: &resolved.desired.request_name(due.uai),
        revision: due.number,
        kind: DraftKind::Designation,
        from: &resolved.settings.mail.from,
        reply_to: &resolved.settings.mail.reply_to,
        to,
        copies: &[],
        subject,
        text: &text,
        html,
        parts: &[],
        references: &due.references,
        method,
    })
    .map_err(failed)
}

/// The message of a request as it would be sent, not kept anywhere.
pub(super) fn freeze_request(
    resolved: &ResolvedCampaign<'_>,
    due: &DueRequest<'_>,
    today: Date,
    method: SendMethod,
) -> Result<FrozenMessage, FreezeError> {
    let RequestText { page, .. } = render_text(resolved, due, today)?;
    freeze_to(resolved, due, (&page.subject, &page.text), due.address, method)
}

/// Renders a request and freezes its message. Writes objects, no row.
pub(super) fn render_request(
    evaluator: &LetterEvaluator<'_>,
    ledger: &Ledger,
    due: &DueRequest<'_>,
    today: Date,
    method: SendMethod,
) -> Result<RenderedMessage, FreezeError> {
    let resolved = evaluator.resolved;
    let desired = &resolved.desired;
    let RequestText { content, page } = render_text(resolved, due, today)?;
    let frozen = freeze_to(resolved, due, (&page.subject, &page.text), due.address, method)?;
    let html = ledger.store.put(page.text.as_bytes()).map_err(FreezeError::Disk)?;
    let bytes = ledger.store.put(&frozen.bytes).map_err(FreezeError::Disk)?;
    let inputs = evaluator.inputs(&page.read);
    store_templates(evaluator, ledger, &inputs)?;
    let row = NewMessage {
        campaign: desired.campaign.id.value.to_string(),
        uai: due.uai.to_owned(),
        number: due.number,
        name: desired.request_name(due.uai),
        address: Some(due.address.as_str().to_owned()),
        date: today,
        addressees: due.schools.iter().map(addressee).collect(),
        cover: hash(content.as_bytes()).to_string(),
        inputs: inputs_hash(&inputs),
        fingerprint: hash(&frozen.bytes).to_string(),
        cover_pdf: html.clone(),
        cover_html: html,
        subject: page.subject,
        letters: Vec::new(),
        kind: MessageKind::Designation,
        held: false,
    };
    Ok(RenderedMessage { row, inputs, frozen, bytes })
}

fn addressee(school: &SchoolWithoutReferent<'_>) -> Addressee {
    let head = school.establishment.head.as_ref().map(HeadView::new);
    Addressee {
        uai: school.establishment.uai.value.to_string(),
        head: serde_json::to_value(head).unwrap_or_default(),
    }
}
