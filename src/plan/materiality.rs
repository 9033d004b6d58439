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

impl Materiality {
    /// The word of the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Cosmetic => "cosmetic",
            Self::Substantive => "substantive",
        }
    }

    /// Judged by what came out before and now.
    pub fn of(same_bytes: bool, same_text: bool) -> Self {
        match (same_bytes, same_text) {
            (true, _) => Self::None,
            (false, true) => Self::Cosmetic,
            (false, false) => Self::Substantive,
        }
    }
}
