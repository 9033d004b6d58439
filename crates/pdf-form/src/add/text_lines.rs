//! A text set in lines of a width, in the font of the form.

use super::form_font::{FONT_SIZE, width};
use crate::pdf::win_ansi;

/// Why a text cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SettingError {
    /// The font has no such character.
    NoGlyph(char),
    /// A word is wider than a line.
    TooWide,
}

/// The lines of a text, as bytes of WinAnsiEncoding. A line breaks at `\n` and at spaces.
pub(crate) fn text_lines(text: &str, line_width: f64) -> Result<Vec<Vec<u8>>, SettingError> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let bytes: Vec<u8> = paragraph
            .chars()
            .map(|character| win_ansi::byte(character).ok_or(SettingError::NoGlyph(character)))
            .collect::<Result<_, _>>()?;
        let mut line: Vec<u8> = Vec::new();
        for word in bytes.split(|byte| *byte == b' ') {
            if text_width(word) > line_width {
                return Err(SettingError::TooWide);
            }
            if line.is_empty() {
                line.extend_from_slice(word);
                continue;
            }
            let longer = [line.as_slice(), b" ", word].concat();
            match text_width(&longer) > line_width {
                true => lines.push(std::mem::replace(&mut line, word.to_vec())),
                false => line = longer,
            }
        }
        lines.push(line);
    }
    Ok(lines)
}

/// How wide a text is, in points.
fn text_width(bytes: &[u8]) -> f64 {
    let thousandths: u32 = bytes.iter().map(|byte| u32::from(width(*byte))).sum();
    f64::from(thousandths) * FONT_SIZE / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_where_the_text_does() {
        let set = |text, width| {
            let lines = text_lines(text, width)?;
            Ok(lines.into_iter().map(|line| String::from_utf8(line).unwrap()).collect::<Vec<_>>())
        };
        assert_eq!(set("un deux trois", 45.0), Ok(vec!["un deux".into(), "trois".into()]));
        assert_eq!(set("un\n\ndeux", 45.0), Ok(vec!["un".into(), String::new(), "deux".into()]));
        assert_eq!(set("anticonstitutionnellement", 45.0), Err(SettingError::TooWide));
        assert_eq!(set("ş", 45.0), Err(SettingError::NoGlyph('ş')));
    }
}
