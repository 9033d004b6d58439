//! Older ways to write accents in one octet each: which one a text is in shows in what its words become.

use crate::format::TextEncoding;
use encoding_rs::{ISO_8859_15, MACINTOSH, WINDOWS_1252};

/// Code page 850 from 0x80 on, as MS-DOS and "CSV (MS-DOS)" write it.
const CODE_PAGE_850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
/// Small letters that French writes.
const SMALL: &str = "éèêëàâçîïôùûüœ";
/// Capitals that French writes.
const CAPITALS: &str = "ÉÈÊËÀÂÇÎÏÔÙÛÜŒ";
/// Signs that stand beside letters in any text.
const SIGNS: &str = "«»°–—…€\u{a0}’‘“”·§²³";

/// A text in the code page in which its words are French ones.
pub(super) fn decode(bytes: &[u8]) -> (String, TextEncoding) {
    let of = |encoding: &'static encoding_rs::Encoding| {
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    };
    let mut best = (of(WINDOWS_1252), TextEncoding::Windows1252);
    let mut most = score(&best.0);
    let others = [
        (of(ISO_8859_15), TextEncoding::Iso8859_15),
        (code_page_850(bytes), TextEncoding::CodePage850),
        (of(MACINTOSH), TextEncoding::MacRoman),
    ];
    for other in others {
        let score = score(&other.0);
        if score > most {
            (best, most) = (other, score);
        }
    }
    best
}

fn code_page_850(bytes: &[u8]) -> String {
    let high: Vec<char> = CODE_PAGE_850.chars().collect();
    let letter = |byte: &u8| match byte.checked_sub(0x80) {
        None => char::from(*byte),
        Some(at) => high.get(usize::from(at)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    bytes.iter().map(letter).collect()
}

/// How much a text looks like French: letters with accents where letters stand, and nothing else within
/// words.
fn score(text: &str) -> i64 {
    let mut total = 0;
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_ascii() {
            total += worth(before, c, chars.peek().copied().unwrap_or(' '));
        }
        before = c;
    }
    total
}

fn worth(before: char, c: char, after: char) -> i64 {
    let within = before.is_alphabetic() && after.is_alphabetic();
    let beside = before.is_alphabetic() || after.is_alphabetic();
    match c {
        c if c.is_control() => -5,
        c if SMALL.contains(c) && beside => 3,
        c if CAPITALS.contains(c) && before.is_lowercase() => -3,
        c if CAPITALS.contains(c) && beside => 2,
        '’' if within => 3,
        c if SIGNS.contains(c) && !within => 0,
        c if c.is_alphabetic() => -2,
        _ if within => -4,
        _ => -1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Collège Hélène-Boucher, l'Île-d'Yeu, 4 allée des Chênes";

    #[test]
    fn the_words_tell_the_code_page() {
        let (latin, ..) = WINDOWS_1252.encode("Sacré-Cœur de l’Océan, n° 3 : 2,50 €");
        assert_eq!(decode(&latin).1, TextEncoding::Windows1252);
        let (latin, ..) = ISO_8859_15.encode("Sacré-Cœur, 3 rue de l'Œuvre");
        let (text, encoding) = decode(&latin);
        assert_eq!(
            (text.as_str(), encoding),
            ("Sacré-Cœur, 3 rue de l'Œuvre", TextEncoding::Iso8859_15)
        );
        let high: Vec<char> = CODE_PAGE_850.chars().collect();
        assert_eq!(high.len(), 128);
        let octet = |c: char| match high.iter().position(|other| *other == c) {
            Some(at) if !c.is_ascii() => 0x80 + at as u8,
            _ => c as u8,
        };
        let dos: Vec<u8> = TEXT.chars().map(octet).collect();
        assert_eq!(decode(&dos), (TEXT.to_owned(), TextEncoding::CodePage850));
        let mac: Vec<u8> = TEXT
            .chars()
            .map(|c| match c {
                'é' => 0x8e,
                'è' => 0x8f,
                'ê' => 0x90,
                'Î' => 0xeb,
                c => c as u8,
            })
            .collect();
        assert_eq!(decode(&mac), (TEXT.to_owned(), TextEncoding::MacRoman));
    }
}
