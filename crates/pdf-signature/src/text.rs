//! Text that a stranger wrote, made fit to be shown: one line, no control characters, no marks that
//! change the direction of writing, a limited length.
//!
//! Must not know where the text comes from.

use lopdf::Object;
use printable_text::CharacterSet;

/// The text on one line, without hidden characters, cut after `limit` characters.
pub(crate) fn printable(text: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    for character in text.chars() {
        if CharacterSet::UNSEEN.contains(character) {
            continue;
        }
        let blank = character.is_whitespace() || character.is_control();
        if blank && (line.is_empty() || line.ends_with(' ')) {
            continue;
        }
        if count == limit {
            break;
        }
        line.push(if blank { ' ' } else { character });
        count += 1;
    }
    line.truncate(line.trim_end().len());
    line
}

/// A text string of a PDF (ISO 32000-2, 7.9.2.2), made printable; empty for any other object.
pub(crate) fn printable_string(object: Option<&Object>, limit: usize) -> String {
    let Some(object) = object else { return String::new() };
    match lopdf::decode_text_string(object) {
        Ok(text) => printable(&text, limit),
        Err(_) => object
            .as_str()
            .map_or(String::new(), |bytes| printable(&String::from_utf8_lossy(bytes), limit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_turn_or_break_a_line_is_taken_out() {
        assert_eq!(
            printable("Anne\u{202e}dnaruD\u{0}\r\n  Durand \u{200b}", 200),
            "AnnednaruD Durand"
        );
        assert_eq!(printable("ééé", 2), "éé");
        assert_eq!(printable(" \n\t", 9), "");
    }

    #[test]
    fn the_encodings_of_pdf_are_read() {
        let utf16 = lopdf::text_string("Œuvre à deux");
        assert_eq!(printable_string(Some(&utf16), 99), "Œuvre à deux");
        let latin = Object::string_literal(vec![b'l', 0xe9]);
        assert_eq!(printable_string(Some(&latin), 99), "lé");
        assert_eq!(printable_string(Some(&Object::Null), 99), "");
    }
}
