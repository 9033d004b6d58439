//! A person's name in one cell, "Mme Martin Claire", cut into civility, given and family name; or
//! left to a person where nothing says which is which. Pure.

use crate::records::spelling;

/// A name in its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonName {
    /// `Mme` or `M.`, if it was said.
    pub civility: Option<&'static str>,
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
}

/// Which part a cell begins with, where capitals do not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOrder {
    /// "Martin Claire".
    FamilyFirst,
    /// "Claire Martin".
    GivenFirst,
}

/// Why a name cannot be cut.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing says which part is the family name.
    #[error("« {0} » : impossible de dire où finit le nom et où commence le prénom")]
    Undecided(String),
    /// There is only one word.
    #[error("« {0} » : il manque le prénom ou le nom")]
    OneWord(String),
}

/// The civility that a word stands for.
pub fn read_civility(word: &str) -> Option<&'static str> {
    match spelling::folded(word).as_str() {
        "mme" | "madame" | "mlle" | "mademoiselle" | "f" | "feminin" | "femme" => Some("Mme"),
        "m" | "mr" | "monsieur" | "h" | "masculin" | "homme" => Some("M."),
        _ => None,
    }
}

fn is_particle(word: &str) -> bool {
    matches!(
        spelling::folded(word).as_str(),
        "de" | "du"
            | "des"
            | "la"
            | "le"
            | "les"
            | "d"
            | "van"
            | "von"
            | "der"
            | "ben"
            | "el"
            | "al"
            | "mc"
            | "saint"
    )
}

/// A family name of which some words are in capitals is lowered as a whole.
fn family_name(parts: &[&str]) -> String {
    let name = parts.join(" ");
    let name = name.trim_matches(',');
    let loud = |word: &&str| spelling::is_all_caps(word) && word.chars().count() > 2;
    match parts.iter().any(loud) {
        true => spelling::family_name(&name.to_uppercase()),
        false => name.to_owned(),
    }
}

/// Cuts a name. Words in capitals are the family name, wherever they stand; without capitals the
/// order says which, and more than one word that could belong to either is not guessed.
pub fn split_name(text: &str, order: Option<NameOrder>) -> Result<PersonName, NameError> {
    let text = spelling::tidy(text);
    let mut all: Vec<&str> = text.split(' ').collect();
    let title = all.first().and_then(|first| {
        // "M" alone may be an initial; with a dot or as "Mme" it is a civility.
        let civility = read_civility(first)?;
        (all.len() > 2
            && spelling::folded(first).len() <= 12
            && !matches!(*first, "f" | "h" | "F" | "H"))
        .then_some(civility)
    });
    if title.is_some() {
        all.remove(0);
    }
    let comma = text.contains(',');
    let undecided = || NameError::Undecided(text.clone());
    let person = |family: &[&str], given: &[&str]| PersonName {
        civility: title,
        given: spelling::given_name(given.join(" ").trim_matches(',')),
        family: family_name(family),
    };
    if comma {
        // "Martin, Claire".
        let at = all.iter().position(|word| word.ends_with(','));
        return match at {
            Some(at) if at + 1 < all.len() => {
                let (family, given) = all.split_at(at + 1);
                Ok(person(family, given))
            }
            _ => Err(undecided()),
        };
    }
    if all.len() < 2 {
        return Err(NameError::OneWord(text));
    }
    let loud = |word: &&str| {
        word.chars().filter(|c| c.is_alphabetic()).count() >= 2 && spelling::is_all_caps(word)
    };
    let all_caps: Vec<bool> = all.iter().map(loud).collect();
    let count = all_caps.iter().filter(|is_all_caps| **is_all_caps).count();
    if count > 0 && count < all.len() {
        // One run of capitals, at the start or at the end; a short word of one letter goes with it.
        let first = all_caps.iter().position(|is_all_caps| *is_all_caps).unwrap_or(0);
        let last = all_caps.iter().rposition(|is_all_caps| *is_all_caps).unwrap_or(0);
        if all_caps.get(first..=last).is_some_and(|run| run.iter().all(|is_all_caps| *is_all_caps))
        {
            if first == 0 {
                let (family, given) = all.split_at(last + 1);
                return Ok(person(family, given));
            }
            let mut start = first;
            // "Anne de LA TOUR": the small particle before belongs to the name.
            while start > 1 && all.get(start - 1).is_some_and(|word| is_particle(word)) {
                start -= 1;
            }
            if last + 1 == all.len() {
                let (given, family) = all.split_at(start);
                return Ok(person(family, given));
            }
        }
        return Err(undecided());
    }
    match (order, all.as_slice()) {
        (Some(NameOrder::FamilyFirst), [family, given])
        | (Some(NameOrder::GivenFirst), [given, family]) => Ok(person(&[family], &[given])),
        (Some(NameOrder::FamilyFirst), [rest @ .., given])
            if rest.iter().rev().skip(1).all(|word| is_particle(word)) =>
        {
            Ok(person(rest, &[given]))
        }
        (Some(NameOrder::GivenFirst), [given, rest @ ..])
            if rest.iter().rev().skip(1).all(|word| is_particle(word)) =>
        {
            Ok(person(rest, &[given]))
        }
        _ => Err(undecided()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, order: Option<NameOrder>) -> Option<(Option<&'static str>, String, String)> {
        split_name(text, order).ok().map(|p| (p.civility, p.given, p.family))
    }

    fn who(
        civility: Option<&'static str>,
        given: &str,
        family: &str,
    ) -> Option<(Option<&'static str>, String, String)> {
        Some((civility, given.to_owned(), family.to_owned()))
    }

    #[test]
    fn capitals_tell_the_family_name() {
        assert_eq!(cut("Mme MARTIN Claire", None), who(Some("Mme"), "Claire", "Martin"));
        assert_eq!(cut("Claire MARTIN", None), who(None, "Claire", "Martin"));
        assert_eq!(cut("M. LE GOFF Yann", None), who(Some("M."), "Yann", "Le Goff"));
        assert_eq!(cut("Anne de LA TOUR", None), who(None, "Anne", "de La Tour"));
        assert_eq!(cut("DUPONT-LEROY Marie Laure", None), who(None, "Marie Laure", "Dupont-Leroy"));
        assert_eq!(cut("Martin, Claire", None), who(None, "Claire", "Martin"));
    }

    #[test]
    fn the_order_tells_where_capitals_do_not() {
        assert_eq!(
            cut("Mme Martin Claire", Some(NameOrder::FamilyFirst)),
            who(Some("Mme"), "Claire", "Martin")
        );
        assert_eq!(
            cut("Claire Martin", Some(NameOrder::GivenFirst)),
            who(None, "Claire", "Martin")
        );
        assert_eq!(
            cut("MARTIN CLAIRE", Some(NameOrder::FamilyFirst)),
            who(None, "Claire", "Martin")
        );
        assert_eq!(
            cut("de la Tour Anne", Some(NameOrder::FamilyFirst)),
            who(None, "Anne", "de la Tour")
        );
    }

    #[test]
    fn what_could_be_either_is_not_guessed() {
        assert_eq!(cut("Martin Claire", None), None);
        assert_eq!(cut("Marie Laure Dupont Leroy", Some(NameOrder::GivenFirst)), None);
        assert_eq!(cut("Martin", Some(NameOrder::FamilyFirst)), None);
        assert_eq!(cut("DUPONT Marie LEROY", None), None);
        assert_eq!(cut("", None), None);
    }
}
