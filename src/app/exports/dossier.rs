//! The letters of a school, or of a campaign, as files that can be handed over: what was sent, what
//! came back, and a page that reads without missive.

use crate::app::exports::letter_history::{Back, Folio, Sending};
use crate::app::exports::report::STYLE;
use crate::archive::file_kind::FileKind;
use crate::archive::store::Archive;
use crate::ledger::Ledger;
use crate::letter::french;
use crate::mail::attachment_name::ascii_name;
use crate::render::html_escape::escape;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

/// Where the octets of a file are.
#[derive(Clone, Debug)]
pub enum Source {
    /// In the ledger's store.
    Ledger(String),
    /// In the archive.
    Archive(String, FileKind),
    /// Here.
    Text(Vec<u8>),
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A letter as it was sent.
    Letter,
    /// The cover that went with it.
    Cover,
    /// The message.
    Message,
    /// A signed copy.
    Return,
    /// The mail that brought one.
    Mail,
    /// What happened, for a program.
    History,
    /// The page.
    Page,
}

/// One file of a dossier.
#[derive(Clone, Debug)]
pub struct Document {
    /// Path within it, with forward slashes.
    pub path: String,
    /// What it is.
    pub what: What,
    /// The letter it belongs to; none for what is about several.
    pub reference: Option<String>,
    /// How a person calls it.
    pub title: String,
    /// Its octets.
    pub source: Source,
}

/// Reads the octets of a document, held against their name.
pub fn bytes(ledger: &Ledger, archive: &Archive, source: &Source) -> io::Result<Vec<u8>> {
    match source {
        Source::Ledger(hash) => ledger.store.get(hash),
        Source::Archive(object, kind) => archive.get(object, *kind),
        Source::Text(bytes) => Ok(bytes.clone()),
    }
}

fn message_path(own: &Sending) -> String {
    let kind = if own.reminder { "rappel" } else { "message" };
    format!("messages/{}-{}-{kind}-{}.eml", own.uai, own.left_on, own.id)
}

/// A reminder's text is HTML, a cover is a PDF.
fn cover_path(own: &Sending) -> String {
    let ending = if own.reminder { "html" } else { "pdf" };
    format!("courriers/{}-{}-{}.{ending}", own.uai, own.left_on, own.id)
}

fn letter_path(folio: &Folio, number: u32) -> String {
    format!("lettres/{}.r{number}.pdf", folio.reference)
}

/// The name that a return gets: that of the file as it came, made plain.
fn return_path(own: &Back) -> Option<(String, Source)> {
    let file = own.file.as_ref()?;
    let kind = FileKind::from_word(&file.kind);
    let short = file.object.get(..12).unwrap_or_default();
    let last = file.label.rsplit(['/', '\\', '›']).next().unwrap_or_default().trim();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let stem: String = ascii_name(stem).chars().take(60).collect();
    let path = format!("retours/{stem}-{short}.{}", kind.extension());
    Some((path, Source::Archive(file.object.clone(), kind)))
}

/// Every file of these letters but the page, each path once.
pub fn documents(folios: &[Folio]) -> Vec<Document> {
    let mut found: BTreeMap<String, Document> = BTreeMap::new();
    let mut add = |path: String, what, reference: Option<&str>, title: String, source| {
        let reference = reference.map(str::to_owned);
        found.entry(path.clone()).or_insert(Document { path, what, reference, title, source });
    };
    for folio in folios {
        let own = Some(folio.reference.as_str());
        for revision in &folio.revisions {
            let title = format!("Lettre {} révision {}", folio.reference, revision.number);
            let source = Source::Ledger(revision.issued.clone());
            add(letter_path(folio, revision.number), What::Letter, own, title, source);
            for message in &revision.messages {
                let about = format!("du {} à {}", message.left_on, message.address);
                let source = Source::Ledger(message.cover.clone());
                let path = cover_path(message);
                add(path, What::Cover, None, format!("Courrier {about}"), source);
                if let Some(bytes) = &message.bytes {
                    let path = message_path(message);
                    let title = format!("Message {about}");
                    add(path, What::Message, None, title, Source::Ledger(bytes.clone()));
                }
            }
        }
        for back in &folio.returns {
            if let Some((path, source)) = return_path(back) {
                add(path, What::Return, own, format!("Retour : {}", back.sentence()), source);
            }
            if let Some(mail) = &back.mail {
                let path =
                    format!("retours/message-{}.eml", mail.object.get(..12).unwrap_or_default());
                let source = Source::Archive(mail.object.clone(), FileKind::Mail);
                add(path, What::Mail, None, mail.label.clone(), source);
            }
        }
        let json = serde_json::to_vec_pretty(&folio.to_json()).unwrap_or_default();
        let path = format!("historique/{}.json", folio.reference);
        let title = format!("Historique de {}", folio.reference);
        add(path, What::History, own, title, Source::Text(json));
    }
    found.into_values().collect()
}

/// The page: what, when, to whom, under which rule and source, why it changed, what came back.
pub fn page(title: &str, organisation: &str, day: &str, folios: &[Folio]) -> String {
    let mut page = String::new();
    // Writing to a String cannot fail.
    let _ = write_page(&mut page, title, organisation, day, folios);
    page
}

fn write_page(
    page: &mut String,
    title: &str,
    organisation: &str,
    day: &str,
    folios: &[Folio],
) -> std::fmt::Result {
    let title = escape(title);
    write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}\n</style>\n</head>\n<body>\n<header>\n\
         <p class=\"org\">{}</p>\n<h1>{title}</h1>\n<p class=\"org\">Arrêté au {}</p>\n</header>\n<main>\n",
        escape(organisation),
        self::day(day)
    )?;
    if folios.is_empty() {
        writeln!(page, "<p>Rien n'a été envoyé à cet établissement.</p>")?;
    }
    for folio in folios {
        letter(page, folio)?;
    }
    writeln!(page, "</main>\n</body>\n</html>")
}

/// A day as a person writes it.
fn day(text: &str) -> String {
    text.parse().map_or_else(|_| escape(text), |date| escape(&french::date(date)))
}

fn link(path: &str, label: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape(path), escape(label))
}

fn letter(page: &mut String, folio: &Folio) -> std::fmt::Result {
    let person = match folio.person.as_str() {
        "" => "sans référent nommé".to_owned(),
        name => escape(name),
    };
    writeln!(
        page,
        "<h2 id=\"{0}\">{0}</h2>\n<p>{1} ({2}), {person}. Campagne {3}. État : <strong>{4}</strong>. {5}</p>",
        escape(&folio.reference),
        escape(&folio.school),
        escape(&folio.uai),
        escape(&folio.campaign),
        folio.state.french().0,
        link(&format!("historique/{}.json", folio.reference), "Données complètes (JSON)")
    )?;
    if let Some(why) = &folio.waived {
        writeln!(page, "<p class=\"notice\">Plus de retour attendu : {}</p>", escape(why))?;
    }
    for own in &folio.revisions {
        let path = letter_path(folio, own.number);
        writeln!(page, "<h3>Révision {} du {}</h3>\n<ul>", own.number, day(&own.date))?;
        writeln!(page, "<li>{}</li>", link(&path, "La lettre telle qu'elle a été envoyée"))?;
        if let Some(change) = &own.change {
            writeln!(page, "<li>Pourquoi : elle {}</li>", escape(change))?;
        }
        for message in &own.messages {
            let kind = if message.reminder { "Rappel" } else { "Envoi" };
            write!(
                page,
                "<li>{kind} le {} à {} : « {} » ({}",
                day(&message.left_on),
                escape(&message.address),
                escape(&message.subject),
                link(&cover_path(message), "courrier")
            )?;
            if message.bytes.is_some() {
                let path = message_path(message);
                write!(page, ", {}", link(&path, "message complet"))?;
            }
            writeln!(page, ")</li>")?;
        }
        writeln!(page, "</ul>\n<details><summary>Règles appliquées et sources</summary>\n<ul>")?;
        for rule in &own.rules {
            writeln!(page, "<li>{}</li>", escape(&rule.describe()))?;
        }
        writeln!(page, "</ul>\n</details>")?;
    }
    writeln!(page, "<h3>Retours</h3>\n<ul>")?;
    for own in &folio.returns {
        let sentence = escape(&own.sentence());
        match return_path(own) {
            Some((path, _)) => writeln!(page, "<li>{sentence} – {}", link(&path, "ouvrir"))?,
            None => writeln!(page, "<li>{sentence}")?,
        }
        if let Some(mail) = &own.mail {
            let path = format!("retours/message-{}.eml", mail.object.get(..12).unwrap_or_default());
            writeln!(page, ", {}", link(&path, "message reçu"))?;
        }
        writeln!(page, "</li>")?;
    }
    if folio.returns.is_empty() {
        writeln!(page, "<li>Rien n'est revenu.</li>")?;
    }
    writeln!(
        page,
        "</ul>\n<details><summary>Tout ce qui s'est passé</summary>\n<table>\n<caption hidden>Événements</caption>\n<thead><tr><th scope=\"col\">Moment</th><th scope=\"col\">Événement</th><th scope=\"col\">Par</th></tr></thead>\n<tbody>"
    )?;
    for (moment, sentence, person) in &folio.events {
        writeln!(
            page,
            "<tr><td><small>{}</small></td><td>{}</td><td><small>{}</small></td></tr>",
            escape(moment),
            escape(sentence),
            escape(person)
        )?;
    }
    writeln!(page, "</tbody>\n</table>\n</details>")
}
