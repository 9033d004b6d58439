//! Shows a text from outside: invisible characters are escaped, as `\n`, `\u{1b}` or `\xff`.

use crate::characters::CharacterSet;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;

/// Whether [`escaped`] escapes a character ([`CharacterSet::NAME`]).
pub fn is_hidden(c: char) -> bool {
    CharacterSet::NAME.contains(c)
}

/// Adds a character to a line, escaped if it is hidden.
pub fn push_escaped(line: &mut String, c: char) {
    match c {
        '\n' | '\r' | '\t' => line.extend(c.escape_default()),
        _ if is_hidden(c) => line.extend(c.escape_unicode()),
        _ => line.push(c),
    }
}

/// A name on one line. An escaped name is given back as it is.
pub fn escaped(name: &str) -> String {
    let mut line = String::with_capacity(name.len());
    name.chars().for_each(|c| push_escaped(&mut line, c));
    line
}

/// The name of a file on one line; octets that are not UTF-8 are shown one by one.
pub fn of_file_name(name: &OsStr) -> String {
    let mut line = String::new();
    for piece in name.as_encoded_bytes().utf8_chunks() {
        piece.valid().chars().for_each(|c| push_escaped(&mut line, c));
        for octet in piece.invalid() {
            // Writing to a `String` cannot fail.
            let _ = write!(line, "\\x{octet:02x}");
        }
    }
    line
}

/// A path on one line.
pub fn of_path(path: impl AsRef<Path>) -> String {
    of_file_name(path.as_ref().as_os_str())
}

/// A path for a program that reads JSON: the path itself if it is text, else as [`of_path`].
pub fn path_value(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    path.to_str().map_or_else(|| of_path(path), str::to_owned)
}

/// Sentences for a terminal: line ends stay, everything else that a terminal obeys is escaped.
pub fn for_terminal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match CharacterSet::TERMINAL.contains(c) && c != '\n' {
            true => push_escaped(&mut shown, c),
            false => shown.push(c),
        }
    }
    shown
}

/// A JSON document with its hidden characters escaped; it holds the same values.
pub fn for_json(document: &str) -> String {
    let mut shown = String::with_capacity(document.len());
    for c in document.chars() {
        match c {
            // Between values; inside a text the writer has escaped it.
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
        assert_eq!(for_terminal("sous\u{ad}marin"), "sous\u{ad}marin", "words of a letter");
        assert_eq!(for_terminal("une\ndeux\u{1b}[2J"), "une\ndeux\\u{1b}[2J");
    }

    #[cfg(unix)]
    #[test]
    fn octets_that_are_no_text_are_shown_one_by_one() {
        use std::os::unix::ffi::OsStrExt as _;
        assert_eq!(of_file_name(OsStr::from_bytes(b"\xe9t\xc3\xa9\xff.pdf")), "\\xe9té\\xff.pdf");
        assert_eq!(of_path("a/\u{1b}c"), "a/\\u{1b}c");
    }

    proptest! {
        #[test]
        fn nothing_acts_and_json_says_the_same(text in "\\PC{0,30}|(?s).{0,60}") {
            let once = escaped(&text);
            prop_assert!(!once.chars().any(is_hidden));
            prop_assert_eq!(escaped(&once), once);
            prop_assert!(!for_terminal(&text).chars().any(|c| CharacterSet::TERMINAL.contains(c) && c != '\n'));
            let document = for_json(&serde_json::json!({ "path": &text }).to_string());
            prop_assert!(!document.chars().any(is_hidden));
            let read: serde_json::Value = serde_json::from_str(&document).unwrap();
            prop_assert_eq!(read["path"].as_str(), Some(text.as_str()));
        }
    }
}
