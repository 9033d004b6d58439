//! What a person reads of a name: one line, bounded, in the direction it is written.

/// Longest label, in characters.
const LABEL: usize = 400;
/// Longest name within a label, in characters.
const NAME: usize = 120;
/// Of which at the end: the ending of a file's name says most.
const TAIL: usize = 24;

/// Marks that are not seen but turn or join what is: directions, joiners, tags, variation
/// selectors (UAX 9; Unicode TR 36).
fn invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text with ends of lines as blanks, and without what is not seen.
fn seen(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter_map(|c| match c {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        _ if c.is_control() || invisible(c) => None,
        _ => Some(c),
    })
}

/// A text for one line of a terminal, a report or a ledger: no control characters, none that turn
/// the direction, bounded in length. Gives the same again for what it gave.
pub fn plain(text: &str) -> String {
    shortened(text, LABEL)
}

fn shortened(text: &str, most: usize) -> String {
    // More than this is not looked at: the text may be of any length.
    let looked_at = most * 4 + TAIL;
    let all: Vec<char> = seen(text).take(looked_at).collect();
    let cut = all.len() > most;
    if !cut {
        return all.into_iter().collect::<String>().trim().to_owned();
    }
    let tail: Vec<char> = {
        let backwards: String = text.chars().rev().take(looked_at).collect();
        let mut tail: Vec<char> = seen(&backwards).take(TAIL).collect();
        tail.reverse();
        tail
    };
    let head = all.into_iter().take(most - TAIL - 1);
    head.chain(['…']).chain(tail).collect::<String>().trim().to_owned()
}

/// The last part of a name, whatever separates the parts; never empty, never a path.
pub(super) fn last_part(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let last = shortened(last, NAME);
    if matches!(last.as_str(), "" | "." | "..") { "sans nom".to_owned() } else { last }
}

/// The label of something within something.
pub(super) fn inside(outer: &str, name: &str) -> String {
    let name = shortened(name, NAME);
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
            ("deux\r\nlignes.pdf", "deux  lignes.pdf"),
            ("lettre_\u{202e}fdp.exe", "lettre_fdp.exe"),
            ("\u{1b}[31mrouge", "[31mrouge"),
            ("\u{200b}\u{feff}", "sans nom"),
            ("École – né.pdf", "École – né.pdf"),
        ] {
            assert_eq!(last_part(name), label, "{name:?}");
        }
        let long = last_part(&format!("{}.pdf", "n".repeat(10_000)));
        assert_eq!(long.chars().count(), NAME);
        assert!(long.ends_with("nn.pdf") && long.contains('…'), "{long}");
        assert_eq!(inside("a.zip", "x/../y\n.pdf"), "a.zip › x/../y .pdf");
    }

    proptest! {
        #[test]
        fn a_label_is_one_bounded_line(text in "\\PC{0,50}|(?s).{0,900}") {
            let once = plain(&text);
            prop_assert!(once.chars().count() <= LABEL);
            prop_assert!(!once.chars().any(|c| c.is_control() || invisible(c)), "{:?}", once);
            prop_assert_eq!(plain(&once), once);
        }
    }
}
