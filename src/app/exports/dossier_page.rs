//! The page of a dossier: each letter with what was sent, when, to whom, under which rules, why it changed
//! and what came back.
//!
//! Pure: takes the histories of letters, gives HTML that reads without missive.

use crate::app::exports::documents;
use crate::app::exports::html_head::write_head;
use crate::app::exports::letter_history::{
    LetterHistory, ReturnHistory, RevisionHistory, SentMessage,
};
use crate::clock::local_time_of;
use crate::letter::french;
use crate::plan::history::MessageKind;
use crate::render::html_escape::escape;
use jiff::civil::Date;
use std::fmt::{Result, Write as _};

/// What the page says besides the letters.
#[derive(Clone, Debug)]
pub struct DossierPage<'p> {
    /// Title of the page, in French.
    pub title: &'p str,
    /// Organisation and service, as the page's sender.
    pub organisation: &'p str,
    /// The day it is made.
    pub day: Date,
    /// The letters that the page shows, in order.
    pub letters: &'p [LetterHistory],
    /// The requests to designate a referent that left to the school.
    pub requests: &'p [SentMessage],
}

impl DossierPage<'_> {
    /// The page as HTML (UTF-8).
    pub fn to_html(&self) -> String {
        let mut page = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut page);
        page
    }

    fn write(&self, page: &mut String) -> Result {
        write_head(page, self.title, None)?;
        write!(
            page,
            "<body>\n<header>\n<p class=\"org\">{}</p>\n<h1>{}</h1>\n<p class=\"org\">Arrêté au {}</p>\n</header>\n<main>\n",
            escape(self.organisation),
            escape(self.title),
            escape(&french::date(self.day))
        )?;
        if self.letters.is_empty() && self.requests.is_empty() {
            writeln!(page, "<p>Rien n'a été envoyé à cet établissement.</p>")?;
        }
        if !self.requests.is_empty() {
            writeln!(page, "<h2 id=\"demandes\">Demandes de désigner un référent</h2>\n<ul>")?;
            for request in self.requests {
                write_message(page, request)?;
            }
            writeln!(page, "</ul>")?;
        }
        for letter in self.letters {
            write_letter(page, letter)?;
        }
        writeln!(page, "</main>\n</body>\n</html>")
    }
}

fn write_letter(page: &mut String, letter: &LetterHistory) -> Result {
    let person = match letter.person.as_str() {
        "" => "Sans référent nommé".to_owned(),
        name => escape(name),
    };
    writeln!(
        page,
        "<h2 id=\"{0}\">{person}</h2>\n<p>{1} ({2}), lettre {0}. Campagne {3}. État : <strong>{4}</strong>. {5}</p>",
        escape(&letter.reference),
        escape(&letter.school),
        escape(&letter.uai),
        escape(&letter.campaign),
        letter.state.french().0,
        link(&documents::history_path(letter), "Données complètes (JSON)")
    )?;
    if let Some(why) = &letter.waived {
        writeln!(page, "<p class=\"notice\">Plus de retour attendu : {}</p>", escape(why))?;
    }
    for revision in &letter.revisions {
        write_revision(page, letter, revision)?;
    }
    write_returns(page, &letter.returns)?;
    write_events(page, letter)
}

fn write_revision(page: &mut String, letter: &LetterHistory, revision: &RevisionHistory) -> Result {
    let path = documents::letter_path(letter, revision.number);
    writeln!(page, "<h3>Révision {} du {}</h3>\n<ul>", revision.number, day(&revision.date))?;
    writeln!(page, "<li>{}</li>", link(&path, "La lettre telle qu'elle a été envoyée"))?;
    if let Some(change) = &revision.change {
        writeln!(page, "<li>Pourquoi : elle {}</li>", escape(change))?;
    }
    if let Some(why) = &revision.waived {
        writeln!(page, "<li>Plus de retour attendu : {}</li>", escape(why))?;
    }
    for message in &revision.messages {
        write_message(page, message)?;
    }
    writeln!(page, "</ul>\n<details><summary>Règles appliquées et sources</summary>\n<ul>")?;
    for rule in &revision.rules {
        writeln!(page, "<li>{}</li>", escape(&rule.describe()))?;
    }
    writeln!(page, "</ul>\n</details>")
}

fn write_message(page: &mut String, message: &SentMessage) -> Result {
    let kind = match message.kind {
        MessageKind::Letters => "Envoi",
        MessageKind::Reminder => "Rappel",
        MessageKind::Designation => "Demande d'un référent",
        MessageKind::Referent => "Message au référent",
    };
    write!(
        page,
        "<li>{kind} le {} à {} : « {} » ({}",
        day(&message.left_on),
        escape(&message.address),
        escape(&message.subject),
        link(&documents::cover_path(message), "courrier")
    )?;
    if message.bytes.is_some() {
        write!(page, ", {}", link(&documents::message_path(message), "message complet"))?;
    }
    writeln!(page, ")</li>")
}

fn write_returns(page: &mut String, returns: &[ReturnHistory]) -> Result {
    writeln!(page, "<h3>Retours</h3>\n<ul>")?;
    for copy in returns {
        let sentence = escape(&copy.sentence());
        match documents::return_path(copy) {
            Some(path) => writeln!(page, "<li>{sentence} – {}", link(&path, "ouvrir"))?,
            None => writeln!(page, "<li>{sentence}")?,
        }
        if let Some(path) = documents::return_mail_path(copy) {
            writeln!(page, ", {}", link(&path, "message reçu"))?;
        }
        writeln!(page, "</li>")?;
    }
    if returns.is_empty() {
        writeln!(page, "<li>Rien n'est revenu.</li>")?;
    }
    writeln!(page, "</ul>")
}

fn write_events(page: &mut String, letter: &LetterHistory) -> Result {
    writeln!(
        page,
        "<details><summary>Tout ce qui s'est passé</summary>\n<table>\n<caption class=\"v\">Événements</caption>\n<thead><tr><th scope=\"col\">Moment</th><th scope=\"col\">Événement</th><th scope=\"col\">Par</th></tr></thead>\n<tbody>"
    )?;
    for event in &letter.events {
        writeln!(
            page,
            "<tr><th scope=\"row\"><small>{}</small></th><td>{}</td><td><small>{}</small></td></tr>",
            escape(&local_time_of(&event.moment)),
            escape(&event.sentence),
            escape(&event.person)
        )?;
    }
    writeln!(page, "</tbody>\n</table>\n</details>")
}

/// A day as a person writes it.
fn day(text: &str) -> String {
    escape(&french::date_of(text))
}

fn link(path: &str, label: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape(path), escape(label))
}
