//! Elision, contraction, doubled words, capitals and full stops.

use crate::mistake::{Mistake, Rule};
use crate::words::{self, APOSTROPHES, Word};

/// Fewest words of a paragraph that must end with a full stop.
const SENTENCE: usize = 5;

pub(crate) fn mistakes(text: &str, words: &[Word<'_>]) -> Vec<Mistake> {
    let mut found = Vec::new();
    for (index, pair) in words.windows(2).enumerate() {
        let [word, next] = pair else { continue };
        let between = &text[word.end..next.start];
        if is_space(between) {
            let after = words.get(index + 2);
            found.extend(elision(word, next));
            found.extend(contraction(word, next, after));
            found.extend(doubled(word, next));
        }
        found.extend(lower_case(text, word, next));
    }
    found
}

/// Whether only spaces stand between two words, of any kind.
fn is_space(between: &str) -> bool {
    !between.is_empty() && between.chars().all(char::is_whitespace)
}

fn elision(word: &Word<'_>, next: &Word<'_>) -> Option<Mistake> {
    let elided = words::elided(word.text)?;
    let calls = words::calls_for_elision(next.text);
    calls.then(|| Mistake {
        rule: Rule::Elision,
        place: word.start..next.end,
        instead: Some(format!("{elided}{}", next.text)),
    })
}

fn contraction(word: &Word<'_>, next: &Word<'_>, after: Option<&Word<'_>>) -> Option<Mistake> {
    let lower = word.text.to_lowercase();
    let contracted = match (lower.as_str(), next.text) {
        ("à", "le") => "au",
        ("à", "les") => "aux",
        ("de", "le") => "du",
        ("de", "les") => "des",
        _ => return None,
    };
    // A pronoun before an infinitive, or before another pronoun, is not contracted.
    let is_pronoun = after.is_none_or(|after| {
        words::may_be_infinitive(after.text) || after.text.ends_with(APOSTROPHES)
    });
    (!is_pronoun).then(|| Mistake {
        rule: Rule::Contraction,
        place: word.start..next.end,
        instead: Some(contracted.to_owned()),
    })
}

fn doubled(word: &Word<'_>, next: &Word<'_>) -> Option<Mistake> {
    // "nous nous", "vous vous" are right: a pronoun and its reflexive.
    const RIGHT: [&str; 2] = ["nous", "vous"];
    let lower = word.text.to_lowercase();
    let is_word = lower.chars().all(char::is_alphabetic) && !lower.is_empty();
    let is_twice = is_word && word.text == next.text && !RIGHT.contains(&lower.as_str());
    // A name may be given twice, "Jean Jean"; a common word may not.
    (is_twice && word.text == lower).then(|| Mistake {
        rule: Rule::DoubledWord,
        place: word.start..next.end,
        instead: Some(word.text.to_owned()),
    })
}

fn lower_case(text: &str, word: &Word<'_>, next: &Word<'_>) -> Option<Mistake> {
    let between = &text[word.end..next.start];
    let mut signs = between.trim_start().chars();
    let ends = matches!(signs.next(), Some('.' | '!' | '?'));
    let rest = signs.as_str();
    let is_gap = !rest.is_empty() && rest.chars().all(char::is_whitespace);
    let first = next.text.chars().next()?;
    // "M. de", an abbreviation; "service.example", no gap.
    if !ends || !is_gap || !first.is_lowercase() || words::is_abbreviation(word.text) {
        return None;
    }
    let capital: String = first.to_uppercase().chain(next.text.chars().skip(1)).collect();
    Some(Mistake { rule: Rule::LowerCase, place: next.place(), instead: Some(capital) })
}

/// A paragraph of several words has to end with a sign.
pub(crate) fn missing_full_stop(text: &str, words: &[Word<'_>]) -> Option<Mistake> {
    let end = text.trim_end();
    let last = end.chars().next_back()?;
    let is_open = last.is_alphanumeric() || last == ',';
    (is_open && words.len() >= SENTENCE).then(|| Mistake {
        rule: Rule::NoFullStop,
        place: end.len() - last.len_utf8()..end.len(),
        instead: (last != ',').then(|| format!("{last}.")),
    })
}
