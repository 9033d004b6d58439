//! What a cell gave: a value, and what was mended to get it.

use crate::import::field_value::FieldValue;

/// A value, and what was mended to get it.
#[derive(Clone, Debug, PartialEq)]
pub struct CleanedValue {
    /// The value; nothing for an empty cell.
    pub value: Option<FieldValue>,
    /// What was mended, in a few words that fit many cells.
    pub mended: Option<&'static str>,
    /// Whether it stood in capitals, which carry no accents.
    pub shouted: bool,
}

impl CleanedValue {
    pub(super) fn plain(value: Option<FieldValue>) -> Self {
        Self { value, mended: None, shouted: false }
    }

    pub(super) fn mended(value: FieldValue, how: &'static str) -> Self {
        Self { value: Some(value), mended: Some(how), shouted: false }
    }
}
