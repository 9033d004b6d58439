//! A workbook of records that comes back: recognised by its identifier, compared with what its cells said
//! when it left.

use crate::app::importing::import_error::ImportError;
use crate::app::importing::import_part::{ImportPart, ImportSource};
use crate::app::importing::merge_base::{StoredMergeBase, read_merge_base};
use crate::app::importing::prepared_import::PreparedImport;
use crate::app::importing::record_files::RecordFiles;
use crate::app::records_workbook::workbook_columns::{
    ListSizes, SCHOOL_NAME, WorkbookColumn, profile, referent_columns, school_columns,
};
use crate::app::records_workbook::workbook_id::WorkbookId;
use crate::import::extract::columns::find_header;
use crate::import::profile::Profile;
use crate::import::proposal::ImportContext;
use crate::import::record_target::RecordTarget;
use crate::project::folder::Project;
use jiff::civil::Date;
use sheet_reader::Workbook;
use std::collections::BTreeSet;

/// Most columns of a list that are looked for.
const MOST_ITEMS: usize = 60;

/// The parts of a workbook, in the order in which they are held against the records.
const PARTS: [RecordTarget; 3] =
    [RecordTarget::Establishment, RecordTarget::Head, RecordTarget::Referent];

/// Where what the cells of a workbook said is kept.
pub(super) fn base_path(id: &WorkbookId) -> String {
    format!("data/imports/{}.json", id.as_str())
}

/// The identifier of a workbook that missive exported, if it is one.
pub fn workbook_id(workbook: &Workbook) -> Option<WorkbookId> {
    WorkbookId::of(workbook)
}

/// Prepares the import of a workbook that was exported under an identifier.
pub fn prepare_workbook<'p>(
    project: &Project,
    source: ImportSource<'p>,
    id: &WorkbookId,
    context: ImportContext,
) -> Result<PreparedImport<'p>, ImportError> {
    let last = read_merge_base(project, &base_path(id), PARTS.len())?;
    if last.bytes.is_none() {
        return Err(ImportError::UnknownWorkbook(id.as_str().to_owned()));
    }
    let files = RecordFiles::read(project)?;
    let mut import = prepare_parts(source, files, context)?;
    import.last = last;
    Ok(import)
}

/// The parts of a workbook, held against records of which nothing was said before.
pub(super) fn prepare_parts<'p>(
    source: ImportSource<'p>,
    files: RecordFiles,
    context: ImportContext,
) -> Result<PreparedImport<'p>, ImportError> {
    let sizes = ListSizes { address: MOST_ITEMS, priorities: MOST_ITEMS };
    let (schools, referents) = (school_columns(sizes), referent_columns());
    let mut parts = Vec::new();
    for target in PARTS {
        let columns = if target == RecordTarget::Referent { &referents } else { &schools };
        parts.push(read_part(source, profile(target, columns), columns, context.today)?);
    }
    if let [schools, heads, _] = parts.as_mut_slice() {
        // A school whose row cannot be taken keeps its head, and one that is missing is told once.
        let rejected: BTreeSet<usize> =
            schools.extracted.rejected.iter().map(|row| row.row).collect();
        heads.extracted.skip(&rejected);
        heads.extracted.is_part = true;
        heads.extracted.unread.clear();
        heads.extracted.remarks.clear();
    }
    let last = StoredMergeBase::nothing(PARTS.len());
    Ok(PreparedImport {
        source,
        profile: "fiches".to_owned(),
        title: "classeur des fiches".to_owned(),
        parts,
        files,
        last,
        context,
    })
}

fn read_part(
    source: ImportSource<'_>,
    mut profile: Profile,
    columns: &[WorkbookColumn],
    today: Date,
) -> Result<ImportPart, ImportError> {
    let sheet = profile.sheet.clone().unwrap_or_default();
    let header =
        find_header(source.workbook, &profile).ok_or_else(|| ImportError::WorkbookSheet(sheet))?;
    // A list has as many columns as the sheet; those beyond are not missing.
    profile.columns.iter_mut().for_each(|column| column.expected &= !column.field.form.is_list());
    let mut part = ImportPart::read(source, profile, header, today)?;
    let is_own =
        |name: &str| name == SCHOOL_NAME || columns.iter().any(|column| column.heading == name);
    part.extracted.unread.retain(|column| !is_own(&column.column));
    part.extracted.remarks.retain(|remark| !is_own(&remark.column));
    Ok(part)
}
