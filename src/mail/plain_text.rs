//! The plain-text body of a message, made from its HTML: the same words in the same order.

use super::mail_page;
use crate::diagnostic::Problem;
use html2text::render::TextDecorator;

/// Columns of the text: the usual width of plain mail (RFC 3676, 4.2).
const WIDTH: usize = 74;

/// Turns the cover's HTML page into plain text. Links are expected to show their address.
pub fn from_html(html: &str) -> Result<String, Problem> {
    // The converter would break lines at a thin no-break space; a plain one is as good in mail.
    let html = mail_page::main_part(html).replace('\u{202f}', "\u{a0}");
    let text = html2text::config::with_decorator(Plain)
        .string_from_read(html.as_bytes(), WIDTH)
        .map_err(|error| {
            Problem::error(
                "E-MESSAGE",
                format!("le courrier ne peut pas être mis en texte ({error})"),
            )
            .help("simplifier templates/cover.typ : paragraphes, listes et liens")
        })?;
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        // An empty line separates a list from the paragraph before it.
        let in_list = lines
            .last()
            .is_none_or(|last| last.is_empty() || last.starts_with("  ") || is_item(last));
        if is_item(line) && !in_list {
            lines.push("");
        }
        lines.push(line);
    }
    Ok(format!("{}\n", lines.join("\n").trim_matches('\n')))
}

fn is_item(line: &str) -> bool {
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ") || (number.len() < line.len() && number.starts_with(". "))
}

/// Plain mail: no Markdown signs, one dash an item.
#[derive(Clone)]
struct Plain;

impl TextDecorator for Plain {
    type Annotation = ();

    fn decorate_link_start(&mut self, _url: &str) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_link_end(&mut self) -> String {
        String::new()
    }

    fn decorate_em_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_em_end(&self) -> String {
        String::new()
    }

    fn decorate_strong_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_strong_end(&self) -> String {
        String::new()
    }

    fn decorate_strikeout_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }

    fn decorate_code_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_code_end(&self) -> String {
        String::new()
    }

    fn decorate_preformat_first(&self) {}

    fn decorate_preformat_cont(&self) {}

    fn decorate_image(&mut self, _src: &str, title: &str) -> (String, ()) {
        (title.to_owned(), ())
    }

    fn header_prefix(&self, _level: usize) -> String {
        String::new()
    }

    fn quote_prefix(&self) -> String {
        "  ".to_owned()
    }

    fn unordered_item_prefix(&self) -> String {
        "- ".to_owned()
    }

    fn ordered_item_prefix(&self, number: i64) -> String {
        format!("{number}. ")
    }

    fn make_subblock_decorator(&self) -> Self {
        Self
    }

    fn decorate_superscript_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_superscript_end(&self) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lists_and_hard_spaces_survive() {
        let html = "<html lang=\"fr\"><head><title>x</title></head><body><h2>Objet</h2>\
            <p>Avant le 18\u{a0}décembre\u{a0}2026\u{202f}; &lt;b&gt; reste.</p>\
            <ul><li>une</li><li>deux</li></ul>\
            <p><a href=\"mailto:a@b.example\">a@b.example</a></p></body></html>";
        let text = from_html(html).unwrap();
        assert_eq!(
            text,
            "Objet\n\nAvant le 18\u{a0}décembre\u{a0}2026\u{a0}; <b> reste.\n\n- une\n- deux\n\na@b.example\n"
        );
    }
}
