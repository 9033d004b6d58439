//! Detects the format of a file by its first octets, and reads it.

use crate::error::{OtherFormat, SheetError};
use crate::sheet::Workbook;
use crate::{csv, workbook};

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
    let book = match bytes {
        [] => return Err(SheetError::Empty),
        bytes if is_workbook(bytes) => workbook::read(bytes)?,
        [b'%', b'P', b'D', b'F', ..] => {
            return Err(SheetError::NotASpreadsheet(OtherFormat::Pdf));
        }
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] => {
            return Err(SheetError::NotASpreadsheet(OtherFormat::Image));
        }
        [b'{', b'\\', b'r', b't', b'f', ..] => {
            return Err(SheetError::NotASpreadsheet(OtherFormat::Rtf));
        }
        bytes => csv::read(bytes)?,
    };
    match book.sheets.iter().all(|sheet| sheet.rows.is_empty()) {
        true => Err(SheetError::Empty),
        false => Ok(book),
    }
}
