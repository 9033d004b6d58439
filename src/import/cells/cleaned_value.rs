//! What a cell gave: a value, and what was corrected to get it.

use crate::import::field_value::FieldValue;

/// A value, and what was corrected to get it.
#[derive(Clone, Debug, PartialEq)]
pub struct CleanedValue {
    /// The value; nothing for an empty cell.
    pub value: Option<FieldValue>,
    /// What was corrected, in a few words that fit many cells.
    pub corrected: Option<&'static str>,
    /// Whether it stood in capitals, which carry no accents.
    pub all_caps: bool,
}

impl CleanedValue {
    pub(super) fn plain(value: Option<FieldValue>) -> Self {
        Self { value, corrected: None, all_caps: false }
    }

    pub(super) fn corrected(value: FieldValue, how: &'static str) -> Self {
        Self { value: Some(value), corrected: Some(how), all_caps: false }
    }
}
