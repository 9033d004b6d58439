//! Numbers and lists within French sentences.

/// A number and the words that agree with it.
pub(crate) fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number < 2 { one } else { several })
}

/// The first few of many names.
pub(crate) fn few(names: &[String]) -> String {
    const MOST: usize = 5;
    let shown = names.get(..MOST).unwrap_or(names).join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} et {more} de plus"),
    }
}
