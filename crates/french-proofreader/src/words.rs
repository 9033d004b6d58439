//! Words and signs: what a paragraph is cut into, and the short lists that the rules ask.

use std::ops::Range;

/// A word with its place in the paragraph (octets).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word<'t> {
    /// Its letters and digits, with inner hyphens; an apostrophe ends a word and belongs to it.
    pub(crate) text: &'t str,
    /// The first octet.
    pub(crate) start: usize,
    /// One past the last.
    pub(crate) end: usize,
}

impl Word<'_> {
    pub(crate) fn place(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// The two signs that stand for an apostrophe.
pub(crate) const APOSTROPHES: [char; 2] = ['\'', '’'];

/// The words of a paragraph.
pub(crate) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices() {
        let end = at + character.len_utf8();
        let is_inner = character == '-' && text[end..].starts_with(char::is_alphanumeric);
        if character.is_alphanumeric() || (is_inner && start.is_some()) {
            start.get_or_insert(at);
            continue;
        }
        if let Some(from) = start.take() {
            let end = if APOSTROPHES.contains(&character) { end } else { at };
            found.push(Word { text: &text[from..end], start: from, end });
        }
    }
    if let Some(from) = start {
        found.push(Word { text: &text[from..], start: from, end: text.len() });
    }
    found
}

/// Whether a word calls for elision before it: it begins with a vowel, or an h that is known to be mute. Not
/// a number, a word in capitals, nor those that French leaves alone.
pub(crate) fn calls_for_elision(word: &str) -> bool {
    const LEFT_ALONE: [&str; 14] = [
        "onze",
        "onzième",
        "oui",
        "ouistiti",
        "yaourt",
        "yaourts",
        "yacht",
        "yeti",
        "yoga",
        "yen",
        "un",
        "une",
        "uhlan",
        "ululement",
    ];
    const MUTE: [&str; 16] = [
        "habit", "heure", "heures", "histoire", "homme", "hommes", "honneur", "hôpital", "horaire",
        "horaires", "hôtel", "humain", "humaine", "huissier", "hélène", "henri",
    ];
    let lower = word.to_lowercase();
    let stem = lower.trim_end_matches(APOSTROPHES);
    let is_capitals = word.chars().count() > 1 && word.chars().all(|c| !c.is_lowercase());
    if is_capitals || LEFT_ALONE.contains(&stem) {
        return false;
    }
    let mut letters = stem.chars();
    match letters.next() {
        Some('h') => MUTE.contains(&stem),
        // "Yves", "Yvonne", but "Yasmine", "yole".
        Some('y') => letters.next().is_some_and(|second| !is_vowel(second)),
        Some(first) => is_vowel(first),
        None => false,
    }
}

/// Whether a letter is a vowel, accents and ligatures included.
pub(crate) fn is_vowel(letter: char) -> bool {
    "aàâäáeéèêëiîïíoôöóuùûüúœæ".contains(letter)
}

/// The elided form of a short word; none if it has none.
pub(crate) fn elided(word: &str) -> Option<String> {
    const SHORT: [&str; 16] = [
        "de",
        "le",
        "la",
        "que",
        "se",
        "ne",
        "je",
        "me",
        "te",
        "jusque",
        "lorsque",
        "puisque",
        "parce que",
        "quoique",
        "presqu",
        "ce",
    ];
    let lower = word.to_lowercase();
    // "ce" is elided before "est" and "était" alone, "la" is a pronoun or an article: both are elided.
    let is_short = SHORT.contains(&lower.as_str()) && lower != "ce" && lower != "presqu";
    is_short.then(|| format!("{}’", &word[..word.len() - 1]))
}

/// Whether a word may be an infinitive: "de le signer" is right.
pub(crate) fn may_be_infinitive(word: &str) -> bool {
    let lower = word.to_lowercase();
    ["er", "ir", "re", "oir"].iter().any(|ending| lower.ends_with(ending))
        || ["y", "en", "lui", "leur", "faire", "plus", "moins", "mieux"].contains(&lower.as_str())
}

/// Whether a word with its full stop is an abbreviation, so that the sentence goes on.
pub(crate) fn is_abbreviation(word: &str) -> bool {
    const SHORT: [&str; 26] = [
        "m", "mm", "mme", "dr", "pr", "me", "art", "al", "cf", "etc", "ex", "p", "pp", "n", "no",
        "tél", "mél", "fax", "st", "ste", "av", "bd", "boul", "réf", "j", "s",
    ];
    let lower = word.to_lowercase();
    // One letter is an initial ("L. 213-2", "J. Exemple").
    SHORT.contains(&lower.as_str()) || lower.chars().count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_cut_into_words() {
        let texts = |text| words(text).iter().map(|word| word.text).collect::<Vec<_>>();
        assert_eq!(texts("L’élève d'Anne-Marie, 12 €."), ["L’", "élève", "d'", "Anne-Marie", "12"]);
        assert_eq!(texts(""), Vec::<&str>::new());
        assert_eq!(texts("fin -"), ["fin"]);
    }

    #[test]
    fn some_words_call_for_elision() {
        for word in ["Émilie", "élève", "Yves", "heure", "Hélène", "œuvre", "établissement", "a"]
        {
            assert!(calls_for_elision(word), "{word}");
        }
        for word in
            ["onze", "oui", "yaourt", "Yasmine", "haut", "Hugo", "EREA", "11", "une", "collège"]
        {
            assert!(!calls_for_elision(word), "{word}");
        }
    }
}
