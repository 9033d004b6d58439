//! The rows that an import could not take, as a CSV that can be corrected and imported again.

use crate::app::error::{ErrorKind, UserError};
use crate::files;
use crate::import::extract::columns::HeaderMatch;
use crate::import::extract::extract_rows::is_of_rejected_rows;
use crate::import::extract::extracted_rows::{REJECTION_HEADING, RowReason};
use crate::project::folder::Project;
use sheet_reader::{Cell, Workbook, write_csv};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Why the rejected rows could not be written.
#[derive(Debug, thiserror::Error)]
pub enum RejectedRowsError {
    /// They would take the place of the spreadsheet.
    #[error("les rejets écraseraient la source")]
    OverSource,
    /// The file system refused.
    #[error("{} ne peut pas être écrit : {}", printable_text::of_path(.path), files::reason(.error))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl UserError for RejectedRowsError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::OverSource => ErrorKind::Usage,
            Self::Unwritable { .. } => ErrorKind::Environment,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::OverSource => "donner un autre nom à --rejects",
            Self::Unwritable { .. } => "choisir un autre endroit avec --rejects",
        }
        .to_owned()
    }
}

/// The reasons come first, in a column that an import does not know.
pub(super) fn rejected_rows_csv(
    workbook: &Workbook,
    found: &HeaderMatch,
    rejected: &[RowReason],
) -> Vec<u8> {
    let Some(sheet) = workbook.sheets.get(found.sheet) else { return Vec::new() };
    let mut rows: Vec<Vec<String>> = Vec::new();
    let header = sheet.rows.get(found.header);
    // Rows that are rejected once more have a reason already; the new one takes its place.
    let reasons = usize::from(header.is_some_and(is_of_rejected_rows));
    let texts = |cells: &[Cell]| cells.iter().skip(reasons).map(Cell::text).collect::<Vec<_>>();
    if let Some(header) = header {
        rows.push([vec![REJECTION_HEADING.to_owned()], texts(&header.cells)].concat());
    }
    let below = sheet.rows.iter().skip(found.header + 1);
    let below: BTreeMap<usize, &[Cell]> =
        below.map(|row| (row.number, row.cells.as_slice())).collect();
    for RowReason { row, reason } in rejected {
        let cells = below.get(row).copied().unwrap_or_default();
        rows.push([vec![format!("ligne {row} : {reason}")], texts(cells)].concat());
    }
    write_csv(&rows)
}

/// Writes the rejected rows where a person wants them, or in `out/import/`; gives the file's path.
pub(super) fn write_rejected_rows(
    project: &Project,
    source: &Path,
    wanted: Option<&Path>,
    csv: &[u8],
) -> Result<PathBuf, RejectedRowsError> {
    let path = wanted.map_or_else(
        || {
            let stem = source.file_stem().map_or("source".into(), |stem| stem.to_string_lossy());
            project.path(&format!("out/import/{stem}-rejets.csv"))
        },
        Path::to_path_buf,
    );
    let existing = fs::canonicalize(&path).ok();
    if existing.is_some_and(|path| fs::canonicalize(source).ok() == Some(path)) {
        return Err(RejectedRowsError::OverSource);
    }
    files::replace_durably(&path, csv)
        .map_err(|error| RejectedRowsError::Unwritable { path: path.clone(), error })?;
    Ok(path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path))
}
