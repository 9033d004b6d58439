//! The changes of an import, as texts that nobody wrote yet.

use crate::import::edit_toml::apply_edits::RecordEditError;
use crate::import::existing_records::RecordFile;
use crate::import::extract::extracted_rows::RowReason;
use crate::import::proposal::{MergeBase, Proposal};
use std::collections::BTreeMap;

/// A record cannot be changed where it stands.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct ProposalError {
    /// Which part of the import wants to change it.
    pub part: usize,
    /// The rows that do.
    pub rows: Vec<usize>,
    /// Why it cannot.
    pub error: Box<RecordEditError>,
}

/// The changes of an import.
#[derive(Default)]
pub struct ImportChanges {
    /// What all parts of the import propose together.
    pub proposal: Proposal,
    /// What the next import compares with, by part.
    pub(super) bases: Vec<MergeBase>,
    /// Rows that cannot be taken after all, by part.
    pub(super) rejected: Vec<Vec<RowReason>>,
    /// Which rows change which records, by part.
    pub(super) parts: Vec<Proposal>,
    /// New texts of record files, by path.
    pub(super) texts: BTreeMap<String, RecordFile>,
}

impl ImportChanges {
    /// Whether no record file changes: letters stay as they are, and the ledger need not be asked.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Adds what a part proposes.
    pub(super) fn add(&mut self, part: Proposal, texts: BTreeMap<String, RecordFile>) {
        self.texts.extend(texts);
        self.bases.push(part.base.clone());
        self.rejected.push(part.rejected.clone());
        self.proposal.absorb(part.clone());
        self.parts.push(part);
    }
}
