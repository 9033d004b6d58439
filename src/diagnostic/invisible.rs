//! Characters that a person does not see, or that a terminal acts on.

/// Characters that a terminal would act on or hide: controls and bidirectional marks.
pub fn is_invisible(character: char) -> bool {
    (character.is_control() && character != '\t')
        || matches!(character, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{61c}' | '\u{2028}' | '\u{2029}')
}

/// A message made safe for a terminal: line breaks kept, other controls made visible.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if is_invisible(c) && c != '\n' { '\u{fffd}' } else { c }).collect()
}
