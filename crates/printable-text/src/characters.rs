//! The invisible characters, by kind, and the sets of them that matter in different places.
//!
//! Sources: the general categories of Unicode (Cc, Cf, Zl, Zp), the properties `Bidi_Control` (UAX 9) and
//! `Default_Ignorable_Code_Point` (UAX 44), and the advice of UTR 36 (security). The list has no musical
//! or shorthand controls (U+1BCA0, U+1D173): they only act in scripts that no text here uses.

/// Why a character is invisible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A control (Cc) besides the tab: a terminal obeys it.
    Control,
    /// U+0009, a control that people type.
    Tab,
    /// A bidirectional mark (`Bidi_Control`): it turns the text around it.
    Direction,
    /// A line or paragraph separator (Zl, Zp): some programs begin a new line there.
    Separator,
    /// A zero width space, or a byte order mark: both are copied along when people copy and paste.
    ZeroWidth,
    /// Another format character (Cf): soft hyphen, joiners, annotations, tags.
    Format,
    /// The rest of the plane of tags (U+E0080 to U+E0FFF): variation selectors and unassigned code
    /// points, all ignorable.
    Plane14,
    /// A filler or a variation selector (`Default_Ignorable_Code_Point`, not Cf): drawn as nothing.
    Filler,
}

/// The list, in order, without the controls (Cc), which the standard library knows.
const LIST: &[(char, char, Kind)] = &[
    ('\u{ad}', '\u{ad}', Kind::Format),
    ('\u{34f}', '\u{34f}', Kind::Filler),
    ('\u{61c}', '\u{61c}', Kind::Direction),
    ('\u{115f}', '\u{1160}', Kind::Filler),
    ('\u{17b4}', '\u{17b5}', Kind::Filler),
    ('\u{180b}', '\u{180d}', Kind::Filler),
    ('\u{180e}', '\u{180e}', Kind::Format),
    ('\u{180f}', '\u{180f}', Kind::Filler),
    ('\u{200b}', '\u{200b}', Kind::ZeroWidth),
    ('\u{200c}', '\u{200d}', Kind::Format),
    ('\u{200e}', '\u{200f}', Kind::Direction),
    ('\u{2028}', '\u{2029}', Kind::Separator),
    ('\u{202a}', '\u{202e}', Kind::Direction),
    ('\u{2060}', '\u{2065}', Kind::Format),
    ('\u{2066}', '\u{2069}', Kind::Direction),
    ('\u{206a}', '\u{206f}', Kind::Format),
    ('\u{3164}', '\u{3164}', Kind::Filler),
    ('\u{fe00}', '\u{fe0f}', Kind::Filler),
    ('\u{feff}', '\u{feff}', Kind::ZeroWidth),
    ('\u{ffa0}', '\u{ffa0}', Kind::Filler),
    ('\u{fff0}', '\u{fff8}', Kind::Filler),
    ('\u{fff9}', '\u{fffb}', Kind::Format),
    ('\u{e0000}', '\u{e007f}', Kind::Format),
    ('\u{e0080}', '\u{e0fff}', Kind::Plane14),
];

/// The kind of an invisible character; none for a visible one.
///
/// ```
/// use printable_text::{Kind, kind};
/// assert_eq!(kind('\u{202e}'), Some(Kind::Direction));
/// assert_eq!(kind('é'), None);
/// ```
pub fn kind(c: char) -> Option<Kind> {
    match c {
        '\t' => Some(Kind::Tab),
        _ if c.is_control() => Some(Kind::Control),
        _ => LIST.iter().find(|(first, last, _)| (*first..=*last).contains(&c)).map(|row| row.2),
    }
}

/// The kinds of characters that matter in one place. The sets differ on purpose; each says why.
///
/// ```
/// use printable_text::CharacterSet;
/// // A soft hyphen may stand in a sentence, not in the name of a file.
/// assert!(!CharacterSet::TERMINAL.contains('\u{ad}'));
/// assert!(CharacterSet::NAME.contains('\u{ad}'));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CharacterSet(&'static [Kind]);

impl CharacterSet {
    /// What a terminal obeys: controls, directions, separators. Other invisible characters stay in a
    /// sentence, as some languages need them.
    pub const TERMINAL: Self = Self(&[Kind::Control, Kind::Tab, Kind::Direction, Kind::Separator]);
    /// Characters that nobody types on purpose: [`Self::TERMINAL`] and what is pasted along, but
    /// not the tab. Joiners stay: names in some languages need them.
    pub const TYPED_TEXT: Self =
        Self(&[Kind::Control, Kind::Direction, Kind::Separator, Kind::ZeroWidth]);
    /// What does not belong in a name on one line: every control and format character. The variation selectors
    /// of plane 0 stay: they belong to the sign before them.
    pub const NAME: Self = Self(&[
        Kind::Control,
        Kind::Tab,
        Kind::Direction,
        Kind::Separator,
        Kind::ZeroWidth,
        Kind::Format,
        Kind::Plane14,
    ]);
    /// Left out of a text whose controls and separators count as spaces: characters that are
    /// invisible and change how others are shown.
    pub const UNSEEN: Self = Self(&[Kind::Direction, Kind::ZeroWidth, Kind::Format]);
    /// Everything in the list. For texts that are searched for a secret: an invisible character
    /// must not split it.
    pub const ALL: Self = Self(&[
        Kind::Control,
        Kind::Tab,
        Kind::Direction,
        Kind::Separator,
        Kind::ZeroWidth,
        Kind::Format,
        Kind::Plane14,
        Kind::Filler,
    ]);

    /// Whether a character belongs to the set.
    pub fn contains(self, c: char) -> bool {
        kind(c).is_some_and(|kind| self.0.contains(&kind))
    }
}

/// [`CharacterSet::TYPED_TEXT`] as the inside of a character class of ECMA 262, for patterns of JSON
/// Schema.
pub const TYPED_TEXT_CLASS: &str = r"\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_and_holds_no_control() {
        assert!(LIST.windows(2).all(|pair| pair[0].1 < pair[1].0));
        assert!(LIST.iter().all(|(first, last, _)| first <= last && !first.is_control()));
    }

    #[test]
    fn the_pattern_says_what_the_set_says() {
        let escape = |text: &str| {
            let number = u32::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()?;
            char::from_u32(number)
        };
        let mut ranges = Vec::new();
        let mut rest = TYPED_TEXT_CLASS;
        while let Some(first) = escape(rest) {
            rest = &rest[6..];
            let last = rest.strip_prefix('-').and_then(escape).unwrap_or(first);
            rest = rest.strip_prefix('-').map_or(rest, |rest| &rest[6..]);
            ranges.push(first..=last);
        }
        assert_eq!(rest, "");
        for c in '\u{0}'..=char::MAX {
            let stands = ranges.iter().any(|range| range.contains(&c));
            assert_eq!(stands, CharacterSet::TYPED_TEXT.contains(c), "{:x}", c as u32);
        }
    }

    /// The former separate sets, before there was one list.
    #[test]
    fn each_set_holds_what_its_place_needs() {
        for c in '\u{0}'..=char::MAX {
            let terminal = c.is_control()
                || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2066}'..='\u{2069}');
            let typed = (c.is_control() && c != '\t')
                || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
                    | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{61c}' | '\u{2028}' | '\u{2029}');
            let name = c.is_control()
                || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                    | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
            let all = c.is_control()
                || matches!(c,
                    '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
                    | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
                    | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
                    | '\u{e0000}'..='\u{e0fff}');
            let unseen = matches!(c,
                '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
            let sets = [
                (CharacterSet::UNSEEN, unseen),
                (CharacterSet::TERMINAL, terminal),
                (CharacterSet::TYPED_TEXT, typed),
                (CharacterSet::NAME, name),
                (CharacterSet::ALL, all),
            ];
            for (set, expected) in sets {
                assert_eq!(set.contains(c), expected, "{set:?} {:x}", c as u32);
            }
        }
    }
}
