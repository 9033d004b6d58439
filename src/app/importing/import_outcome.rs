//! What an import did or would do, as `import --json` says it.

use crate::app::importing::effects::Effects;
use crate::app::importing::import_changes::ImportChanges;
use crate::app::importing::import_remarks::{
    DoubtfulName, SchoolRemark, doubtful_names, labels, remarks,
};
use crate::app::importing::prepared_import::PreparedImport;
use crate::import::cells::codes::loses_a_part;
use crate::import::extract::extracted_rows::{
    CorrectedCell, FieldDifference, LeftOutCell, MergedRow, RowReason, UnreadColumn,
};
use crate::import::proposal::{Conflict, FieldChange, ImportQuestion, MissingRecord, RepeatedRow};
use crate::import::record_target::RecordTarget;
use crate::import::spreadsheet_wording::format_name;
use crate::records::settings::Settings;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What an import did or would do.
#[derive(Debug, Serialize)]
pub struct ImportOutcome {
    /// The name of the profile.
    pub profile: String,
    /// What the profile is for.
    #[serde(skip)]
    pub profile_title: String,
    /// How the spreadsheet was read, in French.
    pub format: String,
    /// What became of its rows.
    pub rows: RowCounts,
    /// How many rows each filter left out, by its reason.
    pub filtered: BTreeMap<String, usize>,
    /// What becomes of the records.
    pub records: RecordCounts,
    /// Fields whose values change.
    pub changes: Vec<FieldChange>,
    /// Values that a person has to choose.
    pub conflicts: Vec<Conflict>,
    /// Corrections by hand that stay.
    pub kept: Vec<FieldChange>,
    /// Records that the source does not have any more.
    pub gone: Vec<MissingRecord>,
    /// What a person has to say.
    pub questions: Vec<ImportQuestion>,
    /// Rows that cannot be taken.
    pub rejected: Vec<RowReason>,
    /// Rows for which another one counts.
    pub merged: Vec<MergedOutcome>,
    /// Cells whose text was corrected while reading: a leading zero, capitals, a date.
    #[serde(rename = "mended")]
    pub corrected: Vec<CorrectedCell>,
    /// What a person should know, in French.
    pub notes: Vec<String>,
    /// Columns that nothing reads.
    pub unread: Vec<UnreadColumn>,
    /// Cells of these columns that a person should read: somebody leaves, or is away.
    pub remarks: Vec<SchoolRemark>,
    /// Names of people that look like none.
    pub doubtful: Vec<DoubtfulName>,
    /// The sheet that was read, of a workbook.
    pub sheet: Option<String>,
    /// Cells that could not be taken, of rows that were; what the records say there stays.
    pub left_out: Vec<LeftOutCell>,
    /// Rows that are no records: hidden, the header once more, an example, a total.
    pub side_rows: Vec<RowReason>,
    /// Schools without a mail address.
    pub without_email: Vec<String>,
    /// Schools whose mail address lies outside the allowed domains.
    pub foreign_email: Vec<SchoolEmail>,
    /// How many letters would be issued again.
    pub reissues: usize,
    /// Letters handed over that would be issued again.
    pub reissued: Vec<String>,
    /// Letters handed over that would go to a new head.
    pub readdressed: Vec<String>,
    /// Letters that nothing would call for any more.
    pub withdrawn: Vec<String>,
    /// Schools and referents as a person calls them, by UAI and by identifier.
    #[serde(skip)]
    pub labels: BTreeMap<String, String>,
    /// Whether it was written.
    pub applied: bool,
    /// Record files that were written.
    pub written: Vec<String>,
    /// Whether no record changes.
    #[serde(skip)]
    pub nothing_to_write: bool,
    /// Where the rejected rows are.
    #[serde(serialize_with = "path_or_null")]
    pub rejects: Option<PathBuf>,
}

/// What became of the rows; each counts once, `read` is the sum of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RowCounts {
    /// All below the header.
    pub read: usize,
    /// Rows that were taken.
    pub imported: usize,
    /// Another one counts for them.
    pub merged: usize,
    /// Left out by a filter.
    pub filtered: usize,
    /// Rows that cannot be taken.
    pub rejected: usize,
}

/// What becomes of the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RecordCounts {
    /// Number of records added.
    pub new: usize,
    /// Number of records changed.
    pub changed: usize,
    /// Number of records that stay as they are.
    pub unchanged: usize,
    /// Not in the source any more.
    pub gone: usize,
}

/// A row for which another one counts.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum MergedOutcome {
    /// Another row of the same school.
    School(MergedRow),
    /// It says again what another one says.
    Repeated {
        /// The row.
        row: usize,
        /// The row that counts.
        into: usize,
        /// What both are about.
        key: String,
        /// In what they differ.
        differs: Vec<FieldDifference>,
        /// Whether the row that counts takes its place.
        #[serde(skip)]
        is_replaced: bool,
    },
}

impl From<&RepeatedRow> for MergedOutcome {
    fn from(repeated: &RepeatedRow) -> Self {
        let key = repeated.label.clone();
        let is_replaced = repeated.is_replaced;
        Self::Repeated {
            row: repeated.row,
            into: repeated.counted,
            key,
            differs: repeated.differs.clone(),
            is_replaced,
        }
    }
}

/// A school and its mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchoolEmail {
    /// UAI of the school.
    pub uai: String,
    /// Mail address, as in the record.
    pub email: String,
}

fn path_or_null<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    path.as_ref().map(printable_text::path_value).serialize(serializer)
}

impl ImportOutcome {
    /// What an import would do; it is not applied, and nothing is written.
    pub fn new(
        import: &PreparedImport<'_>,
        changes: &ImportChanges,
        effects: &Effects,
        settings: Option<&Settings>,
    ) -> Self {
        let proposal = &changes.proposal;
        let extracted = || import.parts.iter().map(|part| &part.extracted);
        let rejected = import.rejected(changes);
        let mut filtered: BTreeMap<String, usize> = BTreeMap::new();
        for row in extracted().flat_map(|part| &part.filtered) {
            *filtered.entry(row.reason.clone()).or_default() += 1;
        }
        let of_school = extracted().flat_map(|part| &part.merged).cloned();
        let merged: Vec<MergedOutcome> = of_school
            .map(MergedOutcome::School)
            .chain(proposal.merged.iter().map(MergedOutcome::from))
            .collect();
        Self {
            profile: import.profile.clone(),
            profile_title: import.title.clone(),
            format: format_name(import.source.workbook.format),
            rows: row_counts(import, changes, merged.len()),
            filtered,
            records: RecordCounts {
                new: proposal.new,
                changed: proposal.changed,
                unchanged: proposal.unchanged,
                gone: proposal.gone.len(),
            },
            changes: proposal.changes.clone(),
            conflicts: proposal.conflicts.clone(),
            kept: proposal.kept.clone(),
            gone: proposal.gone.clone(),
            questions: proposal.questions.clone(),
            rejected,
            merged,
            corrected: extracted().flat_map(|part| &part.corrected).cloned().collect(),
            notes: extracted()
                .flat_map(|part| &part.notes)
                .chain(&proposal.notes)
                .cloned()
                .collect(),
            unread: extracted().flat_map(|part| &part.unread).cloned().collect(),
            remarks: remarks(import),
            doubtful: doubtful_names(import),
            sheet: sheet_name(import),
            left_out: extracted().flat_map(|part| &part.left_out).cloned().collect(),
            side_rows: extracted().flat_map(|part| &part.side_rows).cloned().collect(),
            without_email: proposal.without_mail.clone(),
            foreign_email: foreign_emails(import, settings),
            reissues: effects.reissued.len(),
            reissued: effects.reissued.clone(),
            readdressed: effects.readdressed.clone(),
            withdrawn: effects.withdrawn.clone(),
            labels: labels(import, changes),
            applied: false,
            written: Vec::new(),
            nothing_to_write: proposal.is_empty(),
            rejects: None,
        }
    }
}

impl ImportOutcome {
    /// Whether something of the source could not be taken.
    pub fn is_partial(&self) -> bool {
        self.rows.rejected > 0
            || self.left_out.iter().any(|cell| !cell.says_nothing)
            || self.corrected.iter().any(|cell| loses_a_part(cell.how))
    }
}

/// The sheet that was read; nothing for a text file, and for a workbook that is read as a whole.
fn sheet_name(import: &PreparedImport<'_>) -> Option<String> {
    let [part] = import.parts.as_slice() else { return None };
    let sheet = import.source.workbook.sheets.get(part.header.sheet)?;
    Some(sheet.name.clone()).filter(|name| !name.is_empty())
}

/// What became of the rows. Parts of one sheet read the same rows: each counts once.
fn row_counts(import: &PreparedImport<'_>, changes: &ImportChanges, merged: usize) -> RowCounts {
    let mut read = 0;
    let mut rejected = 0;
    let mut filtered = 0;
    let mut sheets: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (at, part) in import.parts.iter().enumerate() {
        let later = changes.rejected.get(at).map(Vec::as_slice).unwrap_or_default();
        let of_sheet = sheets.entry(part.header.sheet).or_insert_with(|| {
            read += part.extracted.read;
            filtered += part.extracted.filtered.len();
            BTreeSet::new()
        });
        let rows = part.extracted.rejected.iter().chain(later).map(|row| row.row);
        rejected += rows.filter(|row| of_sheet.insert(*row)).count();
    }
    let imported = read.saturating_sub(merged + filtered + rejected);
    RowCounts { read, imported, merged, filtered, rejected }
}

/// Schools whose mail address lies outside the domains that the settings allow.
fn foreign_emails(import: &PreparedImport<'_>, settings: Option<&Settings>) -> Vec<SchoolEmail> {
    let Some(settings) = settings else { return Vec::new() };
    let is_allowed = |email: &str| {
        let domain = email.rsplit('@').next().unwrap_or_default().to_lowercase();
        settings.mail.allowed_domains.iter().any(|allowed| allowed.covers(&domain))
    };
    let of_schools =
        import.parts.iter().filter(|part| part.profile.target == RecordTarget::Establishment);
    let schools = of_schools.flat_map(|part| &part.extracted.candidates);
    let emails = schools.filter_map(|school| Some((school.text("uai")?, school.text("email")?)));
    let foreign = emails.filter(|(_, email)| !is_allowed(email));
    foreign
        .map(|(uai, email)| SchoolEmail { uai: uai.to_owned(), email: email.to_owned() })
        .collect()
}
