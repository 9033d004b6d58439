//! Makes texts safe for the terminal.

use printable_text::CharacterSet;

/// Whether a character is not seen as itself in a text that a person typed.
pub(super) fn is_invisible(character: char) -> bool {
    CharacterSet::TYPED_TEXT.contains(character)
}

/// A message made safe for a terminal: line breaks kept, other controls made visible.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if is_invisible(c) && c != '\n' { '\u{fffd}' } else { c }).collect()
}
