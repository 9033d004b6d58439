//! XLSX, XLS and ODS through calamine, in a process of its own under limits of memory and time:
//! a workbook that unfolds to gigabytes costs an error, not the computer.

use super::{Book, Cell, Grid, LONGEST_CELL, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Row, SheetError};
use crate::subprocess;
use calamine::{CellErrorType, Data, ExcelDateTime, Range, Reader, Sheets};
use process_child::ChildError;
use serde::{Deserialize, Serialize};
use std::io::{self, Cursor, Read as _};

/// The word of the command line that makes this program the process that reads.
pub const WORD: &str = "read-spreadsheet";
/// Octets that a workbook may unfold to.
const MOST_UNFOLDED: u64 = 400 << 20;

/// What the process is asked.
#[derive(Debug, Serialize, Deserialize)]
struct Question {}

/// What it answers; the sheets come as JSON beside it.
#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Read(String),
    Locked,
    Rows,
    Cells,
    Cell(usize),
    Bomb,
    Damaged(String),
}

/// Reads a workbook.
pub fn read(bytes: &[u8]) -> Result<Book, SheetError> {
    unfolded(bytes)?;
    let stopped = |error: ChildError| SheetError::Stopped(subprocess::reason(&error));
    let mut process = subprocess::start(WORD).map_err(stopped)?;
    let (answer, blobs): (Answer, _) = process.ask(&Question {}, &[bytes]).map_err(stopped)?;
    match answer {
        Answer::Read(format) => {
            let sheets = blobs.first().map(|json| serde_json::from_slice(json));
            match sheets {
                Some(Ok(grids)) => Ok(Book { grids, format }),
                _ => Err(SheetError::Damaged("lecture incomplète".to_owned())),
            }
        }
        Answer::Locked => Err(SheetError::Locked),
        Answer::Rows => Err(SheetError::Rows),
        Answer::Cells => Err(SheetError::Cells),
        Answer::Cell(row) => Err(SheetError::Cell(row)),
        Answer::Bomb => Err(SheetError::Bomb(MOST_UNFOLDED >> 20)),
        Answer::Damaged(why) => Err(SheetError::Damaged(why)),
    }
}

/// A zip that says it unfolds to far more than a spreadsheet holds is refused unopened; one that
/// lies is stopped by the limits of the process.
fn unfolded(bytes: &[u8]) -> Result<(), SheetError> {
    if !bytes.starts_with(b"PK") {
        return Ok(());
    }
    let damaged = |error: zip::result::ZipError| SheetError::Damaged(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut total: u64 = 0;
    for at in 0..archive.len() {
        total = total.saturating_add(archive.by_index_raw(at).map_err(damaged)?.size());
    }
    match total > MOST_UNFOLDED {
        true => Err(SheetError::Bomb(MOST_UNFOLDED >> 20)),
        false => Ok(()),
    }
}

/// What the process does.
pub fn serve() -> io::Result<()> {
    process_child::serve(subprocess::FILE_LIMITS, |_: Question, blobs| {
        let bytes = blobs.into_iter().next().unwrap_or_default();
        match sheets(bytes) {
            Ok((grids, format)) => match serde_json::to_vec(&grids) {
                Ok(json) => (Answer::Read(format.to_owned()), vec![json]),
                Err(error) => (Answer::Damaged(error.to_string()), Vec::new()),
            },
            Err(answer) => (answer, Vec::new()),
        }
    })
}

/// Every part of a zip unfolds to what its checksum says, and to no more than a workbook holds.
fn sound(bytes: &[u8]) -> Result<(), Answer> {
    if !bytes.starts_with(b"PK") {
        return Ok(());
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut left = MOST_UNFOLDED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(damaged)?;
        let read = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(damaged)?;
        left = left.checked_sub(read).ok_or(Answer::Bomb)?;
    }
    Ok(())
}

fn sheets(bytes: Vec<u8>) -> Result<(Vec<Grid>, &'static str), Answer> {
    sound(&bytes)?;
    let open = calamine::open_workbook_auto_from_rs(Cursor::new(bytes));
    let mut book = open.map_err(refused)?;
    let format = match &book {
        Sheets::Xls(_) => "classeur Excel 97-2003 (XLS)",
        Sheets::Xlsx(_) => "classeur Excel (XLSX)",
        Sheets::Xlsb(_) => "classeur Excel binaire (XLSB)",
        Sheets::Ods(_) => "classeur LibreOffice (ODS)",
    };
    let mut grids = Vec::new();
    let mut cells = 0;
    for name in book.sheet_names() {
        let rows = match &mut book {
            Sheets::Xlsx(book) => {
                let mut gathered = Gathered::new(&mut cells);
                let mut reader = book.worksheet_cells_reader(&name).map_err(damaged)?;
                while let Some(cell) = reader.next_cell().map_err(damaged)? {
                    let (row, column) = cell.get_position();
                    let value = Data::from(cell.get_value().clone());
                    gathered.take(row as usize, column as usize, &value)?;
                }
                gathered.finish()
            }
            book => {
                let range = book.worksheet_range(&name).map_err(damaged)?;
                ranged(&range, &mut cells)?
            }
        };
        grids.push(Grid { name, rows });
    }
    Ok((grids, format))
}

fn damaged(error: impl std::fmt::Display) -> Answer {
    Answer::Damaged(error.to_string())
}

fn refused(error: calamine::Error) -> Answer {
    let text = format!("{error:?}");
    match text.to_lowercase().contains("password") {
        true => Answer::Locked,
        false => Answer::Damaged(error.to_string()),
    }
}

fn ranged(range: &Range<Data>, cells: &mut usize) -> Result<Vec<Row>, Answer> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut gathered = Gathered::new(cells);
    for (row, column, value) in range.used_cells() {
        gathered.take(first_row as usize + row, first_column as usize + column, value)?;
    }
    Ok(gathered.finish())
}

/// Rows that are filled cell after cell; what is far away makes no empty cells before it.
struct Gathered<'c> {
    rows: Vec<Row>,
    cells: &'c mut usize,
}

impl<'c> Gathered<'c> {
    fn new(cells: &'c mut usize) -> Self {
        Self { rows: Vec::new(), cells }
    }

    fn take(&mut self, row: usize, column: usize, value: &Data) -> Result<(), Answer> {
        let cell = cell(value);
        if cell == Cell::Empty {
            return Ok(());
        }
        if column >= MOST_COLUMNS {
            return Err(Answer::Cells);
        }
        let number = row + 1;
        if matches!(&cell, Cell::Text(text) if text.len() > LONGEST_CELL) {
            return Err(Answer::Cell(number));
        }
        if self.rows.last().is_none_or(|last| last.number != number) {
            if self.rows.len() >= MOST_ROWS {
                return Err(Answer::Rows);
            }
            self.rows.push(Row { number, cells: Vec::new() });
        }
        let Some(last) = self.rows.last_mut() else { return Ok(()) };
        let before = last.cells.len();
        if column >= before {
            last.cells.resize(column + 1, Cell::Empty);
            *self.cells += column + 1 - before;
        }
        if let Some(place) = last.cells.get_mut(column) {
            *place = cell;
        }
        match *self.cells > MOST_CELLS {
            true => Err(Answer::Cells),
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
        Data::Bool(true) => Cell::Text("oui".to_owned()),
        Data::Bool(false) => Cell::Text("non".to_owned()),
        Data::DateTime(moment) => day(moment),
        Data::DateTimeIso(text) => Cell::Day(text.chars().take(10).collect()),
        Data::DurationIso(text) => Cell::Text(text.clone()),
        Data::Error(error) => Cell::Error(error_name(error)),
    }
}

fn day(moment: &ExcelDateTime) -> Cell {
    if moment.is_duration() {
        return Cell::Number(moment.as_f64());
    }
    let (year, month, day, ..) = moment.to_ymd_hms_milli();
    Cell::Day(format!("{year:04}-{month:02}-{day:02}"))
}

fn error_name(error: &CellErrorType) -> String {
    error.to_string()
}
