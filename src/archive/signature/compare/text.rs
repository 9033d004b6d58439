//! The words of each page, where they can be read.

use super::view::View;
use lopdf::Document;

/// Largest content of a page whose words are read, in bytes: each operator of it takes a hundred.
const LARGEST: usize = 4 * 1024 * 1024;

/// For each page of the letter, whether its words are the same, spaces aside. `content` are the
/// pages, from 1, that are worth reading: the others are written alike. Empty when the words of
/// some page cannot be read, or the numbers of pages differ.
pub(super) fn same(before: &View<'_>, after: &View<'_>, content: &[u32]) -> Vec<bool> {
    if before.tree.pages.len() != after.tree.pages.len() {
        return Vec::new();
    }
    let compare = |page: u32| {
        if !content.contains(&page) {
            return Some(true);
        }
        Some(words(before.document, page)? == words(after.document, page)?)
    };
    let pages = u32::try_from(before.tree.pages.len()).unwrap_or(0);
    (1..=pages).map(compare).collect::<Option<_>>().unwrap_or_default()
}

fn words(document: &Document, page: u32) -> Option<String> {
    let text = document.extract_text_with_limit(&[page], LARGEST).ok()?;
    Some(text.chars().filter(|own| !own.is_whitespace()).map(righted).collect())
}

/// Ghostscript writes the letters of a ligature with their two octets the wrong way round.
fn righted(own: char) -> char {
    match u32::from(own).to_be_bytes() {
        [0, 0, letter, 0] if letter.is_ascii_lowercase() => char::from(letter),
        _ => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ligatures_of_ghostscript_are_righted_and_nothing_else() {
        assert_eq!(
            "la\u{6600}\u{6900}n œ é A".chars().map(righted).collect::<String>(),
            "lafin œ é A"
        );
    }
}
