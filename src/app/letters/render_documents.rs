//! Makes one document or message of a job: content to JSON, JSON to PDF and HTML, all to MIME.
//!
//! Pure: gives bytes; `generate` decides where they go.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::diagnostic::Problem;
use crate::letter::campaign_letters::CampaignLetters;
use crate::letter::content::LetterContent;
use crate::letter::issue::Issue;
use crate::letter::mailing::{Mailing, Occasion};
use crate::letter::mission_letter::Letter;
use crate::letter::page_code;
use crate::letter::provenance::Origins;
use crate::mail::message::{Draft, FrozenMessage, Part, Way};
use crate::mail::{message, plain_text};
use crate::records::word_lists::Writable;
use crate::render::engine::{Engine, Metadata, Pdf};
use crate::render::template_names::{COVER, DATA_COVER, DATA_LETTER, LETTER};
use crate::render::witness::Witness;
use crate::stages::Stage;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

fn json(value: &impl Serialize) -> Result<String, Vec<Problem>> {
    serde_json::to_string(value)
        .map_err(|error| vec![Problem::error("E-BUG", format!("contenu illisible : {error}"))])
}

/// The content of a letter as JSON, without its QR codes.
pub(in crate::app) fn words_json<'x>(
    resolved: &'x ResolvedCampaign<'x>,
    letter: &'x Letter<'x>,
    issue: &Issue,
) -> Result<String, Vec<Problem>> {
    let desired: &CampaignLetters<'x> = &resolved.desired;
    json(&desired.words(letter, issue).map_err(|problem| vec![problem])?)
}

/// Where the fields of a letter come from.
pub(in crate::app) fn origins<'x>(
    resolved: &'x ResolvedCampaign<'x>,
    letter: &'x Letter<'x>,
) -> Origins {
    let desired: &CampaignLetters<'x> = &resolved.desired;
    desired.origins(letter)
}

/// The content as a template reads it: with the QR codes of the revision at its end.
pub(in crate::app) fn with_codes(
    json: &str,
    reference: &str,
    revision: u32,
) -> Result<Vec<u8>, Vec<Problem>> {
    let codes = page_code::codes(reference, revision).map_err(|problem| vec![problem])?;
    let body = json.strip_suffix('}').unwrap_or(json);
    Ok(format!("{body},\"qr\":{}}}", self::json(&codes)?).into_bytes())
}

/// What the PDF of a letter says of itself; all from its content, so that it can be made again.
pub(in crate::app) fn metadata(content: &Value, witness: Witness) -> Metadata {
    let text = |path: &str| {
        let value = content.pointer(path);
        value.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let reference = text("/reference");
    let revision = content.pointer("/revision").and_then(Value::as_u64).unwrap_or(1);
    let act = match content.pointer("/supersedes/act").and_then(Value::as_str) {
        Some("amendment") => "Avenant à la lettre de mission",
        Some("end") => "Fin de mission",
        _ => "Lettre de mission",
    };
    Metadata {
        title: format!("{act} {reference}"),
        author: text("/organisation/name"),
        keywords: vec![reference.clone(), format!("révision {revision}")],
        identity: format!("missive {reference} r{revision}"),
        date: text("/date").parse().unwrap_or(Date::constant(2000, 1, 1)),
        witness,
    }
}

/// The PDF of a letter from its content's JSON.
pub(in crate::app) fn letter_pdf<'x>(
    resolved: &'x ResolvedCampaign<'x>,
    letter: &'x Letter<'x>,
    issue: &Issue,
    json: &str,
) -> Result<Pdf, Vec<Problem>> {
    let reference = letter.reference.to_string();
    let desired: &CampaignLetters<'x> = &resolved.desired;
    let content = desired.words(letter, issue).map_err(|problem| vec![problem])?;
    let witness = Witness {
        every_page: vec![reference.clone()],
        somewhere: letter.referent.map_or_else(Vec::new, |(referent, _)| {
            vec![referent.given_name.to_string(), referent.family_name.to_string()]
        }),
        labels: labels(&content),
        code_on_every_page: true,
    };
    let about = serde_json::json!({
        "reference": reference, "revision": issue.revision, "date": issue.date,
        "organisation": { "name": &*resolved.settings.organisation.name.value },
        "supersedes": issue.supersedes,
    });
    let metadata = metadata(&about, witness);
    let codes = || with_codes(json, &reference, issue.revision);
    let data = resolved.engine.stages().time(Stage::Content, codes)?;
    let pages = page_code::PAGES;
    let pdf = resolved
        .engine
        .pdf(LETTER, DATA_LETTER, data, &metadata)
        .map_err(|problems| with_record(problems, letter))?;
    if pdf.pages > pages {
        let problem = Problem::error("E-LENGTH", format!("la lettre a {} pages", pdf.pages))
            .at(letter.place())
            .help("raccourcir les priorités ou les textes de l'établissement");
        return Err(vec![problem]);
    }
    Ok(pdf)
}

/// A letter made again from its kept content alone.
pub(in crate::app) fn again(
    engine: &Engine,
    json: &str,
    content: &Value,
) -> Result<Pdf, Vec<Problem>> {
    let reference = content.get("reference").and_then(Value::as_str).unwrap_or_default();
    let revision = content.get("revision").and_then(Value::as_u64).unwrap_or(1);
    let data = with_codes(json, reference, u32::try_from(revision).unwrap_or(1))?;
    engine.pdf(LETTER, DATA_LETTER, data, &metadata(content, Witness::default()))
}

/// The labels of the boxes that a letter has to show: those to sign, and those to fill in unless
/// the record already says what they are for.
fn labels(content: &LetterContent<'_>) -> Vec<String> {
    let signed = content.signatures.iter().map(|signer| format!("sign-{}", signer.as_str()));
    let written = content
        .writable
        .iter()
        .filter(|w| **w != Writable::Priorities || content.establishment.priorities.is_empty())
        .map(|writable| format!("write-{}", writable.as_str()));
    signed.chain(written).collect()
}

/// A template's problem also says which record it came up with.
fn with_record(problems: Vec<Problem>, letter: &Letter<'_>) -> Vec<Problem> {
    let place = letter.place();
    problems
        .into_iter()
        .map(|problem| match problem.span {
            Some(_) => problem.related(place, "en composant la lettre de cet enregistrement"),
            None => problem.at(place).label("en composant la lettre de cet enregistrement"),
        })
        .collect()
}

/// A cover in its forms.
#[derive(Debug)]
pub struct Cover {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// The HTML page, which is the mail's body too.
    pub html: String,
    /// Subject.
    pub subject: String,
    /// Template files that were read.
    pub read: Vec<String>,
}

/// The content of a cover as JSON. Its two forms differ in the first key alone.
pub(in crate::app) fn cover_json(
    resolved: &ResolvedCampaign<'_>,
    mailing: &Mailing<'_>,
    occasion: &Occasion<'_>,
) -> Result<String, Vec<Problem>> {
    json(&resolved.desired.cover(mailing, occasion, "pdf").map_err(|problem| vec![problem])?)
}

/// The cover of a message.
pub(in crate::app) fn cover(
    resolved: &ResolvedCampaign<'_>,
    mailing: &Mailing<'_>,
    (number, date): (u32, Date),
    content: &str,
) -> Result<Cover, Vec<Problem>> {
    let desired = &resolved.desired;
    let first = &desired.letters[mailing.letters[0]];
    let name = desired.mailing_name(mailing);
    let metadata = Metadata {
        title: format!("Courrier d'accompagnement {name}"),
        author: resolved.settings.organisation.name.to_string(),
        keywords: vec![name.clone()],
        identity: format!("missive cover {name} r{number}"),
        date,
        witness: Witness {
            every_page: Vec::new(),
            somewhere: mailing
                .letters
                .iter()
                .map(|at| desired.letters[*at].reference.to_string())
                .collect(),
            ..Witness::default()
        },
    };
    let located = |problems| with_record(problems, first);
    let as_html = content.replacen("{\"form\":\"pdf\"", "{\"form\":\"html\"", 1).into_bytes();
    let as_pdf = content.as_bytes().to_vec();
    let pdf = resolved.engine.pdf(COVER, DATA_COVER, as_pdf, &metadata).map_err(located)?;
    let html = resolved.engine.html(COVER, DATA_COVER, as_html).map_err(located)?;
    let mut read = pdf.read;
    read.extend(html.read);
    read.sort();
    read.dedup();
    Ok(Cover { pdf: pdf.bytes, html: html.text, subject: html.subject, read })
}

/// What a message is made of besides the job.
pub(in crate::app) struct Contents<'a> {
    /// Number among the messages of its UAI.
    pub(in crate::app) number: u32,
    /// How it goes.
    pub(in crate::app) way: Way,
    /// Message-IDs of the messages it follows.
    pub(in crate::app) references: &'a [String],
    /// The letters as PDF, in the order of the mailing.
    pub(in crate::app) letters: &'a [Vec<u8>],
    /// The cover as PDF.
    pub(in crate::app) cover_pdf: &'a [u8],
    /// The cover as HTML.
    pub(in crate::app) cover_html: &'a str,
    /// Subject.
    pub(in crate::app) subject: &'a str,
}

/// The message of letters that were made, with their cover.
pub(in crate::app) fn message(
    resolved: &ResolvedCampaign<'_>,
    mailing: &Mailing<'_>,
    contents: &Contents<'_>,
) -> Result<FrozenMessage, Problem> {
    let Some(to) = mailing.address else {
        return Err(Problem::error("E-MESSAGE", "ce message n'a pas d'adresse"));
    };
    let names = attachment_names(resolved, mailing);
    let cover_name = mailing.attachment_name();
    let mut parts: Vec<Part<'_>> =
        contents.letters.iter().zip(&names).map(|(bytes, name)| Part { name, bytes }).collect();
    if resolved.settings.mail.attach_cover {
        parts.push(Part { name: &cover_name, bytes: contents.cover_pdf });
    }
    parts.extend(
        resolved
            .enclosures
            .iter()
            .map(|document| Part { name: &document.name, bytes: &document.bytes }),
    );
    let text = plain_text::from_html(contents.cover_html)?;
    message::freeze(&Draft {
        name: &resolved.desired.mailing_name(mailing),
        revision: contents.number,
        reminder: false,
        from: &resolved.settings.mail.from,
        reply_to: &resolved.settings.mail.reply_to,
        to,
        copies: &match contents.way {
            // A copy to oneself goes to nobody else.
            Way::Trial(_) => Vec::new(),
            _ => resolved.desired.copies(mailing),
        },
        subject: contents.subject,
        text: &text,
        html: contents.cover_html,
        parts: &parts,
        references: contents.references,
        way: contents.way,
    })
}

impl ResolvedCampaign<'_> {
    /// The names of the letters of a message as attachments.
    pub fn letter_files(&self, mailing: &Mailing<'_>) -> Vec<String> {
        attachment_names(self, mailing)
    }
}

/// The names of the letters of a message as attachments.
pub(in crate::app) fn attachment_names(
    resolved: &ResolvedCampaign<'_>,
    mailing: &Mailing<'_>,
) -> Vec<String> {
    mailing.letters.iter().map(|at| resolved.desired.letters[*at].attachment_name()).collect()
}
