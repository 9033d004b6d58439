//! Glyphs in drawing order joined to lines of text.
//!
//! Good enough to find a printed word again. The order of columns is the order in which the program
//! that wrote the file drew them.

use crate::limits::MAX_TEXT;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::kurbo::Affine;

/// Collects at most [`MAX_TEXT`] characters.
#[derive(Default)]
pub(crate) struct TextLines {
    text: String,
    count: usize,
    /// Horizontal and vertical position of the last glyph, and its size.
    last: Option<(f64, f64, f64)>,
}

impl TextLines {
    /// Adds a glyph. `transform` maps thousandths of an em to the page.
    pub fn add(&mut self, glyph: Option<BfString>, transform: Affine) {
        let Some(glyph) = glyph else { return };
        if self.count >= MAX_TEXT {
            return;
        }
        let [a, b, _, _, x, y] = transform.as_coeffs();
        let size = a.hypot(b) * 1000.0;
        if let Some((before, line, last)) = self.last {
            let size = size.max(last);
            // No letter is wider than an em and a half.
            if (y - line).abs() > size * 0.6 || x < before - size * 2.0 {
                self.push('\n');
            } else if x - before > size * 1.5 {
                self.push(' ');
            }
        }
        match glyph {
            BfString::Char(character) => self.push(character),
            BfString::String(text) => text.chars().for_each(|character| self.push(character)),
        }
        self.last = Some((x, y, size));
    }

    fn push(&mut self, character: char) {
        // French text has narrow and unbreakable spaces; a search for a word has plain ones.
        let space = character != '\n' && (character.is_whitespace() || character.is_control());
        let character = if space { ' ' } else { character };
        if character == '\n' && self.text.ends_with(' ') {
            self.text.pop();
            self.count -= 1;
        }
        let repeated = matches!(character, ' ' | '\n') && self.text.ends_with([' ', '\n']);
        if self.count < MAX_TEXT && !repeated {
            self.text.push(character);
            self.count += 1;
        }
    }

    /// The text, without space around it.
    pub fn into_text(self) -> String {
        self.text.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(lines: &mut TextLines, text: &str, x: f64, y: f64) {
        for (at, character) in text.chars().enumerate() {
            let transform = Affine::new([0.01, 0.0, 0.0, 0.01, x + at as f64 * 5.0, y]);
            lines.add(Some(BfString::Char(character)), transform);
        }
    }

    #[test]
    fn a_step_down_is_a_line_and_a_gap_a_space() {
        let mut lines = TextLines::default();
        line(&mut lines, "un", 0.0, 0.0);
        line(&mut lines, "deux", 40.0, 1.0);
        line(&mut lines, "trois", 0.0, 14.0);
        assert_eq!(lines.into_text(), "un deux\ntrois");
    }

    #[test]
    fn text_without_end_ends() {
        let mut lines = TextLines::default();
        line(&mut lines, &"x".repeat(MAX_TEXT + 50), 0.0, 0.0);
        assert_eq!(lines.into_text().chars().count(), MAX_TEXT);
    }
}
