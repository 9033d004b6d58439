//! Functions and posts that a list writes in the masculine agree with the person; lines of an address that
//! only say the city again go.

use super::extracted_rows::CandidateRow;
use crate::import::field_value::FieldValue;
use crate::records::spelling;

/// The lines of an address without those that only say postcode and city again, and each once.
pub(super) fn without_city(lines: Vec<String>, candidate: &CandidateRow) -> Vec<String> {
    let city = spelling::folded(candidate.text("city").unwrap_or_default());
    let postcode = candidate.text("postcode").unwrap_or_default();
    let mut kept: Vec<String> = Vec::new();
    for line in lines {
        let folded = spelling::folded(&line);
        let digits = line.chars().take(5).filter(char::is_ascii_digit).count() == 5;
        let repeats = folded == city
            || (digits && (line.starts_with(postcode) || folded.contains("cedex")))
            || (digits && !city.is_empty() && folded.ends_with(&city));
        if !repeats && !kept.iter().any(|other| spelling::folded(other) == folded) {
            kept.push(line);
        }
    }
    kept
}

/// Masculine functions and posts, and what they are for a woman.
const AGREEMENTS: [(&str, &str); 10] = [
    ("Principal", "Principale"),
    ("Proviseur", "Proviseure"),
    ("Directeur", "Directrice"),
    ("Chef d’établissement", "Cheffe d’établissement"),
    ("professeur", "professeure"),
    ("enseignant", "enseignante"),
    ("conseiller", "conseillère"),
    ("certifié", "certifiée"),
    ("agrégé", "agrégée"),
    ("principal", "principale"),
];

/// Lists write functions in the masculine; a letter agrees with the person.
pub(super) fn agree_with_person(candidate: &mut CandidateRow) {
    if candidate.text("civility") != Some("Mme") {
        return;
    }
    for field in ["function", "post"] {
        let Some(text) = candidate.text(field) else { continue };
        let words: Vec<&str> = text
            .split(' ')
            .enumerate()
            .map(|(at, word)| {
                let first = at == 0 || (at == 1 && text.starts_with("conseill"));
                let found = AGREEMENTS.iter().find(|(man, _)| first && *man == word);
                found.map_or(word, |(_, woman)| woman)
            })
            .collect();
        let whole = AGREEMENTS.iter().find(|(man, _)| *man == text);
        let agreed = whole.map_or_else(|| words.join(" "), |(_, woman)| (*woman).to_owned());
        candidate.fields.insert(field, FieldValue::Text(agreed));
    }
}
