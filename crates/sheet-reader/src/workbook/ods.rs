//! OpenDocument spreadsheets, read row by row: a row that is repeated to the end of the sheet costs one row,
//! and what is hidden or merged is seen.

use super::ods_cell::OdsCell;
use super::xlsx_layout::{MergedRows, attribute};
use crate::error::SheetError;
use crate::limits::{MAX_CELL_LENGTH, MAX_COLUMNS};
use crate::row_collector::RowCollector;
use crate::sheet::{Cell, Row, Sheet};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Cursor, Read as _};
use zip::ZipArchive;

/// The sheets of an OpenDocument spreadsheet; nothing of any other file.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Vec<Sheet>>, SheetError> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Ok(None) };
    let mut kind = String::new();
    match archive.by_name("mimetype") {
        Ok(part) => part.take(200).read_to_string(&mut kind).map_err(damaged)?,
        Err(_) => return Ok(None),
    };
    if !kind.contains("opendocument.spreadsheet") {
        return Ok(None);
    }
    let mut manifest = String::new();
    if let Ok(part) = archive.by_name("META-INF/manifest.xml") {
        part.take(1 << 20).read_to_string(&mut manifest).map_err(damaged)?;
    }
    if manifest.contains("encryption-data") {
        return Err(SheetError::PasswordProtected);
    }
    let content = archive.by_name("content.xml").map_err(damaged)?;
    let mut reader = OdsReader::new(BufReader::new(content));
    let mut cells = 0;
    let mut sheets = Vec::new();
    while let Some(table) = reader.next_table()? {
        sheets.push(reader.read_table(&table, &mut cells)?);
    }
    Ok(Some(sheets))
}

fn damaged(error: impl std::fmt::Display) -> SheetError {
    SheetError::Damaged(error.to_string())
}

struct OdsReader<R> {
    xml: Reader<R>,
    buffer: Vec<u8>,
    /// Styles of tables that are not shown.
    hidden_styles: BTreeSet<String>,
}

/// A table that begins.
struct TableStart {
    name: String,
    is_hidden: bool,
}

/// What a table gave so far.
struct TableRows<'c> {
    rows: RowCollector<'c>,
    merged: Vec<MergedRows>,
    hidden_columns: Vec<usize>,
    columns: usize,
    number: usize,
}

impl<R: BufRead> OdsReader<R> {
    fn new(content: R) -> Self {
        let xml = Reader::from_reader(content);
        Self { xml, buffer: Vec::new(), hidden_styles: BTreeSet::new() }
    }

    fn next(&mut self) -> Result<Event<'_>, SheetError> {
        self.buffer.clear();
        self.xml.read_event_into(&mut self.buffer).map_err(damaged)
    }

    /// Skips the rest of an element.
    fn skip(&mut self, start: &BytesStart<'_>) -> Result<(), SheetError> {
        let end = start.to_end().into_owned();
        let mut buffer = Vec::new();
        self.xml.read_to_end_into(end.name(), &mut buffer).map(drop).map_err(damaged)
    }

    /// The next table, and on the way the styles of those that are not shown.
    fn next_table(&mut self) -> Result<Option<TableStart>, SheetError> {
        let mut style = None;
        loop {
            let event = self.next()?.into_owned();
            let is_open = matches!(event, Event::Start(_));
            match event {
                Event::Start(start) | Event::Empty(start) => match start.name().as_ref() {
                    "style:style" => style = attribute(&start, "style:name"),
                    "style:table-properties" => {
                        let shown = attribute(&start, "table:display");
                        if shown.is_some_and(|shown| shown == "false") {
                            self.hidden_styles.extend(style.take());
                        }
                    }
                    "table:table" if is_open => {
                        let style = attribute(&start, "table:style-name");
                        let name = attribute(&start, "table:name").unwrap_or_default();
                        let is_hidden =
                            style.is_some_and(|style| self.hidden_styles.contains(&style));
                        return Ok(Some(TableStart { name, is_hidden }));
                    }
                    "table:tracked-changes" if is_open => self.skip(&start)?,
                    _ => {}
                },
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    fn read_table(&mut self, table: &TableStart, cells: &mut usize) -> Result<Sheet, SheetError> {
        let mut found = TableRows {
            rows: RowCollector::new(cells),
            merged: Vec::new(),
            hidden_columns: Vec::new(),
            columns: 0,
            number: 0,
        };
        loop {
            let event = self.next()?.into_owned();
            let is_open = matches!(event, Event::Start(_));
            match event {
                Event::Start(start) | Event::Empty(start) => match start.name().as_ref() {
                    "table:table-column" => found.add_column(&start),
                    "table:table-row" if is_open => self.read_row(&start, &mut found)?,
                    "table:table-row" => found.number += repeated(&start, "rows"),
                    "table:shapes" | "office:forms" | "table:table-source" if is_open => {
                        self.skip(&start)?;
                    }
                    _ => {}
                },
                Event::End(end) if end.name().as_ref() == "table:table" => break,
                Event::Eof => return Err(SheetError::Damaged("ends within a table".to_owned())),
                _ => {}
            }
        }
        let (rows, runs) = found.rows.finish();
        let mut sheet = Sheet {
            name: table.name.clone(),
            rows,
            is_hidden: table.is_hidden,
            hidden_columns: found.hidden_columns,
            runs,
        };
        found.merged.iter().for_each(|area| sheet.fill_down(area.first, area.last, area.column));
        Ok(sheet)
    }

    fn read_row(
        &mut self,
        start: &BytesStart<'_>,
        found: &mut TableRows<'_>,
    ) -> Result<(), SheetError> {
        let times = repeated(start, "rows");
        let number = found.number + 1;
        found.number += times;
        let shown = attribute(start, "table:visibility").unwrap_or_default();
        let is_hidden = matches!(shown.as_str(), "collapse" | "filter");
        let mut cells: Vec<Cell> = Vec::new();
        let mut column = 0;
        loop {
            let event = self.next()?.into_owned();
            let is_open = matches!(event, Event::Start(_));
            match event {
                Event::Start(start) | Event::Empty(start)
                    if start.name().as_ref().ends_with("table-cell") =>
                {
                    let is_covered = start.name().as_ref() == "table:covered-table-cell";
                    let mut cell = OdsCell::of(&start);
                    if is_open {
                        self.read_text(&mut cell)?;
                    }
                    let (beside, rows) = (cell.times, cell.rows);
                    let value = if is_covered { Cell::Empty } else { cell.finish() };
                    if rows > 1 {
                        let last = number + rows - 1;
                        found.merged.push(MergedRows { first: number, last, column });
                    }
                    put(&mut cells, column, value, beside, number)?;
                    column += beside;
                }
                Event::End(end) if end.name().as_ref() == "table:table-row" => break,
                Event::Eof => return Err(SheetError::Damaged("ends within a row".to_owned())),
                _ => {}
            }
        }
        found.rows.push(Row { number, cells, is_hidden, ..Row::default() }, times)
    }

    /// The text that a cell shows, without its comment and its pictures.
    fn read_text(&mut self, cell: &mut OdsCell) -> Result<(), SheetError> {
        let mut in_paragraph = 0;
        loop {
            let event = self.next()?.into_owned();
            let is_open = matches!(event, Event::Start(_));
            match event {
                Event::Start(start) | Event::Empty(start) => match start.name().as_ref() {
                    "text:p" | "text:h" => {
                        cell.begin_paragraph();
                        in_paragraph += usize::from(is_open);
                    }
                    "text:s" => {
                        let spaces = attribute(&start, "text:c").and_then(|text| text.parse().ok());
                        let spaces = spaces.unwrap_or(1).min(MAX_CELL_LENGTH);
                        cell.push(&" ".repeat(spaces));
                    }
                    "text:tab" => cell.push("\t"),
                    "text:line-break" => cell.push("\n"),
                    "text:span" | "text:a" => {}
                    _ if is_open => self.skip(&start)?,
                    _ => {}
                },
                Event::Text(text) if in_paragraph > 0 => cell.push(&text.xml10_content()),
                Event::CData(text) if in_paragraph > 0 => cell.push(&text.xml10_content()),
                Event::GeneralRef(name) if in_paragraph > 0 => cell.push(&entity(&name)),
                Event::End(end) => match end.name().as_ref() {
                    "text:p" | "text:h" => in_paragraph -= usize::from(in_paragraph > 0),
                    name if name.ends_with("table-cell") => return Ok(()),
                    _ => {}
                },
                Event::Eof => return Err(SheetError::Damaged("ends within a cell".to_owned())),
                _ => {}
            }
        }
    }
}

impl TableRows<'_> {
    fn add_column(&mut self, start: &BytesStart<'_>) {
        let times = repeated(start, "columns");
        let shown = attribute(start, "table:visibility").unwrap_or_default();
        if matches!(shown.as_str(), "collapse" | "filter") {
            let last = (self.columns + times).min(MAX_COLUMNS);
            self.hidden_columns.extend(self.columns..last);
        }
        self.columns += times;
    }
}

/// A cell, and those beside it that are the same.
fn put(
    cells: &mut Vec<Cell>,
    column: usize,
    value: Cell,
    times: usize,
    row: usize,
) -> Result<(), SheetError> {
    if value == Cell::Empty || value.is_blank() {
        return Ok(());
    }
    if matches!(&value, Cell::Text(text) if text.len() > MAX_CELL_LENGTH) {
        return Err(SheetError::CellTooLong { row });
    }
    if column + times > MAX_COLUMNS {
        return Err(SheetError::TooManyCells);
    }
    cells.resize(column, Cell::Empty);
    cells.extend(std::iter::repeat_n(value, times));
    Ok(())
}

fn repeated(start: &BytesStart<'_>, what: &str) -> usize {
    /// More rows than any program has.
    const MOST: usize = 1 << 24;
    let times = attribute(start, &format!("table:number-{what}-repeated"));
    times.and_then(|times| times.parse().ok()).unwrap_or(1).clamp(1, MOST)
}

fn entity(name: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        return c.to_string();
    }
    let name = name.xml10_content();
    resolve_predefined_entity(&name).unwrap_or_default().to_owned()
}
