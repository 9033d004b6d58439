//! Exports the records as a workbook, and keeps what its cells say, so that it can come back.

use crate::app::error::{ErrorKind, UserError};
use crate::app::exports::target::ExportWriteError;
use crate::app::importing::import_error::ImportError;
use crate::app::importing::import_part::ImportSource;
use crate::app::importing::record_files::{RecordFiles, RecordFilesError};
use crate::app::records_workbook::import_workbook::{base_path, prepare_parts};
use crate::app::records_workbook::record_rows::{RecordRows, RecordSheet, record_rows};
use crate::app::records_workbook::workbook_columns::{REFERENTS_SHEET, SCHOOLS_SHEET};
use crate::app::records_workbook::workbook_id::WorkbookId;
use crate::app::records_workbook::write_workbook::{RecordSheetError, write_workbook};
use crate::files;
use crate::import::proposal::ImportContext;
use crate::project::folder::Project;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use sheet_reader::{Cell, FileFormat, Row, Sheet, Workbook};
use std::io;
use std::path::{Path, PathBuf};

/// Records that were exported.
#[derive(Debug, Serialize)]
pub struct ExportedRecords {
    /// The file.
    #[serde(serialize_with = "shown_path")]
    pub file: PathBuf,
    /// The identifier that a cell shows.
    pub id: String,
    /// How many schools it has.
    pub establishments: usize,
    /// How many rows of referents it has, one an assignment.
    pub assignments: usize,
    /// Assignments of other years, and referents without any: not in it.
    pub left_out: usize,
}

fn shown_path<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    printable_text::path_value(path).serialize(serializer)
}

/// Why the records cannot be exported.
#[derive(Debug, thiserror::Error)]
pub enum RecordExportError {
    /// The name of the file is not that of a workbook.
    #[error("{} ne finit pas par .xlsx", printable_text::of_path(.0))]
    NotWorkbook(PathBuf),
    /// The records cannot be read.
    #[error(transparent)]
    RecordFiles(#[from] RecordFilesError),
    /// The records cannot be held against themselves.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// They do not fit into the format.
    #[error(transparent)]
    Sheet(#[from] RecordSheetError),
    /// The file system refuses.
    #[error(transparent)]
    Write(#[from] ExportWriteError),
    /// What the cells say cannot be kept.
    #[error("data/imports ne peut pas être écrit : {}", files::reason(.0))]
    Base(io::Error),
}

impl UserError for RecordExportError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotWorkbook(_) => ErrorKind::Usage,
            Self::RecordFiles(error) => error.kind(),
            Self::Import(error) => error.kind(),
            Self::Sheet(_) | Self::Base(_) => ErrorKind::Environment,
            Self::Write(error) => error.kind(),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::NotWorkbook(_) => "donner un nom comme fiches.xlsx".to_owned(),
            Self::RecordFiles(error) => error.todo(),
            Self::Import(error) => error.todo(),
            Self::Sheet(_) => "signaler le cas".to_owned(),
            Self::Write(error) => error.todo(),
            Self::Base(_) => "vérifier les droits du dossier data/imports/".to_owned(),
        }
    }
}

/// Writes the records of a project as a workbook; what stands in its cells is kept first.
pub fn export_records(
    project: &Project,
    file: &Path,
    context: ImportContext,
    today: Date,
) -> Result<ExportedRecords, RecordExportError> {
    let is_xlsx = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    if !is_xlsx {
        return Err(RecordExportError::NotWorkbook(file.to_owned()));
    }
    let records = RecordFiles::read(project)?;
    let rows = record_rows(&records.records, &context);
    // What an import of the workbook as it is would remember is what it is compared with when it comes
    // back.
    let workbook = as_read(&rows);
    let source = ImportSource { path: file, workbook: &workbook };
    let import = prepare_parts(source, records, context)?;
    let base = import.base_text()?;
    let id = WorkbookId::new(today, base.as_bytes());
    let bytes = write_workbook(&rows, &id, today)?;
    files::replace_durably(&project.path(&base_path(&id)), base.as_bytes())
        .map_err(RecordExportError::Base)?;
    files::write_whole(file, &bytes, true).map_err(|error| ExportWriteError::new(file, error))?;
    Ok(ExportedRecords {
        file: file.to_owned(),
        id: id.as_str().to_owned(),
        establishments: rows.schools.rows.len(),
        assignments: rows.referents.rows.len(),
        left_out: rows.left_out,
    })
}

/// The rows as they are read back.
fn as_read(rows: &RecordRows) -> Workbook {
    let sheet = |name: &str, records: &RecordSheet| {
        let headings =
            records.columns.iter().map(|column| Cell::Text(column.heading.clone())).collect();
        let all = std::iter::once(&headings).chain(&records.rows);
        let rows = (1..).zip(all).map(|(number, cells)| Row {
            number,
            cells: cells.clone(),
            ..Row::default()
        });
        Sheet { name: name.to_owned(), rows: rows.collect(), ..Sheet::default() }
    };
    let sheets = vec![sheet(SCHOOLS_SHEET, &rows.schools), sheet(REFERENTS_SHEET, &rows.referents)];
    Workbook { sheets, format: FileFormat::Xlsx }
}
