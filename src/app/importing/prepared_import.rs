//! An import that is being prepared: what the spreadsheet says, the records, the last import. A
//! person answers the questions of the proposal; then it is written or dropped.

use crate::app::importing::import_changes::{ImportChanges, ProposalError};
use crate::app::importing::import_error::ImportError;
use crate::app::importing::import_part::{ImportPart, ImportSource};
use crate::app::importing::merge_base::{
    StoredMergeBase, merge_base_path, merge_base_text, read_merge_base,
};
use crate::app::importing::record_files::RecordFiles;
use crate::app::importing::rejected_rows::{rejected_rows_csv, write_rejected_rows};
use crate::app::wording::count;
use crate::import::edit_toml::apply_edits::apply_edits;
use crate::import::extract::columns::HeaderMatch;
use crate::import::extract::extracted_rows::RowReason;
use crate::import::import_input::ImportInput;
use crate::import::profile::Profile;
use crate::import::proposal::{ImportAnswers, ImportContext, Proposal};
use crate::import::propose::propose;
use crate::import::record_target::RecordTarget;
use crate::project::folder::Project;
use crate::project::replace_files::{self, ReplaceError, Replacement};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What rows mean that were taken out of a workbook of records.
const GONE_ROWS: &str = "les lignes retirées du classeur ne suppriment rien : une date dans « Fermé le » ferme un établissement, dans « Jusqu'au » finit une désignation";

/// An import that is being prepared.
pub struct PreparedImport<'p> {
    /// The spreadsheet, as file and sheets.
    pub source: ImportSource<'p>,
    /// The name of the profile.
    pub profile: String,
    /// What the profile is for.
    pub title: String,
    /// What is read of it, each part under a profile; one, but for a workbook of records.
    pub parts: Vec<ImportPart>,
    /// The records as they are.
    pub files: RecordFiles,
    pub(in crate::app) last: StoredMergeBase,
    pub(in crate::app) context: ImportContext,
}

impl<'p> PreparedImport<'p> {
    /// Reads the rows, the records, and what the last import said.
    pub fn prepare(
        project: &Project,
        source: ImportSource<'p>,
        profile: &Profile,
        header: HeaderMatch,
        context: ImportContext,
    ) -> Result<Self, ImportError> {
        let part = ImportPart::read(source, profile.clone(), header, context.today)?;
        let files = RecordFiles::read(project)?;
        let last = read_merge_base(project, &merge_base_path(&profile.name), 1)?;
        Ok(Self {
            source,
            profile: profile.name.clone(),
            title: profile.title.clone(),
            parts: vec![part],
            files,
            last,
            context,
        })
    }

    /// What it would change, as far as a person answered. Each part is held against the records as the
    /// parts before leave them.
    pub fn propose(&self, answers: &ImportAnswers) -> Result<ImportChanges, ProposalError> {
        let mut records = self.files.records.clone();
        let mut changes = ImportChanges::default();
        for (at, (part, base)) in self.parts.iter().zip(&self.last.bases).enumerate() {
            let (extracted, context) = (&part.extracted, &self.context);
            let input = ImportInput { records: &records, extracted, base, context, answers };
            let mut proposal = propose(part.profile.target, &input);
            match self.parts.len() {
                1 => self.note_other_schools(part, &mut proposal),
                _ if !proposal.gone.is_empty() => proposal.notes.push(GONE_ROWS.to_owned()),
                _ => {}
            }
            let into = &part.profile.file;
            let texts = apply_edits(&records, &proposal.edits, &proposal.additions, into);
            let texts = texts.map_err(|error| {
                let rows = proposal.rows_of(&error.record, None);
                ProposalError { part: at, rows, error: Box::new(error) }
            })?;
            if at + 1 < self.parts.len() && !texts.is_empty() {
                records = records.with(&texts);
            }
            changes.add(proposal, texts);
        }
        Ok(changes)
    }

    /// The same; rows that would change a record that cannot be changed where it stands are rejected.
    pub fn propose_editable(
        &mut self,
        answers: &ImportAnswers,
    ) -> Result<ImportChanges, ImportError> {
        loop {
            match self.propose(answers) {
                Ok(changes) => return Ok(changes),
                Err(ProposalError { rows, error, .. }) if rows.iter().all(|row| *row == 0) => {
                    return Err((*error).into());
                }
                Err(ProposalError { part, rows, error }) => {
                    let reasons = rows.into_iter().map(|row| (row, error.to_string()));
                    self.set_aside(part, &reasons.collect());
                }
            }
        }
    }

    /// At the first import of schools, schools that are missing from the spreadsheet are expected,
    /// and not asked about.
    fn note_other_schools(&self, part: &ImportPart, proposal: &mut Proposal) {
        let is_first = self.last.bases.iter().all(|base| base.records.is_empty());
        let is_of_schools = part.profile.target == RecordTarget::Establishment;
        if !is_of_schools || !is_first || part.extracted.is_part {
            return;
        }
        let candidates = part.extracted.candidates.iter();
        let seen: BTreeSet<&str> =
            candidates.filter_map(|candidate| candidate.text("uai")).collect();
        let schools = self.files.records.of("establishment");
        let others = schools.filter(|(_, school)| !seen.contains(school.key.as_str())).count();
        let note = match others {
            0 => return,
            _ => count(
                others,
                "établissement des fiches n'est pas dans ce fichier : il reste tel quel",
                "établissements des fiches ne sont pas dans ce fichier : ils restent tels quels",
            ),
        };
        proposal.notes.push(note);
    }

    /// The text of what the next import would compare with, if this one were taken.
    pub(in crate::app) fn base_text(&self) -> Result<String, ImportError> {
        let changes = self.propose(&ImportAnswers::default()).map_err(|failure| *failure.error)?;
        Ok(merge_base_text(&changes.bases)?)
    }

    /// Leaves rows of a part out after all, each with its reason.
    pub(super) fn set_aside(&mut self, part: usize, rows: &BTreeMap<usize, String>) {
        if let Some(part) = self.parts.get_mut(part) {
            part.extracted.set_aside(rows);
        }
    }

    /// Writes records and what the next import compares with, all or nothing; gives the paths of the
    /// record files that changed.
    pub(super) fn write(
        &self,
        project: &Project,
        import: &ImportChanges,
    ) -> Result<Vec<String>, ReplaceError> {
        let mut changes: Vec<Replacement> =
            import.texts.values().map(|file| self.files.replacement(file)).collect();
        let written = changes.iter().map(|change| change.path.clone()).collect();
        if import.bases != self.last.bases || self.last.bytes.is_none() {
            changes.push(self.last.replacement(&import.bases)?);
        }
        if !changes.is_empty() {
            replace_files::replace(project, &changes)?;
        }
        Ok(written)
    }

    /// All rows that cannot be taken, with their reasons, in the order of the spreadsheet.
    pub(super) fn rejected(&self, changes: &ImportChanges) -> Vec<RowReason> {
        let mut rejected = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            let mut rows: BTreeMap<usize, Vec<String>> = BTreeMap::new();
            let later = changes.rejected.get(at).map(Vec::as_slice).unwrap_or_default();
            for RowReason { row, reason } in part.extracted.rejected.iter().chain(later) {
                let reasons = rows.entry(*row).or_default();
                if !reasons.contains(reason) {
                    reasons.push(reason.clone());
                }
            }
            let prefix = match self.parts.len() {
                1 => String::new(),
                _ => format!("{} : ", part.profile.title),
            };
            rejected.extend(rows.into_iter().map(|(row, reasons)| RowReason {
                row,
                reason: format!("{prefix}{}", reasons.join(" ; ")),
            }));
        }
        rejected
    }

    /// Writes the rejected rows to a file, or to the usual one; gives its path. Those of a workbook with
    /// several parts are corrected in the workbook itself.
    pub(super) fn write_rejected(
        &self,
        project: &Project,
        rejected: &[RowReason],
        wanted: Option<&Path>,
    ) -> Result<Option<PathBuf>, ImportError> {
        let [part] = self.parts.as_slice() else { return Ok(None) };
        let csv = rejected_rows_csv(self.source.workbook, &part.header, rejected);
        Ok(Some(write_rejected_rows(project, self.source.path, wanted, &csv)?))
    }
}
