//! Names of people that look like none: a civility within, two people in one, words that name nobody.
//! Nothing is forbidden: some of these are names. Pure.

use crate::records::spelling;

/// Why a name looks like none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameDoubt {
    /// "M. Olivier Mme SIMON".
    #[error("« {0} » au milieu du nom : une civilité, ou deux personnes ?")]
    Civility(String),
    /// "BRIAND et MORVAN".
    #[error("« {0} » : deux personnes dans une case ?")]
    TwoPeople(String),
    /// "Agnès Non Participant", "poste vacant".
    #[error("« {0} » n'est sans doute pas un nom")]
    NoName(String),
    /// "Claire Professeure".
    #[error("« {0} » est une fonction, pas un nom")]
    Function(String),
    /// "Martin2", "claire@…".
    #[error("« {0} » : un nom n'a pas de chiffre ni de signe")]
    Sign(String),
    /// "C."
    #[error("« {0} » : une initiale, pas un nom entier")]
    Initial(String),
}

/// Words that name nobody, wherever they stand.
const NO_NAMES: [&str; 27] = [
    "participant",
    "participante",
    "neant",
    "inconnu",
    "inconnue",
    "vacant",
    "vacante",
    "vacance",
    "pourvoir",
    "pourvu",
    "pourvue",
    "nc",
    "nd",
    "xx",
    "xxx",
    "xxxx",
    "idem",
    "designer",
    "definir",
    "completer",
    "renseigner",
    "referent",
    "referente",
    "rupn",
    "remplacant",
    "remplacante",
    "interim",
];
/// Words that name nobody where nothing else stands beside them; some are family names.
const WEAK: [&str; 19] = [
    "personne", "poste", "sans", "objet", "aucun", "aucune", "non", "test", "nouveau", "nouvelle",
    "voir", "attente", "en", "a", "na", "refus", "absent", "absente", "oui",
];
/// Functions that stand where a name is expected.
const FUNCTIONS: [&str; 14] = [
    "principale",
    "proviseur",
    "proviseure",
    "directrice",
    "directeur",
    "adjoint",
    "adjointe",
    "cpe",
    "professeur",
    "professeure",
    "documentaliste",
    "gestionnaire",
    "secretariat",
    "direction",
];

/// What is doubtful in a name, given or family name missing where the other holds both.
pub fn doubt_of_name(given: &str, family: &str) -> Option<NameDoubt> {
    let whole = spelling::tidy(&format!("{given} {family}"));
    let words: Vec<&str> = whole.split(' ').filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return None;
    }
    if let Some(word) = words.iter().find(|word| is_civility(word)) {
        return Some(NameDoubt::Civility((*word).to_owned()));
    }
    let joins = words.iter().enumerate().any(|(at, word)| {
        let is_between = at > 0 && at + 1 < words.len();
        is_between && ["et", "ou", "&", "+", "/", "puis"].contains(&word.to_lowercase().as_str())
    });
    if joins || whole.contains(['/', '&', ';', '+']) {
        return Some(NameDoubt::TwoPeople(whole));
    }
    if whole.chars().any(|c| c.is_ascii_digit() || matches!(c, '?' | '@' | '_' | '!' | '=' | '#')) {
        return Some(NameDoubt::Sign(whole));
    }
    let folded: Vec<String> = words.iter().map(|word| spelling::folded(word)).collect();
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let names_nobody = folded.iter().all(|word| is(&WEAK, word) || is(&NO_NAMES, word));
    if names_nobody || folded.iter().any(|word| is(&NO_NAMES, word)) {
        return Some(NameDoubt::NoName(whole));
    }
    if let Some(at) = folded.iter().position(|word| is(&FUNCTIONS, word)) {
        return Some(NameDoubt::Function(words.get(at).copied().unwrap_or_default().to_owned()));
    }
    let is_initial = |name: &&str| name.ends_with('.') && name.chars().count() == 2;
    [given, family]
        .iter()
        .find(|name| is_initial(name))
        .map(|name| NameDoubt::Initial((*name).to_owned()))
}

fn is_civility(word: &str) -> bool {
    let bare = word.trim_end_matches('.');
    let dotted = bare.len() < word.len();
    match bare.to_lowercase().as_str() {
        "mme" | "mmes" | "mlle" | "madame" | "mademoiselle" | "monsieur" | "messieurs" => true,
        "m" | "mr" | "mm" => dotted,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_like_none_are_told_and_others_are_not() {
        for (given, family, kind) in [
            ("Olivier Mme", "Simon", "civilité"),
            ("Claire", "M. Petit", "civilité"),
            ("", "BRIAND et MORVAN", "deux personnes"),
            ("Marie / Paul", "Petit", "deux personnes"),
            ("Agnès Non", "Participant", "pas un nom"),
            ("Poste", "Vacant", "pas un nom"),
            ("Personne", "Aucune", "pas un nom"),
            ("À", "désigner", "pas un nom"),
            ("Claire", "Principale", "fonction"),
            ("Claire2", "Martin", "chiffre"),
            ("C.", "Martin", "initiale"),
        ] {
            let told = doubt_of_name(given, family).map(|doubt| doubt.to_string());
            assert!(
                told.as_ref().is_some_and(|told| told.contains(kind)),
                "{given} {family}: {told:?}"
            );
        }
        for (given, family) in [
            ("Claire", "Martin"),
            ("Luc", "Personne"),
            ("Jean", "Nouveau"),
            ("Anne", "de La Tour"),
            ("Thi Lan", "N’Guyen"),
            ("Marie-Hélène", "Le Goff"),
            ("Yann", "Le Principal"),
        ] {
            assert_eq!(doubt_of_name(given, family), None, "{given} {family}");
        }
    }
}
