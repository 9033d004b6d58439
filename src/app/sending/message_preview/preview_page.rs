//! The page that shows messages: what a list of messages shows, then the message on a wide and on a narrow screen,
//! its text, its attachments.
//!
//! Pure. A message's own page stands in a confined frame: no script, no network, whatever a template wrote.

use super::shown_message::{ShownKind, ShownMessage};
use crate::app::wording::count;
use crate::render::html_escape::escape;
use std::fmt::{Result, Write as _};

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct PreviewPage<'p> {
    /// Identifier of the campaign.
    pub campaign: &'p str,
    /// The messages, in order.
    pub messages: &'p [ShownMessage],
}

const STYLE: &str = "
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;padding:1rem;max-width:76rem}
section{border-top:2px solid #5b7fb5;margin-top:2rem;padding-top:1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0 0 1rem}
dt{font-weight:bold}dd{margin:0;overflow-wrap:anywhere}
.screens{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}
figure{margin:0;max-width:100%}figcaption{font-size:.9rem}
iframe{border:1px solid #888;height:40rem;max-width:100%;background:Canvas}
.wide iframe{width:44rem}.narrow iframe{width:22.5rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #888;padding:1rem;max-width:44rem}";

impl PreviewPage<'_> {
    /// The page as HTML (UTF-8).
    pub fn to_html(&self) -> String {
        let mut page = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut page);
        page
    }

    fn write(&self, page: &mut String) -> Result {
        let title = format!("Aperçu des messages, campagne {}", escape(self.campaign));
        write!(
            page,
            "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'\">\n\
             <title>{title}</title>\n<style>{STYLE}\n</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n\
             <p>{}. Rien n’est envoyé par cette page.</p>\n</header>\n<main>\n",
            count(self.messages.len(), "message", "messages")
        )?;
        for message in self.messages {
            write_message(page, message)?;
        }
        writeln!(page, "</main>\n</body>\n</html>")
    }
}

fn write_message(page: &mut String, message: &ShownMessage) -> Result {
    let state = match message.kind {
        ShownKind::ToSend => "à envoyer",
        ShownKind::Sent => "déjà parti, tel qu’il est parti",
        ShownKind::Reminder => "rappel",
        ShownKind::Referent => "au référent, une fois sa lettre transmise à l’établissement",
    };
    let school = escape(&message.school);
    writeln!(page, "<section>\n<h2>{school}</h2>\n<dl>")?;
    let preheader = message.preheader.as_deref().unwrap_or("(le début du texte)");
    for (term, told) in [
        ("Objet", message.subject.as_str()),
        ("Suite, dans la liste", preheader),
        ("De", &message.from),
        ("À", &message.to.join(", ")),
        ("État", state),
        ("Taille", &size(message.octets)),
    ] {
        writeln!(page, "<dt>{term}</dt><dd>{}</dd>", escape(told))?;
    }
    writeln!(page, "<dt>Pièces jointes</dt><dd><ul>")?;
    for file in &message.attachments {
        writeln!(page, "<li>{} ({})</li>", escape(&file.name), size(file.octets))?;
    }
    writeln!(page, "</ul></dd>\n</dl>\n<div class=\"screens\">")?;
    for (class, caption) in [("wide", "Sur un ordinateur"), ("narrow", "Sur un téléphone")] {
        writeln!(
            page,
            "<figure class=\"{class}\"><figcaption>{caption}</figcaption><iframe sandbox=\"\" title=\"{caption} : {school}\" srcdoc=\"{}\"></iframe></figure>",
            escape(&message.html)
        )?;
    }
    writeln!(
        page,
        "</div>\n<details><summary>En texte seul</summary>\n<pre>{}</pre>\n</details>\n</section>",
        escape(&message.text)
    )
}

/// "132 ko".
fn size(octets: usize) -> String {
    match octets.div_ceil(1000) {
        kilo if kilo < 10_000 => format!("{kilo} ko"),
        kilo => format!("{} Mo", kilo.div_ceil(1000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_leave_its_frame() {
        let message = ShownMessage {
            name: "n".to_owned(),
            school: "École <b>".to_owned(),
            kind: ShownKind::ToSend,
            from: "a@b".to_owned(),
            to: vec!["c@d".to_owned()],
            subject: "<script>".to_owned(),
            preheader: None,
            text: "</pre><script>".to_owned(),
            html: "\"></iframe><script>alert(1)</script>".to_owned(),
            attachments: Vec::new(),
            octets: 132_001,
        };
        let page = PreviewPage { campaign: "2026", messages: &[message] }.to_html();
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert_eq!(page.matches("sandbox=\"\"").count(), 2);
        assert!(page.contains("133 ko"), "{page}");
    }
}
