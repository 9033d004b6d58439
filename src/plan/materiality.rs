//! How much a change matters.

use serde::{Deserialize, Serialize};

/// How much a change matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Materiality {
    /// The same bytes come out.
    None,
    /// The same text, laid out otherwise.
    Cosmetic,
    /// The text that a reader relies on changes.
    Substantive,
}

/// The hashes of a rendered document: SHA-256 in lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderedHash<'a> {
    /// Of the octets of the PDF.
    pub pdf: &'a str,
    /// Of the text that was read from it.
    pub text: &'a str,
}

impl Materiality {
    /// The word of the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Cosmetic => "cosmetic",
            Self::Substantive => "substantive",
        }
    }

    /// Judges a document by what was rendered before and now.
    pub fn between(before: RenderedHash<'_>, now: RenderedHash<'_>) -> Self {
        match (before.pdf == now.pdf, before.text == now.text) {
            (true, _) => Self::None,
            (false, true) => Self::Cosmetic,
            (false, false) => Self::Substantive,
        }
    }
}
