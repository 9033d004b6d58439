//! The cover of a message as a document: PDF, and HTML which is the mail's body too.
//!
//! Gives bytes; must not know where they go, nor what the ledger has.

use crate::app::letters::letter_document::{json, with_record};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::diagnostic::Problem;
use crate::letter::mailing::{Mailing, Occasion};
use crate::mail::mail_page::{self, MailPage};
use crate::render::engine::Metadata;
use crate::render::expected_content::ExpectedContent;
use crate::render::template_names::{COVER, DATA_COVER};
use jiff::civil::Date;

/// A cover in its forms.
#[derive(Debug)]
pub struct CoverDocument {
    /// The cover as PDF.
    pub pdf: Vec<u8>,
    /// The cover as an HTML page, the body of the mail.
    pub html: String,
    /// Subject of the message.
    pub subject: String,
    /// Template files that were read.
    pub read: Vec<String>,
}

/// The content of a cover as JSON. Its two forms differ in the first key alone.
///
/// # Errors
/// A rule quotes what the records do not have.
pub(in crate::app) fn content(
    resolved: &ResolvedCampaign<'_>,
    mailing: &Mailing<'_>,
    occasion: &Occasion<'_>,
) -> Result<String, Vec<Problem>> {
    json(&resolved.desired.cover(mailing, occasion, "pdf").map_err(|problem| vec![problem])?)
}

/// The cover of a message, by its number and printed date.
///
/// # Errors
/// The template fails, or a reference is missing on the page.
pub(in crate::app) fn render(
    resolved: &ResolvedCampaign<'_>,
    mailing: &Mailing<'_>,
    (number, date): (u32, Date),
    content: &str,
) -> Result<CoverDocument, Vec<Problem>> {
    let desired = &resolved.desired;
    let first = &desired.letters[mailing.letters[0]];
    let name = desired.mailing_name(mailing);
    let references = mailing.letters.iter().map(|at| desired.letters[*at].reference.to_string());
    let metadata = Metadata {
        title: format!("Courrier d'accompagnement {name}"),
        author: resolved.settings.organisation.name.to_string(),
        keywords: vec![name.clone()],
        identity: format!("missive cover {name} r{number}"),
        date,
        expected: ExpectedContent {
            every_page: Vec::new(),
            somewhere: references.collect(),
            ..ExpectedContent::default()
        },
    };
    let located = |problems| with_record(problems, first);
    let as_html = content.replacen("{\"form\":\"pdf\"", "{\"form\":\"html\"", 1).into_bytes();
    let as_pdf = content.as_bytes().to_vec();
    let pdf = resolved.engine.pdf(COVER, DATA_COVER, as_pdf, &metadata).map_err(located)?;
    let html = resolved.engine.html(COVER, DATA_COVER, as_html).map_err(located)?;
    let mut read = pdf.read;
    read.extend(html.read.iter().cloned());
    read.sort();
    read.dedup();
    let page = MailPage::of(&html);
    let subject = mail_page::plain(&html.subject);
    Ok(CoverDocument { pdf: pdf.bytes, html: page.framed(), subject, read })
}
