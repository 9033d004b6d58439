//! Why a file cannot be read as a spreadsheet. Must not word anything for people: the display is for
//! developers.

use crate::other_format::OtherFormat;
use serde::{Deserialize, Serialize};

/// Why a file cannot be read as a spreadsheet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum SheetError {
    /// There is no row in it.
    #[error("no rows")]
    Empty,
    /// It is something else.
    #[error("not a spreadsheet: {0:?}")]
    NotASpreadsheet(OtherFormat),
    /// A password protects it.
    #[error("protected by a password")]
    PasswordProtected,
    /// A text file holds a NUL character.
    #[error("a NUL character on line {line}")]
    NulCharacter {
        /// Line, from 1.
        line: usize,
    },
    /// A text file in UTF-8 ends within a character.
    #[error("ends within a character")]
    TruncatedCharacter,
    /// More than [`MAX_ROWS`](crate::limits::MAX_ROWS).
    #[error("too many rows")]
    TooManyRows,
    /// More than [`MAX_COLUMNS`](crate::limits::MAX_COLUMNS) or
    /// [`MAX_CELLS`](crate::limits::MAX_CELLS).
    #[error("too many columns or cells")]
    TooManyCells,
    /// Longer than [`MAX_CELL_LENGTH`](crate::limits::MAX_CELL_LENGTH).
    #[error("a cell of row {row} is too long")]
    CellTooLong {
        /// Number of the row, from 1.
        row: usize,
    },
    /// Its parts unpack to more than [`MAX_UNPACKED`](crate::limits::MAX_UNPACKED).
    #[error("unpacks to too many octets")]
    UnpacksTooLarge,
    /// It cannot be parsed; the library's message, in English.
    #[error("damaged: {0}")]
    Damaged(String),
}
