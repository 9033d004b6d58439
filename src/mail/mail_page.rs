//! The HTML body of a message, written for mail programs: Outlook on Windows, which draws with Word's engine and
//! knows tables and inline styles; telephones; programs that turn colours to dark.
//!
//! A pure function frames the paragraphs, lists and headings that Typst exports. Colours are the program's own, so
//! that nothing is dark on dark; the page is one column of 640 pixels at most. What stands before the text
//! (the preheader) is shown by the list of messages alone.

use super::html_text::{map_tags, map_texts};
use crate::render::engine::Html;
use crate::render::html_escape::escape;

/// What is framed.
#[derive(Clone, Copy, Debug)]
pub struct MailPage<'a> {
    /// The page as Typst exports it.
    pub html: &'a str,
    /// Subject of the message, without the reference: the title.
    pub subject: &'a str,
    /// What a list of messages shows after the subject.
    pub preheader: Option<&'a str>,
}

const FONT: &str = "font-family:Arial,Helvetica,sans-serif;";
/// 11 points, as a letter typed in the mail program.
const TEXT: &str = "font-family:Arial,Helvetica,sans-serif;font-size:11pt;line-height:1.5;";

/// Addresses and file names break where a telephone is too narrow for them.
const BREAKS: &str = "word-break:break-word;overflow-wrap:anywhere;";

/// What is said before the column: 96 pixels an inch for Word's engine, the colours of the reader.
const HEAD: &str = "<meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<meta name=\"color-scheme\" content=\"light dark\">\
<meta name=\"supported-color-schemes\" content=\"light dark\">\
<meta name=\"format-detection\" content=\"telephone=no\">\
<!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch>\
</o:OfficeDocumentSettings></xml><![endif]-->\
<style>:root{color-scheme:light dark;supported-color-schemes:light dark}\
@media (prefers-color-scheme:dark){body{background:#121212;color:#f2f2f2}a{color:#a8c7fa}}</style>";

impl<'a> MailPage<'a> {
    /// What was compiled, to be framed.
    pub fn of(html: &'a Html) -> Self {
        let preheader = html.preheader.as_deref();
        Self { html: &html.text, subject: &html.subject, preheader }
    }

    /// The whole page.
    pub fn framed(&self) -> String {
        let title = escape(&plain(self.subject));
        let body = styled(&plain(&map_texts(body_of(self.html), spaced)));
        let heading = if body.contains("<h1") {
            String::new()
        } else {
            format!("<h1 style=\"{}\">{title}</h1>\n", style_of("h1"))
        };
        let language = escape(language_of(self.html));
        let before = self.preheader.map_or_else(String::new, |text| preheader(&plain(text)));
        format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\" xmlns:o=\"urn:schemas-microsoft-com:office:office\">\n\
             <head>{HEAD}<title>{title}</title></head>\n\
             <body style=\"margin:0;padding:0;\">\n{before}\
             <!--[if mso]><table role=\"presentation\" width=\"640\" align=\"center\" cellspacing=\"0\" cellpadding=\"0\" border=\"0\"><tr><td><![endif]-->\n\
             <table role=\"presentation\" width=\"100%\" align=\"center\" cellspacing=\"0\" cellpadding=\"0\" border=\"0\" style=\"width:100%;max-width:640px;margin:0 auto;\"><tr>\
             <td style=\"padding:16px 20px;border-top:4px solid #5b7fb5;{TEXT}\">\n\
             <main>\n{heading}{body}\n</main>\n\
             </td></tr></table>\n\
             <!--[if mso]></td></tr></table><![endif]-->\n</body>\n</html>\n"
        )
    }
}

/// The text of a message: what stands in `<main>`, else the whole page, as earlier versions framed nothing.
pub fn main_part(html: &str) -> &str {
    let inner = html.split_once("<main>").and_then(|(_, rest)| rest.rsplit_once("</main>"));
    inner.map_or(html, |(main, _)| main)
}

/// What a list of messages shows after the subject, hidden on the page; the blanks behind it keep the first
/// words of the text from following.
fn preheader(text: &str) -> String {
    let blanks = "&#847;&#8199;".repeat(40);
    format!(
        "<div aria-hidden=\"true\" style=\"display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;mso-hide:all;\">{}{blanks}</div>\n",
        escape(text)
    )
}

/// What a list of messages shows after the subject of a framed page.
pub fn preheader_of(html: &str) -> Option<&str> {
    let (_, rest) = html.split_once("<div aria-hidden=\"true\"")?;
    let (text, _) = rest.split_once('>')?.1.split_once("&#847;")?;
    Some(text)
}

/// What a page holds between `<body>` and `</body>`.
fn body_of(html: &str) -> &str {
    let rest = html.find("<body").map_or(html, |at| &html[at..]);
    let rest = rest
        .strip_prefix("<body")
        .and_then(|rest| rest.split_once('>'))
        .map_or(rest, |(_, rest)| rest);
    rest.rsplit_once("</body>").map_or(rest, |(body, _)| body).trim()
}

/// The language that a page says it is in.
fn language_of(html: &str) -> &str {
    let tag = html.split_once("<html").and_then(|(_, rest)| rest.split_once('>'));
    let language = tag.and_then(|(tag, _)| tag.split_once("lang=\"")?.1.split_once('"'));
    language.map_or("fr", |(language, _)| language)
}

/// Mail has no raised letters: "1er", as it is typed.
pub fn plain(text: &str) -> String {
    text.replace("\u{1d49}\u{02b3}", "er")
}

/// One no-break space before a sign that has one, never two or a thin one, which some programs draw as a box.
fn spaced(text: &str) -> String {
    const NO_BREAK: [char; 2] = ['\u{a0}', '\u{202f}'];
    let mut out = String::with_capacity(text.len());
    let mut blanks = String::new();
    for character in text.chars() {
        if character == ' ' || NO_BREAK.contains(&character) {
            blanks.push(character);
            continue;
        }
        match blanks.contains(NO_BREAK) {
            true if matches!(character, ':' | ';' | '!' | '?' | '»') => out.push('\u{a0}'),
            _ => out.push_str(&blanks.replace('\u{202f}', "\u{a0}")),
        }
        blanks.clear();
        out.push(character);
    }
    out.push_str(&blanks.replace('\u{202f}', "\u{a0}"));
    out
}

/// The same elements, each with the style that Word's engine asks of it. An element that has a style keeps it.
fn styled(body: &str) -> String {
    map_tags(body, |name, attributes| {
        let style = style_of(name);
        (!style.is_empty() && !attributes.contains("style=")).then(|| style.to_owned())
    })
}

fn style_of(element: &str) -> String {
    match element {
        "p" => format!("margin:0 0 12px 0;{TEXT}"),
        "ol" | "ul" => format!("margin:0 0 12px 0;padding:0 0 0 26px;{TEXT}"),
        "li" => format!("margin:0 0 6px 0;{TEXT}{BREAKS}"),
        "h1" => format!("margin:0 0 16px 0;{FONT}font-size:15pt;line-height:1.3;font-weight:bold;"),
        "h2" | "h3" | "h4" => {
            format!("margin:20px 0 8px 0;{FONT}font-size:12pt;line-height:1.3;font-weight:bold;")
        }
        "a" => BREAKS.to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(body: &str) -> String {
        let html =
            format!("<!DOCTYPE html><html lang=\"fr\"><head></head><body>{body}</body></html>");
        MailPage {
            html: &html,
            subject: "Lettre\u{a0}: le 1\u{1d49}\u{02b3} mars",
            preheader: Some("À <faire>"),
        }
        .framed()
    }

    #[test]
    fn paragraphs_lists_and_links_get_the_styles_of_mail_programs() {
        let page = framed(
            "<p>Bonjour</p><ul><li>un</li></ul><p style=\"margin:0\">à part</p><a href=\"mailto:a@b\">a@b</a><br>",
        );
        assert!(page.contains("<p style=\"margin:0 0 12px 0;font-family:Arial"), "{page}");
        assert!(page.contains("<li style=\"") && page.contains("<ul style=\""), "{page}");
        assert!(page.contains("<p style=\"margin:0\">à part</p>"), "{page}");
        assert!(page.contains("<a href=\"mailto:a@b\" style=\""), "{page}");
        assert!(page.contains("<br>"), "{page}");
        assert!(page.contains("À &lt;faire&gt;&#847;"), "{page}");
        assert!(page.contains("Lettre\u{a0}: le 1er mars</h1>"), "{page}");
        assert!(!page.contains("color:#000") && !page.contains("background-color"), "{page}");
        assert_eq!(
            page,
            framed(
                "<p>Bonjour</p><ul><li>un</li></ul><p style=\"margin:0\">à part</p><a href=\"mailto:a@b\">a@b</a><br>"
            )
        );
    }

    #[test]
    fn a_heading_of_the_template_is_the_only_one() {
        let page = framed("<h1>Le mien</h1>");
        assert_eq!(page.matches("<h1").count(), 1);
    }

    #[test]
    fn spaces_and_ordinals_are_those_of_mail() {
        let page = framed(
            "<p title=\"a\u{202f};\">x\u{a0}\u{202f}; y \u{a0}: z\u{a0}? le 1\u{1d49}\u{02b3}\u{a0}mai 1\u{202f}250 A ; B</p>",
        );
        assert!(
            page.contains(">x\u{a0}; y\u{a0}: z\u{a0}? le 1er\u{a0}mai 1\u{a0}250 A ; B</p>"),
            "{page}"
        );
        assert!(page.contains("title=\"a\u{202f};\""), "attributes stay: {page}");
    }

    #[test]
    fn the_text_is_what_stands_in_main() {
        assert_eq!(main_part("<body><div>x</div><main>\nun</main></body>"), "\nun");
        assert_eq!(main_part("<p>ancien</p>"), "<p>ancien</p>");
    }
}
