//! WinAnsiEncoding (ISO 32000-1, annex D): the characters of the font of the form, each one byte.

/// The characters of the bytes from 0x80 to 0x9F; `\0` where there is none.
const HIGH: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘',
    '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// The character of a byte; none for control characters and unused bytes.
pub(crate) fn character(byte: u8) -> Option<char> {
    match byte {
        0x00..0x20 | 0x7f => None,
        0x80..0xa0 => HIGH.get(usize::from(byte) - 0x80).copied().filter(|found| *found != '\0'),
        byte => Some(char::from(byte)),
    }
}

/// The byte of a character. Narrow and thin spaces, which the encoding has not, are no-break spaces.
pub(crate) fn byte(character: char) -> Option<u8> {
    match character {
        '\u{202f}' | '\u{2009}' => Some(0xa0),
        ' '..='~' | '\u{a0}'..='ÿ' => u8::try_from(character).ok(),
        '\0' => None,
        other => {
            let at = HIGH.iter().position(|known| *known == other)?;
            u8::try_from(0x80 + at).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_that_has_a_character_comes_back() {
        let all: Vec<u8> = (0..=255).filter(|byte| character(*byte).is_some()).collect();
        assert_eq!(all.len(), 218);
        assert!(all.iter().all(|found| character(*found).and_then(byte) == Some(*found)));
        assert_eq!(
            "œ’€ÿ\u{202f}".chars().map(byte).collect::<Option<Vec<u8>>>().unwrap(),
            [0x9c, 0x92, 0x80, 0xff, 0xa0]
        );
        assert_eq!(byte('ş'), None);
    }
}
