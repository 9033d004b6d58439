//! What a proposal is made of.

use super::existing_records::ExistingRecords;
use super::extract::extracted_rows::ExtractedRows;
use super::proposal::{ImportAnswers, ImportContext, MergeBase};

/// What a proposal is made of.
#[derive(Clone, Copy)]
pub struct ImportInput<'a> {
    /// The records as they are now.
    pub records: &'a ExistingRecords,
    /// What the sheet gives.
    pub extracted: &'a ExtractedRows,
    /// What the last import with this profile said.
    pub base: &'a MergeBase,
    /// What the rest of the project says.
    pub context: &'a ImportContext,
    /// What a person decided so far.
    pub answers: &'a ImportAnswers,
}
