//! A spreadsheet as rows of cells, whatever program wrote it; bounded, and never evaluated.
//!
//! [`text`] reads CSV and its cousins here; [`workbook`] reads XLSX, XLS and ODS in a child process
//! under limits. Knows nothing of what columns mean.

pub mod text;
pub mod workbook;

use crate::files;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Most rows of a spreadsheet: fifty times the schools of an académie.
pub const MOST_ROWS: usize = 200_000;
/// Most columns.
pub const MOST_COLUMNS: usize = 1_000;
/// Most cells of a spreadsheet, over all its sheets.
pub const MOST_CELLS: usize = 8_000_000;
/// Longest cell, in octets: what spreadsheet programs allow (32,767 characters).
pub const LONGEST_CELL: usize = 4 * 32_767;

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text, as it stands there.
    Text(String),
    /// A number: a spreadsheet program may have taken a code for one.
    Number(f64),
    /// A day, ISO 8601.
    Day(String),
    /// The error of a formula, like `#N/A`.
    Error(String),
}

impl Cell {
    /// The cell as a text: a number without decimals where it has none.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Day(text) | Self::Error(text) => text.clone(),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                format!("{number:.0}")
            }
            Self::Number(number) => number.to_string(),
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

/// A row with its number, as the spreadsheet program shows it (the line, for a text file).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Number, from 1.
    pub number: usize,
    /// Cells.
    pub cells: Vec<Cell>,
}

/// One sheet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Its name; empty for a text file.
    pub name: String,
    /// Its rows, blank ones left out.
    pub rows: Vec<Row>,
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// Its sheets.
    pub grids: Vec<Grid>,
    /// How it was read, for a person: "CSV, Windows-1252, séparateur « ; »".
    pub format: String,
}

/// Why a file cannot be read as a spreadsheet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// The file system refused.
    #[error("{0} ne peut pas être lu : {1}")]
    Unreadable(String, String),
    /// Nothing is in it.
    #[error("le fichier est vide : il n'y a rien à importer")]
    Empty,
    /// It is something else.
    #[error("ce n'est pas un tableau : {0}")]
    Other(&'static str),
    /// A password protects it.
    #[error("le classeur est protégé par un mot de passe")]
    Locked,
    /// It holds NUL octets.
    #[error(
        "le fichier contient des octets nuls (ligne {0}) : il est abîmé, ou ce n'est pas du texte"
    )]
    Nul(usize),
    /// It ends within a character.
    #[error("le fichier est coupé au milieu d'un caractère : sa fin manque")]
    Cut,
    /// A quoted cell never ends.
    #[error("un guillemet ouvert à la ligne {0} n'est jamais fermé")]
    Quote(usize),
    /// Too many rows.
    #[error("le tableau a plus de {} lignes", MOST_ROWS)]
    Rows,
    /// Too many columns or cells.
    #[error(
        "le tableau est trop grand : plus de {} colonnes, ou de {} cases",
        MOST_COLUMNS,
        MOST_CELLS
    )]
    Cells,
    /// A cell is too long.
    #[error("une case de la ligne {0} est démesurée")]
    Cell(usize),
    /// The workbook would unfold to far more than it should.
    #[error("le classeur est piégé : déplié, il ferait plus de {0} Mo")]
    Bomb(u64),
    /// It cannot be taken apart.
    #[error("le classeur est abîmé : {0}")]
    Damaged(String),
    /// The process that read it was stopped.
    #[error("{0}")]
    Stopped(String),
}

impl SheetError {
    /// What to do.
    pub fn todo(&self) -> &'static str {
        match self {
            Self::Unreadable(..) => {
                "vérifier le nom du fichier, et qu'il n'est pas ouvert ailleurs"
            }
            Self::Locked => "l'ouvrir dans le tableur et l'enregistrer sans mot de passe",
            Self::Empty => "demander de nouveau le fichier à qui l'a envoyé",
            Self::Rows | Self::Cells | Self::Cell(_) => {
                "n'y garder que les lignes et les colonnes utiles, puis relancer"
            }
            Self::Other(_) => "l'ouvrir dans un tableur et l'enregistrer en CSV, XLSX ou ODS",
            Self::Nul(_) | Self::Cut | Self::Quote(_) | Self::Damaged(_) => {
                "l'ouvrir dans un tableur, vérifier son contenu et l'enregistrer de nouveau"
            }
            Self::Bomb(_) | Self::Stopped(_) => {
                "ne pas l'ouvrir ; demander de nouveau le fichier, en CSV, à qui l'a envoyé"
            }
        }
    }
}

/// Reads a file; its content, not its name, says what it is.
pub fn read(path: &Path) -> Result<Book, SheetError> {
    let bytes = files::read(path).map_err(|error| {
        SheetError::Unreadable(printable_text::of_path(path), files::reason(&error))
    })?;
    let book = match bytes.as_slice() {
        [] => return Err(SheetError::Empty),
        [b'P', b'K', 3 | 5, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => workbook::read(&bytes)?,
        [b'%', b'P', b'D', b'F', ..] => return Err(SheetError::Other("c'est un PDF")),
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] => {
            return Err(SheetError::Other("c'est une image"));
        }
        [b'{', b'\\', b'r', b't', b'f', ..] => {
            return Err(SheetError::Other("c'est un texte mis en forme (RTF)"));
        }
        _ => text::read(&bytes)?,
    };
    match book.grids.iter().all(|grid| grid.rows.is_empty()) {
        true => Err(SheetError::Empty),
        false => Ok(book),
    }
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
