//! The changes that records can take: a field set or removed, an assignment added, a record added.

use crate::import::field_value::FieldValue;

/// One change of a record that is there.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordEdit {
    /// Sets a field, or takes it away.
    Set {
        /// The record.
        entry: usize,
        /// The table of a list that has the field, if it is not the record itself: `assignment`, 0.
        within: Option<(&'static str, usize)>,
        /// The field; those of a table within are named with a dot.
        field: String,
        /// Its new value.
        value: Option<FieldValue>,
    },
    /// Adds an assignment.
    Assign {
        /// The referent.
        entry: usize,
        /// Its fields.
        fields: Vec<(String, FieldValue)>,
    },
}

impl RecordEdit {
    pub(super) fn entry(&self) -> usize {
        match self {
            Self::Set { entry, .. } | Self::Assign { entry, .. } => *entry,
        }
    }
}

/// A record that is not there yet.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRecord {
    /// Its table.
    pub table: &'static str,
    /// What it is sorted by in its file.
    pub key: String,
    /// Its fields, in the order they are written.
    pub fields: Vec<(String, FieldValue)>,
    /// Its assignments.
    pub assignments: Vec<Vec<(String, FieldValue)>>,
}
