//! A number and the noun that agrees with it.

/// A number and the noun that agrees with it in French: none and one are singular.
pub(super) fn counted(count: usize, one: &str, several: &str) -> String {
    if count < 2 { format!("{count} {one}") } else { format!("{count} {several}") }
}
