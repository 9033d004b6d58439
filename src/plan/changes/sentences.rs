//! Sentences of a text, and those of two texts that differ.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A former text is cut after this many characters: the letter it stands in has it whole.
const LONGEST: usize = 600;

/// A sentence, or the item of a list, with the path of the field it stands in.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    pub(super) text: String,
    pub(super) field: String,
}

impl PartialEq for Sentence {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Sentence {}

impl PartialOrd for Sentence {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sentence {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl std::hash::Hash for Sentence {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// Sentences in a row that took the place of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReplacedText {
    pub(super) field: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// The sentences of a text. The semicolon at the end of an item of a list is no part of it.
pub(super) fn sentences(text: &str, field: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, mark) in text.char_indices().filter(|(_, c)| matches!(c, '.' | '!' | '?')) {
        let end = at + mark.len_utf8();
        if ends_sentence(&text[start..at], &text[end..]) {
            found.push(&text[start..end]);
            start = end;
        }
    }
    found.push(&text[start..]);
    let trimmed = found.into_iter().map(|text| text.trim().trim_end_matches([';', ' ', '\u{a0}']));
    let full = trimmed.filter(|text| !text.is_empty());
    full.map(|text| Sentence { text: text.to_owned(), field: field.to_owned() }).collect()
}

/// Whether a mark between two parts of a text ends a sentence: "art. L. 213-2" and "M. Durand" go on.
fn ends_sentence(before: &str, after: &str) -> bool {
    let next = after.trim_start();
    let begins = next.chars().next().is_some_and(|c| c.is_uppercase() || c == '«');
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    let is_abbreviation = is_initial || matches!(word, "MM" | "art" | "Art");
    next.len() < after.len() && begins && !is_abbreviation
}

/// The sentences that differ, each run with what it takes the place of.
pub(super) fn replaced(before: &[Sentence], after: &[Sentence]) -> Vec<ReplacedText> {
    let mut found = Vec::new();
    for operation in capture_diff_slices(Algorithm::Patience, before, after) {
        let (old, new) = match operation {
            DiffOp::Equal { .. } => continue,
            DiffOp::Delete { old_index, old_len, new_index } => {
                (old_index..old_index + old_len, new_index..new_index)
            }
            DiffOp::Insert { old_index, new_index, new_len } => {
                (old_index..old_index, new_index..new_index + new_len)
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                (old_index..old_index + old_len, new_index..new_index + new_len)
            }
        };
        let (old, new) = (&before[old], &after[new]);
        let Some(first) = new.first().or(old.first()) else { continue };
        found.push(ReplacedText {
            field: first.field.clone(),
            before: joined(old),
            after: joined(new),
        });
    }
    found
}

fn joined(sentences: &[Sentence]) -> Option<String> {
    let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    let mut whole = String::new();
    for text in texts {
        if !whole.is_empty() {
            // Items of a list have no mark at their end.
            whole.push_str(if whole.ends_with(['.', '!', '?', ':']) { " " } else { " ; " });
        }
        whole.push_str(text);
    }
    (!whole.is_empty()).then_some(whole)
}

/// A former text that is not longer than it has to be: its end is left out at a space.
pub(super) fn shortened(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(LONGEST) else { return text.to_owned() };
    let kept = &text[..end];
    let kept = kept.rsplit_once(' ').map_or(kept, |(kept, _)| kept);
    format!("{kept} […]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        sentences(text, "f").into_iter().map(|sentence| sentence.text).collect()
    }

    #[test]
    fn a_text_has_these_sentences() {
        for (text, expected) in [
            ("Un. Deux ! Trois ? Fin", vec!["Un.", "Deux !", "Trois ?", "Fin"]),
            (
                "code de l’éducation, article L. 213-2 ;",
                vec!["code de l’éducation, article L. 213-2"],
            ),
            ("Voir M. Durand. « Oui » dit-il.", vec!["Voir M. Durand.", "« Oui » dit-il."]),
            ("adresse dan@academie.example. Après", vec!["adresse dan@academie.example.", "Après"]),
            ("", vec![]),
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn only_the_sentences_that_differ_are_told() {
        let (old, new) =
            (sentences("Un. Deux. Trois.", "a"), sentences("Un. Deux bis. Trois.", "b"));
        let only = ReplacedText {
            field: "b".into(),
            before: Some("Deux.".into()),
            after: Some("Deux bis.".into()),
        };
        assert_eq!(replaced(&old, &new), [only]);
        assert!(replaced(&old, &old).is_empty());
        let gone = replaced(&old, &[]);
        assert_eq!((gone[0].field.as_str(), &gone[0].after), ("a", &None));
    }

    #[test]
    fn a_long_former_text_ends_at_a_space() {
        let long = "mot ".repeat(400);
        let short = shortened(&long);
        assert!(short.ends_with("mot […]") && short.chars().count() <= LONGEST + 4, "{short}");
        assert_eq!(shortened("court"), "court");
    }
}
