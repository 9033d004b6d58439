//! The words of each page, where they can be read.

use super::document_view::DocumentView;
use lopdf::Document;

/// Largest content of a page whose words are read, in bytes: each operator of it takes a hundred.
const MAX_CONTENT_BYTES: usize = 4 * 1024 * 1024;

/// For each page of the document as sent, whether its words are the same, spaces aside.
///
/// `changed_pages` are the pages, from 1, whose content is not written alike; the others are not
/// read. Empty when the words of some page cannot be read, or the numbers of pages differ.
pub(crate) fn same_words(
    sent: &DocumentView<'_>,
    received: &DocumentView<'_>,
    changed_pages: &[u32],
) -> Vec<bool> {
    if sent.tree.pages.len() != received.tree.pages.len() {
        return Vec::new();
    }
    let is_same = |page: u32| {
        if !changed_pages.contains(&page) {
            return Some(true);
        }
        Some(words(sent.document, page)? == words(received.document, page)?)
    };
    let pages = u32::try_from(sent.tree.pages.len()).unwrap_or(0);
    (1..=pages).map(is_same).collect::<Option<_>>().unwrap_or_default()
}

fn words(document: &Document, page: u32) -> Option<String> {
    let text = document.extract_text_with_limit(&[page], MAX_CONTENT_BYTES).ok()?;
    Some(text.chars().filter(|c| !c.is_whitespace()).map(swap_ligature_bytes).collect())
}

/// Ghostscript writes the letters of a ligature with their two bytes in the wrong order.
fn swap_ligature_bytes(character: char) -> char {
    match u32::from(character).to_be_bytes() {
        [0, 0, letter, 0] if letter.is_ascii_lowercase() => char::from(letter),
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ligatures_of_ghostscript_are_mended_and_nothing_else() {
        assert_eq!(
            "la\u{6600}\u{6900}n œ é A".chars().map(swap_ligature_bytes).collect::<String>(),
            "lafin œ é A"
        );
    }
}
