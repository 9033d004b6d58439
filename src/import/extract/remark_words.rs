//! Words in a column that nothing reads and that matter all the same: somebody leaves, is away, or takes
//! the place of somebody else. Pure.

use crate::records::spelling;

/// What the words of a cell say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemarkSubject {
    /// Somebody leaves, is away, or is there for a time; or the school closes.
    Absence,
    /// The row takes the place of another one, or of somebody else.
    Replacement,
}

/// Beginnings of words that say that somebody leaves or is away; folded.
const ABSENCE_STEMS: [&str; 16] = [
    "retrait",
    "vacan",
    "quitt",
    "deced",
    "deces",
    "interim",
    "disponib",
    "demission",
    "detache",
    "maternite",
    "maladie",
    "fermet",
    "suspend",
    "suspens",
    "inoccup",
    "depourvu",
];
/// Whole words that say so: their beginnings also begin others, as "département" does.
const ABSENCE_WORDS: [&str; 20] = [
    "dispo",
    "conge",
    "conges",
    "mutation",
    "mutations",
    "mute",
    "mutee",
    "mutes",
    "mutees",
    "depart",
    "departs",
    "parti",
    "arret",
    "absent",
    "absente",
    "ferme",
    "fermee",
    "fusion",
    "fusionne",
    "cesse",
];
/// Beginnings of words that say that one thing takes the place of another.
const REPLACEMENT_STEMS: [&str; 4] = ["remplac", "rectif", "erratum", "supplean"];

/// What the words of a cell say, if they matter.
pub fn subject(text: &str) -> Option<RemarkSubject> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .map(spelling::folded)
        .filter(|word| !word.is_empty())
        .collect();
    let begins =
        |stems: &[&str]| words.iter().any(|word| stems.iter().any(|stem| word.starts_with(stem)));
    let cancels = words.windows(2).any(|pair| pair == ["annule", "et"])
        || words.windows(3).any(|three| three == ["a", "la", "place"])
        || words.windows(2).any(|pair| pair == ["nouvelle", "reponse"]);
    if cancels || begins(&REPLACEMENT_STEMS) {
        return Some(RemarkSubject::Replacement);
    }
    // "Part en juin", but not "d'autre part".
    let leaves = words
        .windows(2)
        .any(|pair| pair[0] == "part" && ["a", "au", "en", "le"].contains(&pair[1].as_str()));
    let says = words.iter().any(|word| ABSENCE_WORDS.contains(&word.as_str()));
    (says || leaves || begins(&ABSENCE_STEMS)).then_some(RemarkSubject::Absence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_matter_are_seen_and_others_are_not() {
        for (text, expected) in [
            ("part à la retraite le 1er janvier", Some(RemarkSubject::Absence)),
            ("POSTE VACANT", Some(RemarkSubject::Absence)),
            ("a quitté l'établissement", Some(RemarkSubject::Absence)),
            ("Décédée en octobre", Some(RemarkSubject::Absence)),
            ("par intérim", Some(RemarkSubject::Absence)),
            ("en disponibilité", Some(RemarkSubject::Absence)),
            ("congé parental", Some(RemarkSubject::Absence)),
            ("mutation au 01/09", Some(RemarkSubject::Absence)),
            ("départ prévu", Some(RemarkSubject::Absence)),
            ("annule et remplace ma réponse", Some(RemarkSubject::Replacement)),
            ("Remplace M. Petit", Some(RemarkSubject::Replacement)),
            ("nouvelle réponse", Some(RemarkSubject::Replacement)),
            ("Département de la Vienne", None),
            ("2 heures par semaine", None),
            ("participe au réseau, congrès annuel", None),
            ("", None),
        ] {
            assert_eq!(subject(text), expected, "{text}");
        }
    }
}
