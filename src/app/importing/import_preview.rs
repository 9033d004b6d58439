//! An import with the answers given so far: what it changes, what that does to letters and, if
//! there are no errors, how it is written.

use crate::app::importing::effects::{Effects, PlanningOptions, effects};
use crate::app::importing::import_changes::ImportChanges;
use crate::app::importing::import_error::ImportError;
use crate::app::importing::import_outcome::ImportOutcome;
use crate::app::importing::incoherent_rows::rows_of_errors;
use crate::app::importing::prepared_import::PreparedImport;
use crate::import::proposal::ImportAnswers;
use crate::ledger::Ledger;
use crate::project::folder::Project;
use crate::records::settings::Settings;
use std::path::Path;

/// What an import is held against, besides the records.
#[derive(Clone, Copy)]
pub struct ImportSetting<'a> {
    /// The project.
    pub project: &'a Project,
    /// The letters that were handed over.
    pub ledger: Option<&'a Ledger>,
    /// Its settings.
    pub settings: Option<&'a Settings>,
    /// When and how its campaigns are planned.
    pub options: PlanningOptions,
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
    /// Looks at what an import would do. A row with which a record would not hold together is rejected,
    /// and the others are taken. Nothing is written.
    pub fn new(
        import: &mut PreparedImport<'_>,
        answers: &ImportAnswers,
        setting: ImportSetting<'_>,
    ) -> Result<Self, ImportError> {
        let (changes, effects) = loop {
            let changes = import.propose_editable(answers)?;
            let effects = match changes.is_empty() {
                true => Effects::default(),
                false => effects(setting.project, setting.ledger, &changes.texts, setting.options)?,
            };
            let wrong = rows_of_errors(&changes, &effects);
            if wrong.iter().all(|rows| rows.is_empty()) {
                break (changes, effects);
            }
            for (part, rows) in wrong.iter().enumerate() {
                import.set_aside(part, rows);
            }
        };
        let outcome = ImportOutcome::new(import, &changes, &effects, setting.settings);
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
        self.outcome.written = import.write(project, &self.changes)?;
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
            self.outcome.rejects = import.write_rejected(project, rejected, wanted)?;
        }
        Ok(())
    }
}
