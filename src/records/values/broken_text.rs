//! Text that is broken to the eye: accents read in the wrong encoding, characters that a program replaced by a
//! question mark, escapes of the web. It must not go into a letter. Pure.

use crate::records::spelling;

/// What is broken in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenText {
    /// "CollÃ¨ge", "CollŠge", "Sacré-C½ur".
    #[error("les accents sont abîmés")]
    Encoding,
    /// "l?Océan", "Coll?ge".
    #[error("un caractère s'est perdu, un « ? » en tient lieu")]
    Lost,
    /// "l&#039;Océan", "Coll\u00e8ge", "<b>".
    #[error("un code de page web est resté dans le texte")]
    Escape,
}

/// Signs that stand in no word: letters of another encoding look like them.
const SIGNS: &str = "‚ƒ„†‡ˆ‰‹›¤¦¬¼½¾×÷¢£¥¶░▒▓│┤╣║╗╝┐└┴┬├─┼╚╔╩╦╠═╬┘┌█▄▌▐▀√∂∑∏∫≈∆◊˜˘˙˚˝˛ˇ¿";
/// Signs that may stand behind a word or a number, but not within one.
const MARKS: &str = "¨¯´¸§±²³¹ªº©®°";

/// What is broken in a line of a letter, if something is.
pub fn broken_text(text: &str) -> Option<BrokenText> {
    if spelling::is_garbled(text) || is_read_wrongly(text) {
        return Some(BrokenText::Encoding);
    }
    if has_lost_character(text) {
        return Some(BrokenText::Lost);
    }
    has_escape(text).then_some(BrokenText::Escape)
}

/// The neighbours of each character that is not ASCII.
fn is_read_wrongly(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.iter().enumerate().any(|(at, c)| {
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied().unwrap_or(' ');
        let after = chars.get(at + 1).copied().unwrap_or(' ');
        let within = before.is_alphabetic() && after.is_alphabetic();
        let beside = before.is_alphabetic() || after.is_alphabetic();
        let is_lead = matches!(c, 'Ã' | 'Â' | 'Å' | 'â') && is_trail(after);
        let is_capital_within =
            !c.is_ascii() && c.is_uppercase() && before.is_lowercase() && after.is_lowercase();
        is_lead || is_capital_within || SIGNS.contains(*c) && beside || MARKS.contains(*c) && within
    })
}

/// What the second octet of a character in UTF-8 looks like where it is taken for a character of its own.
fn is_trail(c: char) -> bool {
    matches!(
        c,
        '\u{80}'
            ..='\u{bf}'
                | '€'
                | '™'
                | '‚'
                | 'ƒ'
                | '„'
                | '…'
                | '†'
                | '‡'
                | 'ˆ'
                | '‰'
                | '‹'
                | '•'
                | '˜'
                | '›'
    )
}

/// A question mark within a word, or at its beginning.
fn has_lost_character(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let is_before_letter = |at: usize| chars.get(at + 1).is_some_and(|after| after.is_alphabetic());
    let mut marks = chars.iter().enumerate().filter(|(_, c)| **c == '?');
    marks.any(|(at, _)| is_before_letter(at))
}

fn has_escape(text: &str) -> bool {
    let after = |start: &'static str| {
        text.match_indices(start).filter_map(|(at, start)| text.get(at + start.len()..))
    };
    let is_entity = |rest: &str| {
        rest.split_once(';').is_some_and(|(name, _)| {
            let digits = name.strip_prefix('#').unwrap_or(name);
            (2..=8).contains(&name.len()) && digits.bytes().all(|b| b.is_ascii_alphanumeric())
        })
    };
    let is_hex = |rest: &str, count: usize| {
        rest.get(..count).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let is_tag = |rest: &str| {
        let name = rest.trim_start_matches('/').trim_end_matches('/');
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.split_once('>').is_some_and(|(name, _)| name.len() <= 40)
    };
    after("&").any(is_entity)
        || after("\\u").any(|rest| is_hex(rest, 4))
        || after("_x").any(|rest| is_hex(rest, 4) && rest.get(4..5) == Some("_"))
        || after("%C3%").any(|rest| is_hex(rest, 2))
        || after("=C3=").any(|rest| is_hex(rest, 2))
        || after("<").any(is_tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_broken_is_seen_and_what_is_rare_is_not() {
        for (text, expected) in [
            ("CollÃ¨ge", Some(BrokenText::Encoding)),
            ("Ã‰cole", Some(BrokenText::Encoding)),
            ("lâ€™Océan", Some(BrokenText::Encoding)),
            ("Sacré-C½ur", Some(BrokenText::Encoding)),
            ("3 rue de l'¼uvre", Some(BrokenText::Encoding)),
            ("L'×le-d'Yeu", Some(BrokenText::Encoding)),
            ("CollŠge H‚lŠne", Some(BrokenText::Encoding)),
            ("Coll√®ge", Some(BrokenText::Encoding)),
            ("Coll├¿ge", Some(BrokenText::Encoding)),
            ("l¿Océan", Some(BrokenText::Encoding)),
            ("CollËge", Some(BrokenText::Encoding)),
            ("l?Océan", Some(BrokenText::Lost)),
            ("?cole Jean Zay", Some(BrokenText::Lost)),
            ("l&#039;Océan", Some(BrokenText::Escape)),
            ("Coll&egrave;ge", Some(BrokenText::Escape)),
            ("Coll\\u00e8ge", Some(BrokenText::Escape)),
            ("Coll_x00E8_ge", Some(BrokenText::Escape)),
            ("Coll%C3%A8ge", Some(BrokenText::Escape)),
            ("<b>Collège</b>", Some(BrokenText::Escape)),
            ("Collège de l’Océan", None),
            ("LYCÉE L’ÉTÉ », n° 3, 1ᵉʳ étage", None),
            ("Lycée d’Ålesund, MÂCON", None),
            ("Arts & Métiers ; Sciences", None),
            ("Saint-Étienne, 12½ rue X, 30 m²", None),
            ("est-ce tout ?", None),
            ("A < B", None),
        ] {
            assert_eq!(broken_text(text), expected, "{text}");
        }
    }
}
