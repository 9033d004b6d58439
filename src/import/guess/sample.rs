//! The part of a spreadsheet that is looked at for a guess, and what one column seems to be.

use crate::import::extract::headings::{column_names, headings_for};
use crate::import::heading::Heading;
use crate::import::record_target::{ProfileField, RecordTarget};
use serde::Serialize;
use sheet_reader::{Cell, Sheet, Workbook};

/// Rows looked at below the header.
const SAMPLE_ROWS: usize = 200;

/// What a guess rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GuessedBy {
    /// A profile of missive knows this name.
    Name,
    /// The words of the heading.
    Heading,
    /// What stands in the cells.
    Content,
    /// A person said so.
    Person,
}

/// A field that was recognised.
#[derive(Clone, Copy)]
pub(super) struct Recognised {
    pub(super) field: ProfileField,
    pub(super) by: GuessedBy,
}

/// The part of a sheet that is looked at.
pub(super) struct Sample<'w> {
    /// The headings as they stand.
    pub(super) names: Vec<String>,
    sheet: &'w Sheet,
    header: usize,
    /// The filled cells of each column.
    pub(super) columns: Vec<Vec<&'w Cell>>,
}

impl<'w> Sample<'w> {
    /// The largest sheet of a workbook.
    pub(super) fn of(workbook: &'w Workbook) -> Option<Self> {
        let sheet =
            workbook.sheets.iter().max_by_key(|sheet| (!sheet.is_hidden, sheet.rows.len()))?;
        let at = find_header_row(sheet);
        sheet.rows.get(at)?;
        let names = column_names(sheet, at);
        let rows: Vec<&[Cell]> = sheet
            .rows
            .iter()
            .skip(at + 1)
            .take(SAMPLE_ROWS)
            .map(|row| row.cells.as_slice())
            .collect();
        let filled = |at: usize| {
            rows.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_blank()).collect()
        };
        let columns = (0..names.len()).map(filled).collect();
        Some(Self { names, sheet, header: at, columns })
    }

    /// The headings, for one kind of records.
    pub(super) fn headings(&self, target: RecordTarget) -> Vec<Heading> {
        headings_for(target, self.sheet, self.header)
    }

    /// The filled cells of a column.
    pub(super) fn cells(&self, at: usize) -> &[&'w Cell] {
        self.columns.get(at).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The row that looks like a header: the first with the most cells that are texts.
fn find_header_row(sheet: &Sheet) -> usize {
    let texts = |at: usize| {
        sheet.rows.get(at).map_or(0, |row| {
            row.cells
                .iter()
                .filter(|cell| matches!(cell, Cell::Text(_)) && !cell.is_blank())
                .count()
        })
    };
    let rows = sheet.rows.len().min(30);
    let most = (0..rows).map(texts).max().unwrap_or(0);
    (0..rows).find(|at| texts(*at) * 10 >= most * 9).unwrap_or(0)
}
