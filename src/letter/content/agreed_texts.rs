//! What both sides agreed on in the boxes of a letter, as a person read it in the copy that came back.
//!
//! The acts that follow print it. Must not know how it came back: `app::returns` does.

use serde::{Deserialize, Serialize};

/// What was agreed on in the boxes of a letter; nothing of a box that stayed empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgreedTexts {
    /// The priorities of the school.
    pub priorities: Option<String>,
    /// How the mission is judged.
    pub indicators: Option<String>,
}

impl AgreedTexts {
    /// Whether nothing was agreed on.
    pub fn is_empty(&self) -> bool {
        self.priorities.is_none() && self.indicators.is_none()
    }

    /// The same, where a later copy says something else of a box.
    #[must_use]
    pub fn updated_by(self, later: &Self) -> Self {
        Self {
            priorities: later.priorities.clone().or(self.priorities),
            indicators: later.indicators.clone().or(self.indicators),
        }
    }
}
