//! Words that stand where something is missing: those of programs, and those of people. Pure.

use super::field_form::FieldForm;
use crate::records::spelling;

/// What programs write where a value is missing; folded.
const OF_PROGRAMS: [&str; 7] =
    ["undefined", "null", "nan", "objectobject", "none", "nil", "nonetype"];
/// What people write; folded. None of them is a name.
const OF_PEOPLE: [&str; 16] = [
    "neant",
    "sansobjet",
    "noncommunique",
    "noncommuniquee",
    "nonrenseigne",
    "nonrenseignee",
    "nonconnu",
    "nonconnue",
    "nonprecise",
    "nondisponible",
    "inconnu",
    "inconnue",
    "arenseigner",
    "acompleter",
    "adefinir",
    "indisponible",
];
/// What people write in an address or a line, and what may be a name elsewhere; folded.
const OF_LINES: [&str; 10] =
    ["na", "nc", "nr", "nd", "so", "aucun", "aucune", "sans", "vide", "pasdemail"];

/// Whether a text stands for nothing: a word of these, or no letter and no digit.
pub(super) fn says_nothing(text: &str, form: FieldForm) -> bool {
    let folded = spelling::folded(text);
    let is = |words: &[&str]| words.contains(&folded.as_str());
    let is_name = matches!(
        form,
        FieldForm::FamilyName | FieldForm::GivenName | FieldForm::SchoolName | FieldForm::City
    );
    let is_coded = matches!(form, FieldForm::Uai | FieldForm::Word | FieldForm::School);
    folded.is_empty()
        || is(&OF_PROGRAMS)
        || is(&OF_PEOPLE)
        || !is_name && !is_coded && is(&OF_LINES)
}
