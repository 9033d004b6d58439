//! An import with the answers given so far: what it changes, what that does to letters and, if
//! there are no errors, how it is written.

use crate::app::importing::effects::{Effects, PlanningOptions, effects};
use crate::app::importing::import_error::ImportError;
use crate::app::importing::import_outcome::ImportOutcome;
use crate::app::importing::prepared_import::PreparedImport;
use crate::import::existing_records::RecordFile;
use crate::import::proposal::Proposal;
use crate::ledger::Ledger;
use crate::project::folder::Project;
use crate::records::settings::Settings;
use std::collections::BTreeMap;
use std::path::Path;

/// The changes of an import, as texts that nobody wrote yet.
pub struct ImportChanges {
    pub(super) proposal: Proposal,
    /// New texts of record files, by path.
    texts: BTreeMap<String, RecordFile>,
}

impl ImportChanges {
    /// The changes that a proposal makes.
    pub fn new(import: &PreparedImport<'_>, proposal: Proposal) -> Result<Self, ImportError> {
        let texts = import.texts(&proposal)?;
        Ok(Self { proposal, texts })
    }

    /// Whether no record file changes: letters stay as they are, and the ledger need not be asked.
    pub fn are_none(&self) -> bool {
        self.texts.is_empty()
    }
}

/// What an import would do.
pub struct ImportPreview {
    /// It, not applied yet.
    pub outcome: ImportOutcome,
    /// What it would do to letters, and the errors that it would leave.
    pub effects: Effects,
    changes: ImportChanges,
}

impl ImportPreview {
    /// Looks at what changes would do. Nothing is written.
    pub fn new(
        import: &PreparedImport<'_>,
        changes: ImportChanges,
        project: &Project,
        ledger: Option<&Ledger>,
        settings: Option<&Settings>,
        options: PlanningOptions,
    ) -> Result<Self, ImportError> {
        let effects = match changes.are_none() {
            true => Effects::default(),
            false => effects(project, ledger, &changes.texts, options)?,
        };
        let outcome = ImportOutcome::new(import, &changes.proposal, &effects, settings);
        Ok(Self { outcome, effects, changes })
    }

    /// Refuses an import that would leave errors in the records.
    pub fn require_no_errors(&self) -> Result<(), ImportError> {
        match self.effects.errors.is_empty() {
            true => Ok(()),
            false => Err(ImportError::WouldLeaveErrors),
        }
    }

    /// Writes the records, and what the next import compares with, all or nothing.
    pub fn apply(
        &mut self,
        import: &PreparedImport<'_>,
        project: &Project,
    ) -> Result<(), ImportError> {
        self.require_no_errors()?;
        self.outcome.written =
            import.write(project, &self.changes.proposal, &self.changes.texts)?;
        self.outcome.applied = true;
        Ok(())
    }

    /// Writes the rows that cannot be taken, if there are some: to a file, or to the usual one.
    pub fn write_rejected(
        &mut self,
        import: &PreparedImport<'_>,
        project: &Project,
        wanted: Option<&Path>,
    ) -> Result<(), ImportError> {
        let rejected = &self.outcome.rejected;
        if !rejected.is_empty() {
            self.outcome.rejects = Some(import.write_rejected(project, rejected, wanted)?);
        }
        Ok(())
    }
}
