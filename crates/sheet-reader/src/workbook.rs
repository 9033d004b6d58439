//! XLSX, XLS, XLSB and ODS through calamine: the last result of a formula stands for it, nothing is
//! computed.

use crate::error::SheetError;
use crate::format::FileFormat;
use crate::limits::{MAX_CELL_LENGTH, MAX_CELLS, MAX_COLUMNS, MAX_ROWS};
use crate::sheet::{Cell, Row, Sheet, Workbook};
use crate::unpacked_size::{check_declared_size, check_parts};
use calamine::{Data, ExcelDateTime, Range, Reader, Sheets};
use std::io::Cursor;

/// Reads a workbook.
pub(crate) fn read(bytes: &[u8]) -> Result<Workbook, SheetError> {
    check_declared_size(bytes)?;
    check_parts(bytes)?;
    let open = calamine::open_workbook_auto_from_rs(Cursor::new(bytes));
    let mut book = open.map_err(open_error)?;
    let format = match &book {
        Sheets::Xls(_) => FileFormat::Xls,
        Sheets::Xlsx(_) => FileFormat::Xlsx,
        Sheets::Xlsb(_) => FileFormat::Xlsb,
        Sheets::Ods(_) => FileFormat::Ods,
    };
    let mut sheets = Vec::new();
    let mut cells = 0;
    for name in book.sheet_names() {
        let rows = match &mut book {
            Sheets::Xlsx(book) => {
                let mut rows = RowBuilder::new(&mut cells);
                let mut reader = book.worksheet_cells_reader(&name).map_err(damaged)?;
                while let Some(cell) = reader.next_cell().map_err(damaged)? {
                    let (row, column) = cell.get_position();
                    let value = Data::from(cell.get_value().clone());
                    rows.add(row as usize, column as usize, &value)?;
                }
                rows.finish()
            }
            book => {
                let range = book.worksheet_range(&name).map_err(damaged)?;
                range_rows(&range, &mut cells)?
            }
        };
        sheets.push(Sheet { name, rows });
    }
    Ok(Workbook { sheets, format })
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

fn range_rows(range: &Range<Data>, cells: &mut usize) -> Result<Vec<Row>, SheetError> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut rows = RowBuilder::new(cells);
    for (row, column, value) in range.used_cells() {
        rows.add(first_row as usize + row, first_column as usize + column, value)?;
    }
    Ok(rows.finish())
}

/// Rows, filled cell by cell. A cell far below creates no empty rows before it.
struct RowBuilder<'c> {
    rows: Vec<Row>,
    /// Cells of all sheets so far.
    cells: &'c mut usize,
}

impl<'c> RowBuilder<'c> {
    fn new(cells: &'c mut usize) -> Self {
        Self { rows: Vec::new(), cells }
    }

    fn add(&mut self, row: usize, column: usize, value: &Data) -> Result<(), SheetError> {
        let cell = cell(value);
        if cell == Cell::Empty {
            return Ok(());
        }
        if column >= MAX_COLUMNS {
            return Err(SheetError::TooManyCells);
        }
        let number = row + 1;
        if matches!(&cell, Cell::Text(text) if text.len() > MAX_CELL_LENGTH) {
            return Err(SheetError::CellTooLong { row: number });
        }
        if self.rows.last().is_none_or(|last| last.number != number) {
            if self.rows.len() >= MAX_ROWS {
                return Err(SheetError::TooManyRows);
            }
            self.rows.push(Row { number, cells: Vec::new() });
        }
        let Some(last) = self.rows.last_mut() else { return Ok(()) };
        let before = last.cells.len();
        if column >= before {
            last.cells.resize(column + 1, Cell::Empty);
            *self.cells += column + 1 - before;
        }
        if let Some(slot) = last.cells.get_mut(column) {
            *slot = cell;
        }
        match *self.cells > MAX_CELLS {
            true => Err(SheetError::TooManyCells),
            false => Ok(()),
        }
    }

    fn finish(self) -> Vec<Row> {
        let mut rows = self.rows;
        rows.retain(|row| !row.cells.iter().all(Cell::is_blank));
        rows
    }
}

fn cell(value: &Data) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::String(text) if text.is_empty() => Cell::Empty,
        Data::String(text) => Cell::Text(text.clone()),
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(value) => Cell::Bool(*value),
        Data::DateTime(moment) => day(moment),
        Data::DateTimeIso(text) => Cell::Day(text.chars().take(10).collect()),
        Data::DurationIso(text) => Cell::Text(text.clone()),
        Data::Error(error) => Cell::Error(error.to_string()),
    }
}

fn day(moment: &ExcelDateTime) -> Cell {
    if moment.is_duration() {
        return Cell::Number(moment.as_f64());
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    Cell::Day(format!("{year:04}-{month:02}-{day:02}"))
}
