//! Small pieces of French that many sentences need.

/// A number with its noun: "1 lettre", "3 lettres". Zero is singular in French.
pub fn count(number: usize, one: &str, many: &str) -> String {
    let word = if number < 2 { one } else { many };
    format!("{number} {word}")
}

/// The first few of many names, and how many more there are.
pub fn few(names: &[&str]) -> String {
    const MOST: usize = 5;
    let shown = names.get(..MOST).unwrap_or(names).join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} et {more} de plus"),
    }
}
