//! An import that is being prepared: what the spreadsheet says, the records, the last import. A
//! person answers the questions of the proposal; then it is written or dropped.

use crate::app::importing::import_error::ImportError;
use crate::app::importing::merge_base::{
    StoredMergeBase, merge_base_path, merge_base_text, read_merge_base,
};
use crate::app::importing::record_files::RecordFiles;
use crate::app::importing::rejected_rows::{rejected_rows_csv, write_rejected_rows};
use crate::app::wording::count;
use crate::import::edit_toml::apply_edits::{RecordEditError, apply_edits};
use crate::import::existing_records::RecordFile;
use crate::import::extract::columns::HeaderMatch;
use crate::import::extract::extract_rows::extract_rows;
use crate::import::extract::extracted_rows::{ExtractedRows, RowReason};
use crate::import::import_input::ImportInput;
use crate::import::profile::Profile;
use crate::import::proposal::{ImportAnswers, ImportContext, Proposal};
use crate::import::propose::propose;
use crate::import::record_target::RecordTarget;
use crate::project::folder::Project;
use crate::project::replace_files::{self, ReplaceError, Replacement};
use sheet_reader::Workbook;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A spreadsheet as it was read.
#[derive(Clone, Copy)]
pub struct ImportSource<'p> {
    /// Path of the spreadsheet file.
    pub path: &'p Path,
    /// The sheets that were read.
    pub workbook: &'p Workbook,
}

/// An import that is being prepared.
pub struct PreparedImport<'p> {
    /// The spreadsheet, as file and sheets.
    pub source: ImportSource<'p>,
    /// What its columns mean.
    pub profile: &'p Profile,
    /// What its rows say.
    pub extracted: ExtractedRows,
    /// The records as they are.
    pub files: RecordFiles,
    header: HeaderMatch,
    last: StoredMergeBase,
    context: ImportContext,
}

impl<'p> PreparedImport<'p> {
    /// Reads the rows, the records, and what the last import said.
    pub fn prepare(
        project: &Project,
        source: ImportSource<'p>,
        profile: &'p Profile,
        header: HeaderMatch,
        context: ImportContext,
    ) -> Result<Self, ImportError> {
        let extracted = extract_rows(source.workbook, profile, &header)
            .map_err(|error| ImportError::ColumnTwice { path: source.path.to_owned(), error })?;
        let files = RecordFiles::read(project)?;
        let last = read_merge_base(project, &profile.name)?;
        Ok(Self { source, profile, extracted, files, header, last, context })
    }

    /// What it would change, as far as a person answered.
    pub fn propose(&self, answers: &ImportAnswers) -> Proposal {
        let input = ImportInput {
            records: &self.files.records,
            extracted: &self.extracted,
            base: &self.last.base,
            context: &self.context,
            answers,
        };
        let mut proposal = propose(self.profile.target, &input);
        self.note_other_schools(&mut proposal);
        proposal
    }

    /// At the first import of schools, schools that are missing from the spreadsheet are expected,
    /// and not asked about.
    fn note_other_schools(&self, proposal: &mut Proposal) {
        let is_first = self.last.base.records.is_empty();
        if self.profile.target != RecordTarget::Establishment || !is_first {
            return;
        }
        let candidates = self.extracted.candidates.iter();
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

    /// The new texts of the record files that change, by path.
    pub(super) fn texts(
        &self,
        proposal: &Proposal,
    ) -> Result<BTreeMap<String, RecordFile>, RecordEditError> {
        let records = &self.files.records;
        apply_edits(records, &proposal.edits, &proposal.additions, &self.profile.file)
    }

    /// Writes records and what the next import compares with, all or nothing; gives the paths of the
    /// record files that changed.
    pub(super) fn write(
        &self,
        project: &Project,
        proposal: &Proposal,
        texts: &BTreeMap<String, RecordFile>,
    ) -> Result<Vec<String>, ReplaceError> {
        let mut changes: Vec<Replacement> =
            texts.values().map(|file| self.files.replacement(file)).collect();
        let written = changes.iter().map(|change| change.path.clone()).collect();
        if proposal.base != self.last.base || self.last.bytes.is_none() {
            let path = merge_base_path(&self.profile.name);
            let text = merge_base_text(&proposal.base)
                .map_err(|error| ReplaceError::Io { path: path.clone(), error: error.into() })?;
            let before = self.last.bytes.clone();
            changes.push(Replacement { path, before, after: text.into_bytes() });
        }
        if !changes.is_empty() {
            replace_files::replace(project, &changes)?;
        }
        Ok(written)
    }

    /// All rows that cannot be taken, with their reasons, in the order of the spreadsheet.
    pub(super) fn rejected(&self, proposal: &Proposal) -> Vec<RowReason> {
        let mut all: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for RowReason { row, reason } in self.extracted.rejected.iter().chain(&proposal.rejected) {
            all.entry(*row).or_default().push(reason.clone());
        }
        let rejected = all.into_iter();
        rejected.map(|(row, reasons)| RowReason { row, reason: reasons.join(" ; ") }).collect()
    }

    /// Writes the rejected rows to a file, or to the usual one; gives its path.
    pub(super) fn write_rejected(
        &self,
        project: &Project,
        rejected: &[RowReason],
        wanted: Option<&Path>,
    ) -> Result<PathBuf, ImportError> {
        let csv = rejected_rows_csv(self.source.workbook, &self.header, rejected);
        Ok(write_rejected_rows(project, self.source.path, wanted, &csv)?)
    }
}
