//! Detects the format of a file by its first octets, and reads it.

use crate::error::SheetError;
use crate::other_format;
use crate::sheet::Workbook;
use crate::text::csv;
use crate::workbook::read_workbook;

/// Whether a file is a workbook and not text: a ZIP (XLSX, XLSB, ODS) or a compound file (XLS).
pub fn is_workbook(bytes: &[u8]) -> bool {
    matches!(bytes, [b'P', b'K', 3 | 5, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..])
}

/// Reads a file, in this process.
///
/// # Errors
///
/// See [`SheetError`]. A workbook made to do harm may also exhaust the memory or end the process.
pub fn read(bytes: &[u8]) -> Result<Workbook, SheetError> {
    let other = match bytes {
        [] => return Err(SheetError::Empty),
        [b'P', b'K', ..] => other_format::of_zip(bytes),
        bytes if is_workbook(bytes) => other_format::of_compound_file(bytes),
        bytes => other_format::of_bytes(bytes),
    };
    if let Some(other) = other {
        return Err(SheetError::NotASpreadsheet(other));
    }
    let book = match is_workbook(bytes) {
        true => read_workbook::read(bytes)?,
        false => csv::read(bytes)?,
    };
    match book.sheets.iter().all(|sheet| sheet.rows.is_empty()) {
        true => Err(SheetError::Empty),
        false => Ok(book),
    }
}
