//! The reading of a paragraph by all rules.

use crate::mistake::{Mistake, Paragraph};
use crate::{grammar, spaces, words};

/// The mistakes of a paragraph, by their place.
pub fn proofread(text: &str, paragraph: Paragraph) -> Vec<Mistake> {
    let words = words::words(text);
    let mut found = grammar::mistakes(text, &words);
    found.extend(spaces::mistakes(text));
    if paragraph == Paragraph::Sentence {
        found.extend(grammar::missing_full_stop(text, &words));
    }
    found.sort_by_key(|mistake| (mistake.place.start, mistake.rule));
    found.dedup();
    found
}

/// Whether a word that must stay in one piece, such as a reference, stands in a text cut in two by a space.
pub fn is_cut_in_two(text: &str, word: &str) -> bool {
    if word.is_empty() || text.contains(word) {
        return false;
    }
    let joined: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    joined.contains(word)
}
