//! The persons whom a letter names for its boxes, compared with the names in certificates.
//!
//! Names are compared by their words, whatever accents, case and order. A name proves nothing by
//! itself: a match is only shown to a person. Pure.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Longest name that is compared, in characters.
const MAX_LENGTH: usize = 400;

/// Somebody whom a letter names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NamedPerson {
    /// The name as the letter writes it.
    name: String,
    /// Words of the given name.
    given: BTreeSet<String>,
    /// Words of the family name.
    family: BTreeSet<String>,
}

/// Whom a letter names for each box to sign, by its label; a box may have nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LetterPeople(BTreeMap<String, NamedPerson>);

impl LetterPeople {
    /// Those of a letter, from the JSON that its template read.
    pub fn of(content: &Value) -> Self {
        let mut people = Self::default();
        for (label, person) in [
            ("sign-head", &content["establishment"]["head"]),
            ("sign-referent", &content["referent"]),
        ] {
            let text = |key: &str| person[key].as_str().unwrap_or_default();
            people.add(label, text("given_name"), text("family_name"));
        }
        people
    }

    /// Adds the person of a box, unless the family name is empty.
    pub fn add(&mut self, label: &str, given: &str, family: &str) {
        let name = format!("{given} {family}").trim().to_owned();
        let person = NamedPerson { name, given: words(given), family: words(family) };
        if !person.family.is_empty() {
            self.0.insert(label.to_owned(), person);
        }
    }

    /// How the letter names the person of a box.
    pub fn name(&self, label: &str) -> Option<&str> {
        self.0.get(label).map(|person| person.name.as_str())
    }

    /// The boxes whose person has the name of a signer.
    pub fn boxes_of(&self, signer: &str) -> BTreeSet<&str> {
        let words = words(signer);
        let has_name = |person: &NamedPerson| {
            let given = person.given.is_empty() || !person.given.is_disjoint(&words);
            given && person.family.is_subset(&words)
        };
        let found = self.0.iter().filter(|(_, person)| has_name(person));
        found.map(|(label, _)| label.as_str()).collect()
    }
}

/// The words of a name, without accents or case.
pub fn words(name: &str) -> BTreeSet<String> {
    let mut plain = String::new();
    for c in name.chars().take(MAX_LENGTH).nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'œ' | 'Œ' => plain.push_str("oe"),
            'æ' | 'Æ' => plain.push_str("ae"),
            'ß' => plain.push_str("ss"),
            c => plain.extend(c.to_lowercase()),
        }
    }
    let found = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    found.map(str::to_owned).collect()
}

/// Whether a word of a name mixes alphabets, and so may look like another name.
pub fn mixes_alphabets(name: &str) -> bool {
    let is_latin = |c: char| c.is_alphabetic() && (c as u32) < 0x250;
    let is_lookalike = |c: char| matches!(c as u32, 0x370..=0x52f | 0x13a0..=0x13ff);
    name.split(|c: char| !c.is_alphabetic())
        .any(|word| word.chars().any(is_latin) && word.chars().any(is_lookalike))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn people() -> LetterPeople {
        LetterPeople::of(&json!({
            "establishment": { "head": { "given_name": "Anne", "family_name": "Le Bœuf" } },
            "referent": { "given_name": "Jean-Éric", "family_name": "Martin" },
        }))
    }

    #[test]
    fn names_are_the_same_whatever_accents_case_and_order() {
        let people = people();
        for (name, wanted) in [
            ("LE BOEUF Anne", Some("sign-head")),
            ("anne le bœuf", Some("sign-head")),
            ("Jean-Eric MARTIN (ministère)", Some("sign-referent")),
            ("MARTIN Jean", Some("sign-referent")),
            ("Claire Martin", None),
            ("Anne Bœuf", None),
            ("", None),
        ] {
            assert_eq!(
                people.boxes_of(name).into_iter().collect::<Vec<_>>(),
                Vec::from_iter(wanted)
            );
        }
        assert_eq!(people.name("sign-head"), Some("Anne Le Bœuf"));
    }

    #[test]
    fn a_letter_may_name_nobody() {
        let blank = json!({ "establishment": { "head": null } });
        assert_eq!(LetterPeople::of(&blank), LetterPeople::default());
        assert_eq!(LetterPeople::default().boxes_of("Anne Durand"), BTreeSet::new());
    }

    #[test]
    fn letters_of_another_alphabet_within_a_word_are_seen() {
        // Greek omicron, Cyrillic o.
        assert!(mixes_alphabets("D\u{3bf}minique Morel"));
        assert!(mixes_alphabets("Dominique M\u{43e}rel"));
        for honest in ["Dominique Morel", "Éloïse O’Neill-Müller", "Γιώργος Παπαδόπουλος", ""]
        {
            assert!(!mixes_alphabets(honest), "{honest}");
        }
    }
}
