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
}

impl Heading {
    /// Reads a heading.
    pub fn of(text: &str) -> Self {
        Self { whole: spelling::folded(text), bare: spelling::folded(bare_heading(text)) }
    }

    /// Whether nothing can be read in it.
    pub fn is_blank(&self) -> bool {
        self.whole.is_empty()
    }

    /// Whether it is exactly this name, number and marks included.
    pub fn is_exactly(&self, name: &str) -> bool {
        self.whole == spelling::folded(name)
    }

    /// Whether it is this name, numbered or not.
    pub fn is(&self, name: &str) -> bool {
        self.is_exactly(name) || !self.bare.is_empty() && self.bare == Self::of(name).bare
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
