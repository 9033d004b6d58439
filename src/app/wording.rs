//! Small pieces of French that many sentences need.

/// A number with its noun: "1 lettre", "3 lettres". Zero is singular in French.
pub fn count(number: usize, one: &str, many: &str) -> String {
    let word = if number < 2 { one } else { many };
    format!("{number} {word}")
}

/// The first few of many names, and how many more there are.
pub fn few<S: AsRef<str>>(names: &[S]) -> String {
    const MOST: usize = 5;
    let shown: Vec<&str> = names.iter().take(MOST).map(AsRef::as_ref).collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} et {more} de plus"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_agree_and_long_lists_are_cut() {
        assert_eq!(count(0, "lettre", "lettres"), "0 lettre");
        assert_eq!(count(2, "lettre", "lettres"), "2 lettres");
        assert_eq!(few(&["a", "b"]), "a, b");
        assert_eq!(few(&["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e et 2 de plus");
    }
}
