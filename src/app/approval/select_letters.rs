//! Which letters are proofread: the extremes, then the fewest that show every case, each with why it was chosen.
//!
//! A pure function of facts: the same facts choose the same letters. Must not know what a fact means.

use super::letter_facts::{LetterFacts, LetterMeasure};
use serde::Serialize;
use std::collections::BTreeSet;

/// A letter that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChosenLetter {
    /// Its reference.
    pub reference: String,
    /// The school and person, for people.
    pub name: String,
    /// Why it was chosen, in French.
    pub reasons: Vec<String>,
}

/// Chooses letters, by reference; every one of them with `all`.
pub fn select(letters: &[LetterFacts], all: bool) -> Vec<ChosenLetter> {
    let mut chosen: Vec<Vec<String>> = vec![Vec::new(); letters.len()];
    for (measure, at) in extremes(letters) {
        chosen[at].push(measure.french().to_owned());
    }
    let mut seen: BTreeSet<&String> = BTreeSet::new();
    let of_extremes = |chosen: &[Vec<String>]| -> Vec<usize> {
        (0..letters.len()).filter(|at| !chosen[*at].is_empty()).collect()
    };
    for at in of_extremes(&chosen) {
        show(letters, at, &mut seen, &mut chosen);
    }
    while let Some(at) = most_new(letters, &seen) {
        show(letters, at, &mut seen, &mut chosen);
    }
    let is_kept = |reasons: &Vec<String>| all || !reasons.is_empty();
    let listed = letters.iter().zip(chosen).filter(|(_, reasons)| is_kept(reasons));
    listed
        .map(|(letter, mut reasons)| {
            if reasons.is_empty() {
                reasons.push("toutes les lettres sont demandées".to_owned());
            }
            ChosenLetter { reference: letter.reference.clone(), name: letter.name.clone(), reasons }
        })
        .collect()
}

/// Notes what a letter shows that none before it did.
fn show<'l>(
    letters: &'l [LetterFacts],
    at: usize,
    seen: &mut BTreeSet<&'l String>,
    chosen: &mut [Vec<String>],
) {
    for fact in &letters[at].facts {
        if seen.insert(fact) {
            chosen[at].push(fact.clone());
        }
    }
}

/// The letter that shows most that was not seen yet; the first of several.
fn most_new(letters: &[LetterFacts], seen: &BTreeSet<&String>) -> Option<usize> {
    let number =
        |letter: &LetterFacts| letter.facts.iter().filter(|fact| !seen.contains(fact)).count();
    let mut best: Option<(usize, usize)> = None;
    for (at, letter) in letters.iter().enumerate() {
        let fresh = number(letter);
        if fresh > 0 && best.is_none_or(|(most, _)| fresh > most) {
            best = Some((fresh, at));
        }
    }
    best.map(|(_, at)| at)
}

/// The letter with the most of each measure; the first of several, none where all are alike.
fn extremes(letters: &[LetterFacts]) -> Vec<(LetterMeasure, usize)> {
    let mut found = Vec::new();
    for measure in LetterMeasure::ALL {
        let values = letters.iter().map(|letter| letter.measure(measure));
        let (Some(most), Some(least)) = (values.clone().max(), values.clone().min()) else {
            continue;
        };
        let first = values.clone().position(|value| value == most);
        found.extend(first.filter(|_| most > least || letters.len() == 1).map(|at| (measure, at)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(reference: &str, facts: &[&str], text: usize) -> LetterFacts {
        LetterFacts {
            reference: reference.to_owned(),
            name: reference.to_owned(),
            facts: facts.iter().map(|fact| (*fact).to_owned()).collect(),
            lengths: [1, 1, 1, text],
        }
    }

    fn references(chosen: &[ChosenLetter]) -> Vec<&str> {
        chosen.iter().map(|one| one.reference.as_str()).collect()
    }

    #[test]
    fn the_fewest_letters_show_every_fact_and_say_which() {
        let letters = [
            letter("a", &["public"], 1),
            letter("b", &["private"], 1),
            letter("c", &["public", "acting"], 1),
            letter("d", &["private", "no head"], 1),
        ];
        let chosen = select(&letters, false);
        assert_eq!(references(&chosen), ["c", "d"]);
        let shown: BTreeSet<&str> =
            chosen.iter().flat_map(|one| &one.reasons).map(String::as_str).collect();
        assert_eq!(shown, BTreeSet::from(["acting", "no head", "private", "public"]));
        assert_eq!(references(&select(&letters, true)), ["a", "b", "c", "d"]);
    }

    #[test]
    fn the_longest_is_there_and_what_it_shows_needs_no_other() {
        let letters = [letter("a", &["x", "y"], 1), letter("b", &["x"], 9), letter("c", &["x"], 9)];
        let chosen = select(&letters, false);
        assert_eq!(references(&chosen), ["a", "b"]);
        assert_eq!(chosen[1].reasons, [LetterMeasure::Text.french(), "x"]);
        assert!(select(&[], false).is_empty());
    }
}
