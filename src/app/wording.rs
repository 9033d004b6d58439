//! French helpers that many sentences use.

pub use crate::letter::french::count;

/// The first few of many names, and how many more there are.
pub fn few<S: AsRef<str>>(names: &[S]) -> String {
    const MOST: usize = 5;
    let shown: Vec<&str> = names.iter().take(MOST).map(AsRef::as_ref).collect();
    // A name that has a comma of its own would read as two.
    let has_comma = shown.iter().any(|name| name.contains(", "));
    let shown = shown.join(if has_comma { " ; " } else { ", " });
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} et {more} de plus"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_commas_are_not_taken_for_two() {
        assert_eq!(few(&["Mme Martin", "M. Benali"]), "Mme Martin, M. Benali");
        let places = ["Mme Martin, Collège Ada-Lovelace", "M. Benali"];
        assert_eq!(few(&places), "Mme Martin, Collège Ada-Lovelace ; M. Benali");
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(few(&["a", "b"]), "a, b");
        assert_eq!(few(&["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e et 2 de plus");
    }
}
