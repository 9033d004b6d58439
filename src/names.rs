//! What a person sees of a name or a text that comes from outside: files, members of archives,
//! attachments, sheets. What would move the cursor, turn the direction or hide is shown escaped, as
//! `\n`, `\u{1b}` or `\xff`.
//!
//! Everything that shows a path or such a name goes through here. Knows nothing of where it is shown.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;

/// Whether a character is not seen as itself: controls, ends of lines, and marks that turn or join
/// what stands around them: directions, joiners, tags (UAX 9; Unicode TR 36).
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character orders a terminal to do something: controls, and marks of direction.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}')
}

/// Adds a character as it is shown.
pub fn push(line: &mut String, c: char) {
    match c {
        '\n' | '\r' | '\t' => line.extend(c.escape_default()),
        _ if is_hidden(c) => line.extend(c.escape_unicode()),
        _ => line.push(c),
    }
}

/// A name on one line. Gives the same again for what it gave.
pub fn escaped(name: &str) -> String {
    let mut line = String::with_capacity(name.len());
    name.chars().for_each(|c| push(&mut line, c));
    line
}

/// The name of a file on one line; what is no UTF-8 in it is shown octet by octet.
pub fn of_file(name: &OsStr) -> String {
    let mut line = String::new();
    for piece in name.as_encoded_bytes().utf8_chunks() {
        piece.valid().chars().for_each(|c| push(&mut line, c));
        for octet in piece.invalid() {
            // Writing to a text cannot fail.
            let _ = write!(line, "\\x{octet:02x}");
        }
    }
    line
}

/// A path on one line.
pub fn of_path(path: impl AsRef<Path>) -> String {
    of_file(path.as_ref().as_os_str())
}

/// A path as a program reads it from JSON: itself where it is text.
pub fn value(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    path.to_str().map_or_else(|| of_path(path), str::to_owned)
}

/// Sentences for a screen: lines stay lines, and nothing in them is an order to the terminal.
pub fn sentences(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match acts(c) && c != '\n' {
            true => push(&mut shown, c),
            false => shown.push(c),
        }
    }
    shown
}

/// JSON of which no character is an order to the terminal; it says the same.
pub fn json(document: &str) -> String {
    let mut shown = String::with_capacity(document.len());
    for c in document.chars() {
        match c {
            // Between values; within a text the writer has escaped it.
            '\n' => shown.push(c),
            _ if is_hidden(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(shown, "\\u{unit:04x}");
                }
            }
            _ => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_would_act_is_shown() {
        for (name, shown) in [
            ("lettre signée.pdf", "lettre signée.pdf"),
            ("\u{1b}[31mrouge\u{7}", "\\u{1b}[31mrouge\\u{7}"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("deux\r\nlignes", "deux\\r\\nlignes"),
            ("lettre_\u{202e}fdp.exe", "lettre_\\u{202e}fdp.exe"),
            ("sous\u{ad}marin\u{200b}", "sous\\u{ad}marin\\u{200b}"),
            ("n° 3\u{a0}: « été »", "n° 3\u{a0}: « été »"),
        ] {
            assert_eq!(escaped(name), shown);
        }
        assert_eq!(sentences("sous\u{ad}marin"), "sous\u{ad}marin", "words of a letter");
        assert_eq!(sentences("une\ndeux\u{1b}[2J"), "une\ndeux\\u{1b}[2J");
    }

    #[cfg(unix)]
    #[test]
    fn octets_that_are_no_text_are_shown_one_by_one() {
        use std::os::unix::ffi::OsStrExt as _;
        assert_eq!(of_file(OsStr::from_bytes(b"\xe9t\xc3\xa9\xff.pdf")), "\\xe9té\\xff.pdf");
        assert_eq!(of_path("a/\u{1b}c"), "a/\\u{1b}c");
    }

    proptest! {
        #[test]
        fn nothing_acts_and_json_says_the_same(text in "\\PC{0,30}|(?s).{0,60}") {
            let once = escaped(&text);
            prop_assert!(!once.chars().any(is_hidden));
            prop_assert_eq!(escaped(&once), once);
            prop_assert!(!sentences(&text).chars().any(|c| acts(c) && c != '\n'));
            let document = json(&serde_json::json!({ "path": &text }).to_string());
            prop_assert!(!document.chars().any(is_hidden));
            let read: serde_json::Value = serde_json::from_str(&document).unwrap();
            prop_assert_eq!(read["path"].as_str(), Some(text.as_str()));
        }
    }
}
