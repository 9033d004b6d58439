//! Text from a stranger made fit to be printed: one line, no control characters, no marks that
//! turn the direction of writing, a limited length.

use lopdf::Object;

/// Whether a character shows nothing and changes how the others show.
fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A text on one line, without hidden characters, cut to so many characters.
pub(super) fn plain(text: &str, longest: usize) -> String {
    let mut told = String::new();
    let mut count = 0;
    for character in text.chars() {
        if is_hidden(character) {
            continue;
        }
        let blank = character.is_whitespace() || character.is_control();
        if blank && (told.is_empty() || told.ends_with(' ')) {
            continue;
        }
        if count == longest {
            break;
        }
        told.push(if blank { ' ' } else { character });
        count += 1;
    }
    told.truncate(told.trim_end().len());
    told
}

/// A text string of a PDF (ISO 32000-2, 7.9.2.2) made plain; empty for anything else.
pub(super) fn of_pdf(object: Option<&Object>, longest: usize) -> String {
    let Some(object) = object else { return String::new() };
    match lopdf::decode_text_string(object) {
        Ok(text) => plain(&text, longest),
        Err(_) => object
            .as_str()
            .map_or(String::new(), |own| plain(&String::from_utf8_lossy(own), longest)),
    }
}

/// French: a number and the noun that agrees with it.
pub(super) fn counted(count: usize, one: &str, several: &str) -> String {
    if count < 2 { format!("{count} {one}") } else { format!("{count} {several}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_turn_or_break_a_line_is_taken_out() {
        assert_eq!(plain("Anne\u{202e}dnaruD\u{0}\r\n  Durand \u{200b}", 200), "AnnednaruD Durand");
        assert_eq!(plain("ééé", 2), "éé");
        assert_eq!(plain(" \n\t", 9), "");
    }

    #[test]
    fn the_encodings_of_pdf_are_read() {
        let utf16 = lopdf::text_string("Œuvre à deux");
        assert_eq!(of_pdf(Some(&utf16), 99), "Œuvre à deux");
        let latin = Object::string_literal(vec![b'l', 0xe9]);
        assert_eq!(of_pdf(Some(&latin), 99), "lé");
        assert_eq!(of_pdf(Some(&Object::Null), 99), "");
    }
}
