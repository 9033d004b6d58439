//! Makes one document or message of a job: content to JSON, JSON to PDF and HTML, all to MIME.
//!
//! Pure: gives bytes; [`super::produce`] decides where they go.

use super::Job;
use super::check::{COVER, LETTER};
use crate::diagnostic::Problem;
use crate::letter::content::LetterContent;
use crate::letter::{Letter, Mailing};
use crate::mail::{self, Draft, Frozen, Part};
use crate::records::words::Writable;
use crate::render::{DATA_COVER, DATA_LETTER, Metadata, Pdf, Witness};
use serde::Serialize;

/// The only revision until something was handed over.
pub(super) const REVISION: u32 = 1;

/// A content as a template reads it.
pub(super) fn json(value: &impl Serialize) -> Result<Vec<u8>, Vec<Problem>> {
    serde_json::to_vec(value)
        .map_err(|error| vec![Problem::error("E-BUG", format!("contenu illisible : {error}"))])
}

/// The PDF of a letter.
pub(super) fn letter_pdf(job: &Job<'_>, letter: &Letter<'_>) -> Result<Pdf, Vec<Problem>> {
    let desired = &job.desired;
    let content = desired.letter(letter).map_err(|problem| vec![problem])?;
    let metadata = Metadata {
        title: format!("Lettre de mission {}", letter.reference),
        author: job.settings.organisation.name.to_string(),
        keywords: vec![letter.reference.to_string(), format!("révision {REVISION}")],
        identity: format!("missive {} r{REVISION}", letter.reference),
        date: desired.dates.date,
        witness: Witness {
            every_page: vec![letter.reference.to_string()],
            somewhere: letter.referent.map_or_else(Vec::new, |(referent, _)| {
                vec![referent.given_name.to_string(), referent.family_name.to_string()]
            }),
            labels: labels(&content),
            code_on_every_page: true,
        },
    };
    let pdf = job
        .engine
        .pdf(LETTER, DATA_LETTER, json(&content)?, &metadata)
        .map_err(|problems| with_record(problems, letter))?;
    if pdf.pages > content.qr.len() {
        let problem = Problem::error("E-LENGTH", format!("la lettre a {} pages", pdf.pages))
            .at(letter.place())
            .help("raccourcir les priorités ou les textes de l'établissement");
        return Err(vec![problem]);
    }
    Ok(pdf)
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
pub(super) struct Cover {
    pub(super) pdf: Pdf,
    pub(super) html: String,
    pub(super) subject: String,
}

/// The cover of a message.
pub(super) fn cover(job: &Job<'_>, mailing: &Mailing<'_>) -> Result<Cover, Vec<Problem>> {
    let desired = &job.desired;
    let first = &desired.letters[mailing.letters[0]];
    let name = desired.mailing_name(mailing);
    let metadata = Metadata {
        title: format!("Courrier d'accompagnement {name}"),
        author: job.settings.organisation.name.to_string(),
        keywords: vec![name.clone()],
        identity: format!("missive cover {name} r{REVISION}"),
        date: desired.dates.date,
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
    let content = |form| desired.cover(mailing, form).map_err(|problem| vec![problem]);
    let located = |problems| with_record(problems, first);
    let pdf =
        job.engine.pdf(COVER, DATA_COVER, json(&content("pdf")?)?, &metadata).map_err(located)?;
    let html = job.engine.html(COVER, DATA_COVER, json(&content("html")?)?).map_err(located)?;
    Ok(Cover { pdf, html: html.text, subject: html.subject })
}

/// The message of letters that were made, with their cover.
pub(super) fn message(
    job: &Job<'_>,
    mailing: &Mailing<'_>,
    letters: &[(&Letter<'_>, Pdf)],
    cover: &Cover,
) -> Result<Frozen, Problem> {
    let Some(to) = mailing.address else {
        return Err(Problem::error("E-MESSAGE", "ce message n'a pas d'adresse"));
    };
    let names: Vec<String> = letters.iter().map(|(letter, _)| letter.attachment_name()).collect();
    let cover_name = mailing.attachment_name();
    let mut parts: Vec<Part<'_>> = letters
        .iter()
        .zip(&names)
        .map(|((_, pdf), name)| Part { name, bytes: &pdf.bytes })
        .collect();
    if job.settings.mail.attach_cover {
        parts.push(Part { name: &cover_name, bytes: &cover.pdf.bytes });
    }
    parts.extend(
        job.enclosures.iter().map(|document| Part { name: &document.name, bytes: &document.bytes }),
    );
    let text = mail::text::from_html(&cover.html)?;
    mail::freeze(&Draft {
        name: &job.desired.mailing_name(mailing),
        revision: REVISION,
        from: &job.settings.mail.from,
        reply_to: &job.settings.mail.reply_to,
        to,
        copies: &job.desired.copies(mailing),
        subject: &cover.subject,
        text: &text,
        html: &cover.html,
        parts: &parts,
        date: job.desired.dates.date,
        unsent: true,
    })
}
