//! What a spreadsheet holds: sheets of rows of cells.

use crate::format::FileFormat;
use serde::{Deserialize, Serialize};

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text, as it stands there.
    Text(String),
    /// A number. A code with only digits may have become one.
    Number(f64),
    /// A Boolean of a workbook; a text file has none.
    Bool(bool),
    /// A day, ISO 8601; the time of the day is left out.
    Day(String),
    /// The error of a formula, like `#N/A`.
    Error(String),
    /// A formula whose result is not in the file: a spreadsheet program shows one, a reader has none.
    Uncomputed,
}

impl Cell {
    /// The cell as a text: a number without decimals where it has none, a Boolean as `TRUE` or `FALSE`.
    pub fn text(&self) -> String {
        match self {
            Self::Empty | Self::Uncomputed => String::new(),
            Self::Text(text) | Self::Day(text) | Self::Error(text) => text.clone(),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                format!("{number:.0}")
            }
            Self::Number(number) => number.to_string(),
            Self::Bool(true) => "TRUE".to_owned(),
            Self::Bool(false) => "FALSE".to_owned(),
        }
    }

    /// Whether nothing can be read in it.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.chars().all(|c| c.is_whitespace() || c == '\u{feff}'),
            _ => false,
        }
    }
}

/// A row that is not blank.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its number, from 1, as the spreadsheet program shows it; the line on which it begins, for a text
    /// file.
    pub number: usize,
    /// Its cells from the first column on, up to the last that is filled (all that the line has, for a
    /// text file).
    pub cells: Vec<Cell>,
    /// Whether its author hid it, or a filter does.
    #[serde(default)]
    pub is_hidden: bool,
    /// Whether a quotation mark opens one of its cells and none closes it; the cell is as it stands.
    #[serde(default)]
    pub has_stray_quote: bool,
}

/// Rows that all say the same and are left out: a text or a formula pulled down the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowRun {
    /// Number of the first, from 1.
    pub first: usize,
    /// Number of the last.
    pub last: usize,
}

/// One sheet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name; empty for a text file.
    pub name: String,
    /// Its rows, blank ones left out.
    pub rows: Vec<Row>,
    /// Whether its author hid it.
    #[serde(default)]
    pub is_hidden: bool,
    /// Columns that its author hid, from 0.
    #[serde(default)]
    pub hidden_columns: Vec<usize>,
    /// Rows that were left out because they all say the same.
    #[serde(default)]
    pub runs: Vec<RowRun>,
}

impl Sheet {
    /// Puts the value of a merged area, which stands in its first cell, into the cells below that one: so
    /// a person sees it.
    pub(crate) fn fill_down(&mut self, first: usize, last: usize, column: usize) {
        let mut value = None;
        for row in &mut self.rows {
            if row.number == first {
                value = row.cells.get(column).filter(|cell| !cell.is_blank()).cloned();
            } else if let Some(value) = &value
                && (first..=last).contains(&row.number)
            {
                if row.cells.len() <= column {
                    row.cells.resize(column + 1, Cell::Empty);
                }
                if let Some(cell) = row.cells.get_mut(column).filter(|cell| cell.is_blank()) {
                    *cell = value.clone();
                }
            }
        }
    }
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Workbook {
    /// Its sheets, hidden ones too; one for a text file.
    pub sheets: Vec<Sheet>,
    /// How it was read.
    pub format: FileFormat,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_became_a_number_keeps_its_digits() {
        assert_eq!(Cell::Number(35580.0).text(), "35580");
        assert_eq!(Cell::Number(1.5).text(), "1.5");
        assert!(Cell::Text(" \u{a0}".to_owned()).is_blank());
    }
}
