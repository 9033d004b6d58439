//! The rows of a sheet: candidates for records, and what became of every other row.

use crate::import::field_value::FieldValue;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What one row says.
#[derive(Clone, Debug, Default)]
pub struct CandidateRow {
    /// Its number.
    pub row: usize,
    /// Values by field.
    pub fields: BTreeMap<&'static str, FieldValue>,
    /// Fields that have a column in this sheet, filled or not.
    pub present: BTreeSet<&'static str>,
    /// Fields that were written in capitals, which often lack accents.
    pub all_caps: BTreeSet<&'static str>,
}

impl CandidateRow {
    /// The text of a field.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(FieldValue::as_text)
    }

    /// The code of the school that it is about; empty if it names none.
    pub fn uai(&self) -> &str {
        self.text("uai").unwrap_or_default()
    }

    /// The day of a field.
    pub fn day(&self, field: &str) -> Option<jiff::civil::Date> {
        match self.fields.get(field) {
            Some(FieldValue::Day(day)) => Some(*day),
            _ => None,
        }
    }
}

/// A row, and why it was left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RowReason {
    /// Its number.
    pub row: usize,
    /// Why, in French.
    pub reason: String,
}

/// A cell whose text was corrected while reading, and how.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CorrectedCell {
    /// The row.
    pub row: usize,
    /// The field, in French.
    pub field: &'static str,
    /// What was done, in French.
    pub how: &'static str,
    /// The cell before.
    pub before: String,
    /// The value after.
    pub after: String,
}

/// A field with different values in two rows; in JSON a list of the three.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(into = "(&'static str, String, String)")]
pub struct FieldDifference {
    /// The field, in French.
    pub field: &'static str,
    /// The value that counts.
    pub kept: String,
    /// The value that does not.
    pub left: String,
}

impl From<FieldDifference> for (&'static str, String, String) {
    fn from(difference: FieldDifference) -> Self {
        (difference.field, difference.kept, difference.left)
    }
}

/// A row that was merged into another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MergedRow {
    /// The row.
    pub row: usize,
    /// The row that counts.
    pub into: usize,
    /// The UAI that both are about.
    pub key: String,
    /// In what they differ.
    pub differs: Vec<FieldDifference>,
}

/// What a sheet gives.
#[derive(Clone, Debug, Default)]
pub struct ExtractedRows {
    /// How many rows were read.
    pub read: usize,
    /// What can be taken.
    pub candidates: Vec<CandidateRow>,
    /// Rows of a school for which another row counts.
    pub merged: Vec<MergedRow>,
    /// Rows that a filter left out.
    pub filtered: Vec<RowReason>,
    /// Rows that cannot be taken, each once with all its reasons.
    pub rejected: Vec<RowReason>,
    /// UAIs of rows that were filtered out (with the reason) or rejected (without).
    pub aside: BTreeMap<String, Option<String>>,
    /// Cells whose text was corrected while reading.
    pub corrected: Vec<CorrectedCell>,
    /// What a person should know about the sheet as a whole, in French.
    pub notes: Vec<String>,
}
