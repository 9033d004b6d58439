//! Texts that are printed: one line or several, without invisible characters.

use crate::records::table_reader::{FromToml, ValueError, wrong_type};
use printable_text::CharacterSet;
use serde::Serialize;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use toml::de::DeValue;
use unicode_normalization::UnicodeNormalization as _;

/// Longest one-line text, in characters: a longer one does not fit the layout of a letter.
pub const LONGEST_LINE: usize = 200;
/// Longest text of a rule or a priority, in characters.
pub const LONGEST_PROSE: usize = 4_000;

/// The text of a value, or that another type stands there.
pub(in crate::records) fn string<'a>(
    value: &'a DeValue<'_>,
    expected: &str,
) -> Result<&'a str, ValueError> {
    match value {
        DeValue::String(text) => Ok(text),
        other => Err(wrong_type(other, expected)),
    }
}

/// Reads a value from a TOML text through its `FromStr`.
macro_rules! parsed_text {
    ($name:ident, $expected:literal) => {
        impl FromToml for $name {
            const EXPECTED: &'static str = $expected;

            fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
                string(value, Self::EXPECTED)?.parse()
            }
        }
    };
}

/// Gives a type that wraps a text out as that text.
macro_rules! text_newtype {
    ($($name:ident),+) => { $(
        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}

pub(super) use {parsed_text, text_newtype};

fn forbidden(text: &str, line_breaks: bool) -> Option<ValueError> {
    let bad = text
        .chars()
        .find(|c| CharacterSet::TYPED_TEXT.contains(*c) && !(line_breaks && *c == '\n'))?;
    let what = match bad {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => "un saut de ligne",
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "une marque invisible de sens d'écriture"
        }
        _ => "un caractère de contrôle ou invisible",
    };
    Some(
        ValueError::new("E-CHARACTER", format!("le texte contient {what} (U+{:04X})", bad as u32))
            .help("retaper la valeur à la main, sans copier-coller"),
    )
}

fn sized(text: &str, longest: usize) -> Result<(), ValueError> {
    if text.trim().is_empty() {
        return Err(ValueError::new("E-EMPTY", "le texte est vide")
            .help("écrire une valeur, ou supprimer la ligne si elle est facultative"));
    }
    let length = text.chars().count();
    if length > longest {
        return Err(ValueError::new(
            "E-TOO-LONG",
            format!("le texte a {length} caractères, {longest} au plus sont possibles"),
        )
        .help("raccourcir le texte"));
    }
    Ok(())
}

/// One line of text: not empty, no line break, no control or bidirectional character, at most
/// [`LONGEST_LINE`] characters. Spaces around it are dropped, and an accent that a Mac writes apart joins its
/// letter: the same text is the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SingleLine(String);

impl FromStr for SingleLine {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        sized(text, LONGEST_LINE)?;
        match forbidden(text, false) {
            Some(error) => Err(error),
            None => Ok(Self(text.trim().nfc().collect())),
        }
    }
}

parsed_text!(SingleLine, "un texte entre guillemets");

/// A text of one or several lines; line breaks become spaces, as they only wrap the source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Prose(String);

impl FromStr for Prose {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        sized(text, LONGEST_PROSE)?;
        let text = text.replace("\r\n", "\n");
        match forbidden(&text, true) {
            Some(error) => Err(error),
            None => {
                let lines: Vec<&str> =
                    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
                Ok(Self(lines.join(" ").nfc().collect()))
            }
        }
    }
}

parsed_text!(Prose, "un texte entre guillemets");

/// Text of a rule: [`Prose`] in which braces stand for a placeholder. Which placeholders a rule may
/// quote is for `rules::check` to say.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct RuleText(Prose);

impl FromToml for RuleText {
    const EXPECTED: &'static str = Prose::EXPECTED;

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        Prose::from_toml(value).map(Self)
    }
}

/// The path of a document that goes with the letters, within the project, with forward slashes.
/// Whether it leads to a PDF is checked where it is opened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct EnclosurePath(SingleLine);

impl FromToml for EnclosurePath {
    const EXPECTED: &'static str = SingleLine::EXPECTED;

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        SingleLine::from_toml(value).map(Self)
    }
}

text_newtype!(SingleLine, Prose, RuleText, EnclosurePath);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_accent_written_apart_joins_its_letter() {
        let apart = "He\u{301}le\u{300}ne";
        assert_eq!(&*apart.parse::<SingleLine>().unwrap(), "Hélène");
        assert_eq!(&*apart.parse::<Prose>().unwrap(), "Hélène");
    }

    proptest! {
        #[test]
        fn no_text_ever_panics(text in "\\PC*|.*") {
            let _ = text.parse::<SingleLine>();
            let _ = text.parse::<Prose>();
        }
    }
}
