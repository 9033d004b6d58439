//! Sentences that hold codes, told to a person: each school and letter by its name. Errors come from places that
//! know codes only; whoever shows them puts the names in.
//!
//! What stays as it is: a code in parentheses (its name stands before it), in a path, an address or a file's name,
//! and a command that a person is to type.

use super::labels::Labels;
use crate::app::error::Complaint;
use crate::letter::reference::Reference;
use crate::records::values::Uai;
use std::ops::Range;

/// Whether a sentence holds a code that may have a name.
pub fn holds_codes(text: &str) -> bool {
    !codes(text).is_empty()
}

impl Labels {
    /// What happened, by names; what to do, with the codes that are to be typed, each with its name.
    pub fn complaint(&self, complaint: &Complaint) -> Complaint {
        Complaint { message: self.sentence(&complaint.message), todo: self.advice(&complaint.todo) }
    }

    /// A sentence, with names in the place of codes.
    pub fn sentence(&self, text: &str) -> String {
        replaced(text, |code, place| match code.parse::<Reference>() {
            // "la lettre « Collège René-Cassin (0350003N), Mme Martin » n'est pas …"
            Ok(reference) if place.before.ends_with("lettre ") => {
                format!("« {} »", self.letter(&reference.to_string()))
            }
            Ok(reference) => self.letter(&reference.to_string()),
            Err(_) => self.school(&code.to_uppercase()),
        })
    }

    /// What to do: the names stand behind the codes.
    fn advice(&self, text: &str) -> String {
        replaced(text, |code, place| {
            let name = self.short_name(code);
            let name = name.map_or(String::new(), |name| format!(" ({name})"));
            format!("{code}{}{name}", place.quote_end)
        })
    }
}

/// What stands around a code.
struct CodePlace<'t> {
    before: &'t str,
    /// What closes a quotation right behind it; empty where nothing does.
    quote_end: &'t str,
}

/// A text with its codes replaced. A replacement that holds what closes the quotation takes its place too.
fn replaced(text: &str, replacement: impl Fn(&str, CodePlace<'_>) -> String) -> String {
    let (mut out, mut done) = (String::new(), 0);
    for code in codes(text) {
        let (before, behind) = (&text[..code.start], &text[code.end..]);
        let ends = [" »", "\u{a0}»"];
        let quote_end = ends.into_iter().find(|end| behind.starts_with(end)).unwrap_or_default();
        out.push_str(&text[done..code.start]);
        let new = replacement(&text[code.clone()], CodePlace { before, quote_end });
        let is_closed = !quote_end.is_empty() && new.contains(quote_end);
        out.push_str(&new);
        done = code.end + if is_closed { quote_end.len() } else { 0 };
    }
    out.push_str(&text[done..]);
    out
}

/// Where codes stand that may have a name.
fn codes(text: &str) -> Vec<Range<usize>> {
    let commands = commands(text);
    let is_part = |c: char| c.is_alphanumeric() || c == '-';
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(is_part).map(|offset| at + offset) {
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |offset| start + offset);
        at = end;
        let is_code = {
            let word = &text[start..end];
            word.parse::<Reference>().is_ok() || word.to_uppercase().parse::<Uai>().is_ok()
        };
        let in_command = commands.iter().any(|command| command.contains(&start));
        if is_code && !in_command && stands_alone(&text[..start], &text[end..]) {
            found.push(start..end);
        }
    }
    found
}

/// Whether a word is no part of a path, an address or a file's name, and not the code behind a name.
fn stands_alone(before: &str, behind: &str) -> bool {
    let is_joined = |c: char| ['/', '\\', '_', '.', '@', '<', '(', '[', '='].contains(&c);
    let mut behind = behind.chars();
    let joined_behind = match behind.next() {
        Some('.') => behind.next().is_some_and(char::is_alphanumeric),
        Some(c) => ['/', '\\', '_', '@'].contains(&c),
        None => false,
    };
    !before.ends_with(is_joined) && !joined_behind
}

/// Where commands stand that are to be typed: up to the end of the quotation, the next part of the sentence, or the
/// end.
fn commands(text: &str) -> Vec<Range<usize>> {
    let begun = text.match_indices("missive ").filter(|(at, _)| {
        let before = &text[..*at];
        before.ends_with("« ") || before.ends_with("«\u{a0}") || before.ends_with(": ")
    });
    let ended = |at: usize| {
        let ends = [" »", "\u{a0}»", " ;", "\n"].into_iter().filter_map(|end| text[at..].find(end));
        ends.min().map_or(text.len(), |offset| at + offset)
    };
    begun.map(|(at, _)| at..ended(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::names::labels::example;

    #[test]
    fn a_sentence_tells_schools_and_letters_by_name() {
        let labels = example();
        let letter = "2026-0860001J-NGRM";
        let name = "Collège René-Cassin (0860001J), Mme Claire Martin";
        for (said, told) in [
            (
                format!("ce message est transmis : {letter}"),
                format!("ce message est transmis : {name}"),
            ),
            (format!("{letter}, {letter}."), format!("{name}, {name}.")),
            (format!("la lettre {letter} a disparu"), format!("la lettre « {name} » a disparu")),
            (
                "aucun message pour « 0860001j »".to_owned(),
                "aucun message pour « Collège René-Cassin (0860001J) »".to_owned(),
            ),
            (
                "l'établissement 0860001J".to_owned(),
                "l'établissement Collège René-Cassin (0860001J)".to_owned(),
            ),
        ] {
            assert_eq!(labels.sentence(&said), told);
        }
        for kept in [
            "Collège René-Cassin (0860001J) n'a rien",
            "out/2026/letters/2026-0860001J-NGRM.pdf ne peut pas être écrit",
            "ce.0860001j@academie.example",
            "0860001J.r1.eml",
            "Lettre_2026-0860001J-NGRM_r1.pdf",
            "relancer « missive send --only 0860001J » demain",
            "l'établissement 0860002K n'existe pas",
            "2026-11-16, 0860001, NGRM",
        ] {
            assert_eq!(labels.sentence(kept), kept);
        }
    }

    #[test]
    fn what_to_type_keeps_its_code() {
        let labels = example();
        for (said, told) in [
            (
                "vouliez-vous écrire « 2026-0860001J-NGRM » ?",
                "vouliez-vous écrire « 2026-0860001J-NGRM » (Collège René-Cassin, Mme Claire Martin) ?",
            ),
            (
                "nommer l'une d'elles : 0860001J, 0860002K",
                "nommer l'une d'elles : 0860001J (Collège René-Cassin), 0860002K",
            ),
            (
                "le dire : missive resolve 2026-0860001J-NGRM --handed-over",
                "le dire : missive resolve 2026-0860001J-NGRM --handed-over",
            ),
        ] {
            assert_eq!(labels.advice(said), told);
        }
    }

    #[test]
    fn a_sentence_without_codes_is_known() {
        assert!(!holds_codes("rien n'est noté de « cassin »"));
        assert!(holds_codes("rien n'est noté de « 0860001J »"));
    }
}
