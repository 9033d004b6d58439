//! One part of an import: the rows of one sheet under one profile.

use crate::app::importing::import_error::ImportError;
use crate::import::extract::columns::HeaderMatch;
use crate::import::extract::extract_rows::extract_rows;
use crate::import::extract::extracted_rows::ExtractedRows;
use crate::import::profile::Profile;
use crate::records::spelling;
use jiff::civil::Date;
use sheet_reader::Workbook;
use std::path::Path;

/// A spreadsheet as it was read.
#[derive(Clone, Copy)]
pub struct ImportSource<'p> {
    /// Path of the spreadsheet file.
    pub path: &'p Path,
    /// The sheets that were read.
    pub workbook: &'p Workbook,
}

/// The workbook with one of its sheets only.
pub fn only_sheet(
    path: &Path,
    mut workbook: Workbook,
    name: &str,
) -> Result<Workbook, ImportError> {
    let known: Vec<String> = workbook.sheets.iter().map(|sheet| sheet.name.clone()).collect();
    let folded = spelling::folded(name);
    workbook.sheets.retain(|sheet| spelling::folded(&sheet.name) == folded && !folded.is_empty());
    match workbook.sheets.is_empty() {
        true => Err(ImportError::UnknownSheet {
            path: path.to_owned(),
            asked: name.to_owned(),
            known: known.into_iter().filter(|name| !name.is_empty()).collect(),
        }),
        false => Ok(workbook),
    }
}

/// The rows of one sheet under one profile.
pub struct ImportPart {
    /// What its columns mean.
    pub profile: Profile,
    /// What its rows say.
    pub extracted: ExtractedRows,
    pub(in crate::app) header: HeaderMatch,
}

impl ImportPart {
    /// Reads the rows.
    pub(in crate::app) fn read(
        source: ImportSource<'_>,
        profile: Profile,
        header: HeaderMatch,
        today: Date,
    ) -> Result<Self, ImportError> {
        let extracted = extract_rows(source.workbook, &profile, &header, today)
            .map_err(|error| ImportError::ColumnTwice { path: source.path.to_owned(), error })?;
        Ok(Self { profile, extracted, header })
    }
}
