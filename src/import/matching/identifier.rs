//! Identifiers of referents.

use crate::records::spelling;
use std::collections::BTreeSet;

/// Longest stem of an identifier, in octets.
const LONGEST: usize = 56;

/// An identifier for a name, that nobody has yet: `martin-claire`, `martin-claire-2`. It is added to
/// those that are taken.
pub fn free_identifier(family: &str, given: &str, taken: &mut BTreeSet<String>) -> String {
    let mut stem = format!("{}-{}", identifier_part(family), identifier_part(given));
    stem.truncate(LONGEST);
    let stem = match stem.trim_matches('-') {
        "" => "referent".to_owned(),
        stem => stem.to_owned(),
    };
    let mut id = stem.clone();
    let mut number = 2;
    while !taken.insert(id.clone()) {
        id = format!("{stem}-{number}");
        number += 1;
    }
    id
}

fn identifier_part(name: &str) -> String {
    let parts: Vec<String> = name
        .split([' ', '-', '\'', '’'])
        .map(spelling::folded)
        .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    parts.join("-")
}
