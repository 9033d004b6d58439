//! The rows of a sheet: candidates for records, and what became of every other row.

use super::remark_words::RemarkSubject;
use crate::import::field_value::FieldValue;
use crate::import::record_target::RecordTarget;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The heading of the first column of a file of rejected rows.
pub const REJECTION_HEADING: &str = "Raison du rejet";

/// What one row says.
#[derive(Clone, Debug, Default)]
pub struct CandidateRow {
    /// Number of the row in the spreadsheet, from 1.
    pub row: usize,
    /// Values by field.
    pub fields: BTreeMap<&'static str, FieldValue>,
    /// Fields that have a column in this sheet, filled or not.
    pub present: BTreeSet<&'static str>,
    /// Fields that were written in capitals, which often lack accents.
    pub all_caps: BTreeSet<&'static str>,
    /// Names as they stood in capitals, where somebody has to look at their small letters.
    pub doubtful_capitals: Vec<String>,
    /// Fields whose cell cannot be taken: nothing is known of them.
    pub left_out: BTreeSet<&'static str>,
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

    /// In what another row says something else; fields that one of them leaves empty are no difference.
    pub fn differs(&self, other: &Self, target: RecordTarget) -> Vec<FieldDifference> {
        let each = target.fields().into_iter().filter_map(|field| {
            let (kept, left) = (self.fields.get(field.name)?, other.fields.get(field.name)?);
            (!kept.same_ignoring_accents(left)).then(|| FieldDifference {
                field: field.french,
                kept: kept.to_string(),
                left: left.to_string(),
            })
        });
        each.collect()
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
    /// Number of the row in the spreadsheet, from 1.
    pub row: usize,
    /// Why, in French.
    pub reason: String,
}

/// A cell whose text was corrected while reading, and how.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CorrectedCell {
    /// Number of the row in the spreadsheet, from 1.
    pub row: usize,
    /// The field, in French.
    pub field: &'static str,
    /// What was done, in French.
    pub how: &'static str,
    /// Text of the cell.
    pub before: String,
    /// The value that was taken instead.
    pub after: String,
}

/// A cell that cannot be taken and that its row does without; what the record says stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOutCell {
    /// Number of the row in the spreadsheet, from 1.
    pub row: usize,
    /// The school of the row, if it says one.
    pub uai: Option<String>,
    /// The field, in French.
    pub field: &'static str,
    /// Why, in French.
    pub reason: String,
    /// Whether the cell only says that there is nothing: "non communiqué".
    #[serde(skip)]
    pub says_nothing: bool,
}

/// A field with different values in two rows; in JSON a list of the three.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// Number of the row in the spreadsheet, from 1.
    pub row: usize,
    /// The row that counts.
    pub into: usize,
    /// The UAI that both are about.
    pub key: String,
    /// In what they differ.
    pub differs: Vec<FieldDifference>,
}

/// A column that no field and no filter of the profile reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnreadColumn {
    /// Its name in the header; its place where it has none.
    pub column: String,
    /// How many of its cells are filled, in rows that no filter left out.
    pub cells: usize,
}

/// A cell of such a column with words that matter: somebody leaves, or is away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Number of the row in the spreadsheet, from 1.
    pub row: usize,
    /// The school that the row is about, if it says so.
    pub uai: Option<String>,
    /// Name of the column.
    pub column: String,
    /// Text of the cell.
    pub text: String,
    /// What its words say.
    pub subject: RemarkSubject,
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
    /// Those among them that are no records: hidden, the header once more, an example, a total.
    pub side_rows: Vec<RowReason>,
    /// Rows that cannot be taken, each once with all its reasons.
    pub rejected: Vec<RowReason>,
    /// UAIs of rows that were filtered out (with the reason) or rejected (without).
    pub aside: BTreeMap<String, Option<String>>,
    /// Cells whose text was corrected while reading.
    pub corrected: Vec<CorrectedCell>,
    /// Cells that cannot be taken, of rows that are.
    pub left_out: Vec<LeftOutCell>,
    /// What a person should know about the sheet as a whole, in French.
    pub notes: Vec<String>,
    /// Columns that nothing reads.
    pub unread: Vec<UnreadColumn>,
    /// Cells of these columns that a person should read.
    pub remarks: Vec<Remark>,
    /// Whether the sheet holds only rows that an earlier import rejected: who is not in it is not gone.
    pub is_part: bool,
}

impl ExtractedRows {
    /// Leaves out rows of which another part of the import says why.
    pub fn skip(&mut self, rows: &BTreeSet<usize>) {
        for candidate in self.candidates.iter().filter(|candidate| rows.contains(&candidate.row)) {
            self.aside.insert(candidate.uai().to_owned(), None);
        }
        self.candidates.retain(|candidate| !rows.contains(&candidate.row));
        self.rejected.retain(|rejected| !rows.contains(&rejected.row));
    }

    /// Leaves rows out after all, each with its reason.
    pub fn set_aside(&mut self, reasons: &BTreeMap<usize, String>) {
        for candidate in &self.candidates {
            if reasons.contains_key(&candidate.row) {
                self.aside.insert(candidate.uai().to_owned(), None);
            }
        }
        self.candidates.retain(|candidate| !reasons.contains_key(&candidate.row));
        let rejected =
            reasons.iter().map(|(row, reason)| RowReason { row: *row, reason: reason.clone() });
        self.rejected.extend(rejected);
        self.rejected.sort();
    }
}
