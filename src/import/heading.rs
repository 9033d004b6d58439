//! The heading of a column, compared whatever its spelling; a survey numbers its questions and marks those
//! that must be answered, which is no part of the name. Pure.

use crate::records::spelling;

/// The heading of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// As it stands, folded.
    whole: String,
    /// Without its number and its marks, folded.
    bare: String,
    /// What stands above it and over its neighbours: "Chef d’établissement".
    group: Option<String>,
    /// Whether it is known by its group and name alone, because the group is about somebody else.
    is_grouped_only: bool,
}

impl Heading {
    /// Reads a heading.
    pub fn of(text: &str) -> Self {
        let (whole, bare) = (spelling::folded(text), spelling::folded(bare_heading(text)));
        Self { whole, bare, ..Self::default() }
    }

    /// The same under a group.
    pub fn in_group(self, group: Option<String>) -> Self {
        Self { group, ..self }
    }

    /// The same, to be known by its group and name alone.
    pub fn grouped_only(self) -> Self {
        Self { is_grouped_only: true, ..self }
    }

    /// What stands above it and over its neighbours.
    pub fn group(&self) -> Option<&str> {
        self.group.as_deref()
    }

    /// Whether nothing can be read in it.
    pub fn is_blank(&self) -> bool {
        self.whole.is_empty()
    }

    /// Whether it is exactly this name, number and marks included; or its group and this name together,
    /// "Chef d’établissement – Nom".
    pub fn is_exactly(&self, name: &str) -> bool {
        let name = spelling::folded(name);
        let group = self.group.as_deref().map(spelling::folded);
        !self.is_grouped_only && self.whole == name
            || group.is_some_and(|group| format!("{group}{}", self.whole) == name)
    }

    /// Whether it is this name, numbered or not.
    pub fn is(&self, name: &str) -> bool {
        let is_bare = || !self.bare.is_empty() && self.bare == Self::of(name).bare;
        self.is_exactly(name) || !self.is_grouped_only && is_bare()
    }
}

/// "4. NOM de la personne désignée *" without its number and its star.
pub fn bare_heading(text: &str) -> &str {
    let mut rest = text.trim();
    while let Some(after) = without_number(rest) {
        rest = after;
    }
    for mark in ["(obligatoire)", "(facultatif)", "*", ":"] {
        rest = rest.strip_suffix(mark).unwrap_or(rest).trim_end();
    }
    rest
}

/// What follows "4.", "4)", "Q4 -" or "Question 4 :".
fn without_number(text: &str) -> Option<&str> {
    let after_word = ["Question", "question", "Q", "q", "N°", "n°"]
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .map_or(text, str::trim_start);
    let digits = after_word.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=3).contains(&digits) {
        return None;
    }
    let after = after_word.get(digits..)?.trim_start();
    let rest = after.trim_start_matches(['.', ')', '-', '–', ':', '°']);
    let rest = rest.trim_start();
    (after.len() > rest.len() && !rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_marks_are_no_part_of_a_name() {
        for (heading, bare) in [
            ("4. NOM de la personne désignée *", "NOM de la personne désignée"),
            ("Q12 - Prénom :", "Prénom"),
            ("Question 3 : Civilité (obligatoire)", "Civilité"),
            ("2.1) Discipline", "Discipline"),
            ("UAI", "UAI"),
            ("1er établissement", "1er établissement"),
            ("2026", "2026"),
            ("3 places", "3 places"),
        ] {
            assert_eq!(bare_heading(heading), bare);
        }
        assert!(Heading::of("4. Nom").is("nom") && !Heading::of("4. Nom").is_exactly("nom"));
        assert!(!Heading::of("Nom").is("Prénom"));
    }
}
