//! Makes a message to a referent: its text from the template, the letter as it left, and its row for the ledger.

use super::due_referent_messages::DueReferentMessage;
use crate::app::letters::evaluate::{LetterEvaluator, inputs_hash};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::queue::freeze::FreezeError;
use crate::app::sending::queue::rendered_message::{RenderedMessage, failed, store_templates};
use crate::app::sending::refusal::SendRefusal;
use crate::diagnostic::Problem;
use crate::ledger::Ledger;
use crate::ledger::object_store::hash;
use crate::ledger::write::message::NewMessage;
use crate::letter::mailing::{LetterInMessage, Mailing, Occasion};
use crate::mail::mail_page::{self, MailPage};
use crate::mail::message::{Draft, DraftKind, FrozenMessage, Part, SendMethod};
use crate::mail::{message, plain_text};
use crate::plan::history::{MessageKind, MessageLetter};
use crate::records::values::EmailAddress;
use crate::render::engine::Html;
use crate::render::template_names::{DATA_REFERENT, REFERENT};
use jiff::civil::Date;
use serde_json::{Value, json};

/// The project can write to referents, where it is to.
pub fn check_template(resolved: &ResolvedCampaign<'_>) -> Result<(), SendRefusal> {
    let is_there = || resolved.templates.iter().any(|file| file.path == REFERENT);
    match !resolved.settings.letters.referent_message || is_there() {
        true => Ok(()),
        false => Err(SendRefusal::TemplateMissing(REFERENT)),
    }
}

/// A letter for the referent whom it names.
#[derive(Clone, Debug)]
pub struct ReferentLetter<'a> {
    /// The place of the letter among those of the campaign.
    pub place: usize,
    /// What the document is.
    pub letter: &'a LetterInMessage,
    /// The document as it is issued.
    pub issued: &'a [u8],
    /// Where to.
    pub to: &'a EmailAddress,
    /// Number among the messages to referents of that school, from 1.
    pub number: u32,
    /// The day the document left to the school; none where it has not.
    pub sent_on: Option<Date>,
}

/// A message to a referent as it would be sent, not kept anywhere.
pub struct ComposedReferentMessage {
    /// What the template was given, as JSON.
    content: String,
    /// Its text.
    page: Html,
    /// The frozen bytes and their Message-ID.
    pub frozen: FrozenMessage,
}

/// Renders the text of a message to a referent and freezes it. Writes nothing.
pub fn compose_referent_message(
    resolved: &ResolvedCampaign<'_>,
    one: &ReferentLetter<'_>,
    today: Date,
    method: SendMethod,
) -> Result<ComposedReferentMessage, FreezeError> {
    let mailing = mailing_of(resolved, one.place);
    let sent = std::slice::from_ref(one.letter);
    let occasion = Occasion { date: today, letters: sent };
    let cover = resolved.desired.cover(&mailing, &occasion, "html").map_err(failed)?;
    let mut content = serde_json::to_value(&cover)
        .map_err(|error| failed(Problem::error("E-BUG", format!("contenu illisible : {error}"))))?;
    content["sent_on"] = json!(one.sent_on.unwrap_or(today));
    // The letter goes alone.
    content["file"] = Value::Null;
    content["enclosures"] = json!([]);
    let content = content.to_string();
    let compiled = resolved
        .engine
        .html(REFERENT, DATA_REFERENT, content.clone().into_bytes())
        .map_err(|problems| {
            let none = || Problem::error("E-BUG", "le message ne peut pas être composé");
            failed(problems.into_iter().next().unwrap_or_else(none))
        })?;
    let text = MailPage::of(&compiled).framed();
    let mut subject = mail_page::plain(&compiled.subject);
    if matches!(method, SendMethod::Test(_)) {
        subject = format!("ESSAI – {subject}");
    }
    let page = Html { text, subject, ..compiled };
    let names = resolved.attachment_names(&mailing, sent);
    let parts: Vec<Part<'_>> = names.iter().map(|name| Part { name, bytes: one.issued }).collect();
    let frozen = message::freeze(&Draft {
        name: &resolved.desired.mailing_name(&mailing),
        revision: one.number,
        kind: DraftKind::Referent,
        from: &resolved.settings.mail.from,
        reply_to: &resolved.settings.mail.reply_to,
        to: one.to,
        copies: &[],
        subject: &page.subject,
        text: &plain_text::from_html(&page.text).map_err(failed)?,
        html: &page.text,
        parts: &parts,
        references: &[],
        method,
    })
    .map_err(failed)?;
    Ok(ComposedReferentMessage { content, page, frozen })
}

/// Renders a message to a referent and keeps its objects. Writes no row.
pub fn render_referent_message(
    evaluator: &LetterEvaluator<'_>,
    ledger: &Ledger,
    due: &DueReferentMessage<'_, '_>,
    today: Date,
    method: SendMethod,
) -> Result<RenderedMessage, FreezeError> {
    let resolved = evaluator.resolved;
    let issued = ledger.store.get(&due.revision.issued).map_err(FreezeError::Disk)?;
    let DueReferentMessage { place, letter, to, number, sent_on, .. } = due;
    let (place, number, sent_on) = (*place, *number, *sent_on);
    let one = ReferentLetter { place, letter, issued: &issued, to, number, sent_on };
    let ComposedReferentMessage { content, page, frozen } =
        compose_referent_message(resolved, &one, today, method)?;
    let html = ledger.store.put(page.text.as_bytes()).map_err(FreezeError::Disk)?;
    let bytes = ledger.store.put(&frozen.bytes).map_err(FreezeError::Disk)?;
    let inputs = evaluator.inputs(&page.read);
    store_templates(evaluator, ledger, &inputs)?;
    let mailing = mailing_of(resolved, place);
    let reference = resolved.desired.letters[place].reference.to_string();
    let row = NewMessage {
        campaign: resolved.desired.campaign.id.value.to_string(),
        uai: mailing.uai.to_string(),
        number,
        name: resolved.desired.mailing_name(&mailing),
        address: Some(to.as_str().to_owned()),
        date: today,
        addressees: Vec::new(),
        cover: hash(content.as_bytes()).to_string(),
        inputs: inputs_hash(&inputs),
        fingerprint: hash(&frozen.bytes).to_string(),
        cover_pdf: html.clone(),
        cover_html: html,
        subject: page.subject,
        letters: vec![MessageLetter { reference, revision: due.revision.id, readdressed: true }],
        kind: MessageKind::Referent,
        held: false,
    };
    Ok(RenderedMessage { row, inputs, frozen, bytes })
}

/// One letter as a mailing of its own.
pub(super) fn mailing_of<'r>(resolved: &ResolvedCampaign<'r>, place: usize) -> Mailing<'r> {
    let letter = &resolved.desired.letters[place];
    let address = resolved.desired.referent_address(letter);
    Mailing { uai: &letter.establishment.uai.value, address, letters: vec![place] }
}
