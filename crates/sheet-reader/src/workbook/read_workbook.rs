//! XLSX, XLS and XLSB through calamine: the last result of a formula stands for it, nothing is computed.

use super::ods;
use super::unpacked_size::{check_declared_size, check_parts};
use super::xlsx_layout::{self, MergedRows, SheetLayout};
use crate::error::SheetError;
use crate::format::FileFormat;
use crate::limits::{MAX_CELL_LENGTH, MAX_COLUMNS};
use crate::row_collector::RowCollector;
use crate::sheet::{Cell, Row, Sheet, Workbook};
use calamine::{Data, ExcelDateTime, Reader, SheetVisible, Sheets, Xls};
use std::collections::BTreeMap;
use std::io::Cursor;

/// Reads a workbook.
pub(crate) fn read(bytes: &[u8]) -> Result<Workbook, SheetError> {
    check_declared_size(bytes)?;
    check_parts(bytes)?;
    if let Some(sheets) = ods::read(bytes)? {
        return Ok(Workbook { sheets, format: FileFormat::Ods });
    }
    let open = calamine::open_workbook_auto_from_rs(Cursor::new(bytes));
    let mut book = open.map_err(open_error)?;
    let format = match &book {
        Sheets::Xls(_) => FileFormat::Xls,
        Sheets::Xlsx(_) => FileFormat::Xlsx,
        Sheets::Xlsb(_) => FileFormat::Xlsb,
        Sheets::Ods(_) => FileFormat::Ods,
    };
    let mut layouts = match format {
        FileFormat::Xlsx => xlsx_layout::layouts(bytes)?,
        _ => BTreeMap::new(),
    };
    let hidden: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible != SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut sheets = Vec::new();
    let mut cells = 0;
    for name in book.sheet_names() {
        let layout = layouts.remove(&name).unwrap_or_default();
        let mut rows = SheetRows::new(&mut cells, &layout);
        match &mut book {
            Sheets::Xlsx(book) => {
                let mut reader = book.worksheet_cells_reader(&name).map_err(damaged)?;
                while let Some(cell) = reader.next_cell().map_err(damaged)? {
                    let (row, column) = cell.get_position();
                    let value = Data::from(cell.get_value().clone());
                    rows.add(row as usize, column as usize, &value)?;
                }
            }
            book => {
                let range = book.worksheet_range(&name).map_err(damaged)?;
                let (first_row, first_column) = range.start().unwrap_or_default();
                for (row, column, value) in range.used_cells() {
                    rows.add(first_row as usize + row, first_column as usize + column, value)?;
                }
            }
        }
        let merged = match &book {
            Sheets::Xls(book) => merged_in_xls(book, &name),
            _ => layout.merged.clone(),
        };
        let mut sheet = rows.finish(name)?;
        sheet.is_hidden = hidden.contains(&sheet.name);
        sheet.hidden_columns.clone_from(&layout.hidden_columns);
        merged.iter().for_each(|area| sheet.fill_down(area.first, area.last, area.column));
        sheets.push(sheet);
    }
    Ok(Workbook { sheets, format })
}

/// The merged areas of a sheet that are more than a row high.
fn merged_in_xls(book: &Xls<Cursor<&[u8]>>, name: &str) -> Vec<MergedRows> {
    let areas = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    let high = areas.into_iter().filter(|area| area.end.0 > area.start.0);
    high.map(|area| MergedRows {
        first: area.start.0 as usize + 1,
        last: area.end.0 as usize + 1,
        column: area.start.1 as usize,
    })
    .collect()
}

fn damaged(error: impl std::fmt::Display) -> SheetError {
    SheetError::Damaged(error.to_string())
}

fn open_error(error: calamine::Error) -> SheetError {
    let text = format!("{error:?}");
    match text.to_lowercase().contains("password") {
        true => SheetError::PasswordProtected,
        false => SheetError::Damaged(error.to_string()),
    }
}

/// The rows of a sheet, filled cell by cell. A cell far below creates no empty rows before it.
struct SheetRows<'c, 'l> {
    rows: RowCollector<'c>,
    /// The row that is being filled.
    row: Row,
    layout: &'l SheetLayout,
}

impl<'c, 'l> SheetRows<'c, 'l> {
    fn new(cells: &'c mut usize, layout: &'l SheetLayout) -> Self {
        Self { rows: RowCollector::new(cells), row: Row::default(), layout }
    }

    fn add(&mut self, row: usize, column: usize, value: &Data) -> Result<(), SheetError> {
        let number = row + 1;
        let cell = match cell(value) {
            Cell::Empty if self.layout.uncomputed.contains(&(number, column)) => Cell::Uncomputed,
            cell => cell,
        };
        if cell.is_blank() {
            return Ok(());
        }
        if column >= MAX_COLUMNS {
            return Err(SheetError::TooManyCells);
        }
        if matches!(&cell, Cell::Text(text) if text.len() > MAX_CELL_LENGTH) {
            return Err(SheetError::CellTooLong { row: number });
        }
        if self.row.number != number {
            self.end_row()?;
            self.row.number = number;
        }
        if column >= self.row.cells.len() {
            self.row.cells.resize(column + 1, Cell::Empty);
        }
        if let Some(slot) = self.row.cells.get_mut(column) {
            *slot = cell;
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), SheetError> {
        let row = std::mem::take(&mut self.row);
        let is_hidden = self.layout.hidden_rows.contains(&row.number);
        match row.number {
            0 => Ok(()),
            _ => self.rows.push(Row { is_hidden, ..row }, 1),
        }
    }

    fn finish(mut self, name: String) -> Result<Sheet, SheetError> {
        self.end_row()?;
        let (rows, runs) = self.rows.finish();
        Ok(Sheet { name, rows, runs, ..Sheet::default() })
    }
}

fn cell(value: &Data) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::String(text) if text.is_empty() => Cell::Empty,
        Data::String(text) => Cell::Text(unescaped(text)),
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(value) => Cell::Bool(*value),
        Data::DateTime(moment) => day(moment),
        Data::DateTimeIso(text) => Cell::Day(text.chars().take(10).collect()),
        Data::DurationIso(text) => Cell::Text(text.clone()),
        Data::Error(error) => Cell::Error(error.to_string()),
    }
}

/// Line ends that Excel writes as "_x000D_", as people see them.
fn unescaped(text: &str) -> String {
    match text.contains("_x00") {
        true => text.replace("_x000D_", "").replace("_x000A_", "\n").replace("_x0009_", "\t"),
        false => text.to_owned(),
    }
}

fn day(moment: &ExcelDateTime) -> Cell {
    if moment.is_duration() {
        return Cell::Number(moment.as_f64());
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    Cell::Day(format!("{year:04}-{month:02}-{day:02}"))
}
