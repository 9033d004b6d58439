//! Names and header lines made fit for a person: one line of bounded length, in the direction in which
//! it is written, with invisible characters escaped.

use printable_text::{is_hidden, push_escaped};

/// Longest label, in characters.
const MAX_LABEL: usize = 400;
/// Longest name within a label, in characters.
const MAX_NAME: usize = 120;
/// Characters at the end of a shortened name: the extension of a file says most.
const NAME_END: usize = 24;

/// A name for one line of a terminal, a report or a ledger, of bounded length. Idempotent.
pub fn plain(name: &str) -> String {
    shortened(name, MAX_LABEL)
}

/// A header line of a mail, of bounded length. Line ends in it become blanks, and invisible characters
/// are dropped: both are normal in mails.
pub(super) fn line(text: &str) -> String {
    let blank = |c: char| match c {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        _ if is_hidden(c) && !matches!(c, '\u{1b}' | '\u{9b}') => None,
        _ => Some(c),
    };
    shortened(&text.chars().filter_map(blank).collect::<String>(), MAX_LABEL)
}

fn shortened(text: &str, most: usize) -> String {
    let text = text.trim();
    let mut head = String::new();
    let mut kept = 0;
    for c in text.chars() {
        push_escaped(&mut head, c);
        kept += 1;
        // Each character gives at least one: a long text need not be read to its end.
        if kept > most {
            break;
        }
    }
    if head.chars().count() <= most {
        return head;
    }
    let last: Vec<char> = text.chars().rev().take(NAME_END).collect();
    let mut tail = String::new();
    last.into_iter().rev().for_each(|c| push_escaped(&mut tail, c));
    let skipped = tail.chars().count().saturating_sub(NAME_END);
    let head = head.chars().take(most - NAME_END - 1);
    head.chain(['…']).chain(tail.chars().skip(skipped)).collect::<String>().trim().to_owned()
}

/// The last part of a name, with slash or backslash as separator. Never empty, never a path.
pub(super) fn last_part(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last.chars().filter(|c| !is_hidden(*c)).collect();
    let last = shortened(&seen, MAX_NAME);
    if matches!(last.as_str(), "" | "." | "..") { "sans nom".to_owned() } else { last }
}

/// The label of a file within another.
pub(super) fn inside(outer: &str, name: &str) -> String {
    let name = shortened(name, MAX_NAME);
    let name = if name.is_empty() { "sans nom" } else { &name };
    plain(&format!("{outer} › {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_labels_and_never_paths() {
        for (name, label) in [
            ("../../lettre.pdf", "lettre.pdf"),
            ("C:\\temp\\lettre.pdf", "lettre.pdf"),
            ("/etc/passwd", "passwd"),
            ("../..", "sans nom"),
            ("dossier/", "sans nom"),
            ("  .pdf ", ".pdf"),
            ("a\0b.pdf", "ab.pdf"),
            ("lettre_\u{202e}fdp.exe", "lettre_fdp.exe"),
            ("\u{200b}\u{feff}", "sans nom"),
            ("École – né.pdf", "École – né.pdf"),
        ] {
            assert_eq!(last_part(name), label, "{name:?}");
        }
        let long = last_part(&format!("{}.pdf", "n".repeat(10_000)));
        assert_eq!(long.chars().count(), MAX_NAME);
        assert!(long.ends_with("nn.pdf") && long.contains('…'), "{long}");
    }

    #[test]
    fn a_label_shows_what_would_not_be_seen() {
        assert_eq!(inside("a.zip", "x/../y\n.pdf"), "a.zip › x/../y\\n.pdf");
        assert_eq!(inside("a.zip", "\u{1b}[31mrouge"), "a.zip › \\u{1b}[31mrouge");
        assert_eq!(plain("lettre_\u{202e}fdp.exe"), "lettre_\\u{202e}fdp.exe");
        assert_eq!(line("Re: deux\r\n\tlignes\u{200b}\u{1b}[2J"), "Re: deux   lignes\\u{1b}[2J");
        let long = plain(&"\u{1b}".repeat(100_000));
        assert!(long.chars().count() <= MAX_LABEL && long.contains('…'), "{long}");
    }

    proptest! {
        #[test]
        fn a_label_is_one_bounded_line(text in "\\PC{0,50}|(?s).{0,900}") {
            for once in [plain(&text), line(&text)] {
                prop_assert!(once.chars().count() <= MAX_LABEL);
                prop_assert!(!once.chars().any(is_hidden), "{:?}", once);
                prop_assert_eq!(plain(&once), once);
            }
        }
    }
}
