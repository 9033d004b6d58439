//! What an XLSX says of its rows besides their cells: which are hidden, which cells are merged, and which
//! formulas have no result. calamine reads the cells and leaves this out.

use crate::error::SheetError;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Cursor};
use zip::ZipArchive;

/// Most formulas without a result that are noted.
const MOST_UNCOMPUTED: usize = 200_000;

/// A merged area that is more than a row high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MergedRows {
    /// Its first row, from 1.
    pub(super) first: usize,
    /// Its last row.
    pub(super) last: usize,
    /// Its first column, from 0.
    pub(super) column: usize,
}

/// The layout of a sheet.
#[derive(Debug, Default)]
pub(super) struct SheetLayout {
    /// Numbers of rows, from 1.
    pub(super) hidden_rows: BTreeSet<usize>,
    /// Columns, from 0.
    pub(super) hidden_columns: Vec<usize>,
    pub(super) merged: Vec<MergedRows>,
    /// Row (from 1) and column (from 0) of formulas without a result.
    pub(super) uncomputed: BTreeSet<(usize, usize)>,
}

/// The layouts of a workbook's sheets, by name; none of a sheet whose part is not where it is usual.
pub(super) fn layouts(bytes: &[u8]) -> Result<BTreeMap<String, SheetLayout>, SheetError> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Ok(BTreeMap::new()) };
    let targets = attributes(&mut archive, "xl/_rels/workbook.xml.rels", "Relationship")?;
    let sheets = attributes(&mut archive, "xl/workbook.xml", "sheet")?;
    let mut layouts = BTreeMap::new();
    for sheet in sheets {
        let (Some(name), Some(id)) = (sheet.get("name"), sheet.get("id")) else { continue };
        let target = targets.iter().find(|target| target.get("Id") == Some(id));
        let Some(target) = target.and_then(|target| target.get("Target")) else { continue };
        let path = match target.strip_prefix('/') {
            Some(path) => path.to_owned(),
            None => format!("xl/{target}"),
        };
        if let Ok(part) = archive.by_name(&path) {
            layouts.insert(name.clone(), read_sheet(BufReader::new(part))?);
        }
    }
    Ok(layouts)
}

/// The attributes of all elements of a name in a part, by their local names.
fn attributes(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    part: &str,
    element: &str,
) -> Result<Vec<BTreeMap<String, String>>, SheetError> {
    let Ok(part) = archive.by_name(part) else { return Ok(Vec::new()) };
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut found = Vec::new();
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == element => {
                let texts = start.attributes().flatten().filter_map(|attribute| {
                    let value =
                        attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
                    Some((attribute.key.local_name().as_ref().to_owned(), value))
                });
                found.push(texts.collect());
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
        buffer.clear();
    }
}

fn damaged(error: impl std::fmt::Display) -> SheetError {
    SheetError::Damaged(error.to_string())
}

/// An attribute of an element.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut each = start.attributes().flatten();
    let found = each.find(|attribute| attribute.key.as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

fn is_set(start: &BytesStart<'_>, name: &str) -> bool {
    attribute(start, name).is_some_and(|value| matches!(value.as_str(), "1" | "true"))
}

/// The formula cell that is being read.
#[derive(Default)]
struct FormulaCell {
    place: Option<(usize, usize)>,
    is_text: bool,
    has_formula: bool,
    in_value: bool,
    has_value: bool,
}

fn read_sheet(part: impl BufRead) -> Result<SheetLayout, SheetError> {
    let mut layout = SheetLayout::default();
    let mut reader = Reader::from_reader(part);
    let mut buffer = Vec::new();
    let (mut row, mut column) = (0, 0);
    let mut cell = FormulaCell::default();
    loop {
        let event = reader.read_event_into(&mut buffer).map_err(damaged)?;
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                "row" => {
                    let number = attribute(&start, "r").and_then(|number| number.parse().ok());
                    row = number.unwrap_or(row + 1);
                    column = 0;
                    let is_flat = attribute(&start, "ht").is_some_and(|height| height == "0");
                    if is_set(&start, "hidden") || is_flat {
                        layout.hidden_rows.insert(row);
                    }
                }
                "c" => {
                    let place = attribute(&start, "r").and_then(|name| place(&name));
                    column = place.map_or(column, |(_, column)| column);
                    let is_text = attribute(&start, "t").is_some_and(|kind| kind == "str");
                    let place = Some((row, column));
                    cell = FormulaCell { place, is_text, ..FormulaCell::default() };
                    column += 1;
                }
                "f" => cell.has_formula = true,
                "v" => cell.in_value = !is_empty,
                "is" => cell.has_value = true,
                "col" => layout.hidden_columns.extend(hidden_columns(&start)),
                "mergeCell" => layout.merged.extend(merged_rows(&start)),
                _ => {}
            },
            Event::Text(_) | Event::GeneralRef(_) => cell.has_value |= cell.in_value,
            Event::End(end) => match end.local_name().as_ref() {
                "v" => cell.in_value = false,
                "c" => layout.note_formula(&std::mem::take(&mut cell)),
                _ => {}
            },
            Event::Eof => return Ok(layout),
            _ => {}
        }
        buffer.clear();
    }
}

impl SheetLayout {
    /// A formula whose result is an empty text has been computed, and has one.
    fn note_formula(&mut self, cell: &FormulaCell) {
        let is_uncomputed = cell.has_formula && !cell.has_value && !cell.is_text;
        if is_uncomputed && self.uncomputed.len() < MOST_UNCOMPUTED {
            self.uncomputed.extend(cell.place);
        }
    }
}

/// "C7" as row (from 1) and column (from 0).
fn place(name: &str) -> Option<(usize, usize)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = name.split_at_checked(letters)?;
    let add = |sum: usize, letter: u8| -> Option<usize> {
        sum.checked_mul(26)?.checked_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)
    };
    let column = letters.bytes().try_fold(0, add)?;
    Some((digits.parse().ok()?, column.checked_sub(1)?))
}

fn hidden_columns(start: &BytesStart<'_>) -> Vec<usize> {
    let number = |name: &str| -> Option<usize> { attribute(start, name)?.parse().ok() };
    match (number("min"), number("max")) {
        (Some(first), Some(last)) if is_set(start, "hidden") => {
            (first.saturating_sub(1)..last.min(crate::limits::MAX_COLUMNS)).collect()
        }
        _ => Vec::new(),
    }
}

fn merged_rows(start: &BytesStart<'_>) -> Option<MergedRows> {
    let area = attribute(start, "ref")?;
    let (from, to) = area.split_once(':')?;
    let ((first, column), (last, _)) = (place(from)?, place(to)?);
    (last > first).then_some(MergedRows { first, last, column })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_others_are_none() {
        assert_eq!(place("A1"), Some((1, 0)));
        assert_eq!(place("AB12"), Some((12, 27)));
        for name in ["", "A", "12", "A-1"] {
            assert_eq!(place(name), None, "{name}");
        }
        assert_eq!(place(&"Z".repeat(40)), None);
    }
}
