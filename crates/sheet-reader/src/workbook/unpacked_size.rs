//! The unpacked size of a workbook: the size that its ZIP declares (cheap to read), and the real
//! one.

use crate::error::SheetError;
use crate::limits::MAX_UNPACKED;
use std::io::{self, Cursor, Read as _};
use zip::ZipArchive;

/// Refuses a workbook that declares an unpacked size above [`MAX_UNPACKED`]. Unpacks nothing: call
/// it before a process is started to read the workbook.
///
/// # Errors
///
/// [`SheetError::UnpacksTooLarge`]; [`SheetError::Damaged`] for a ZIP without a sound directory.
pub fn check_declared_size(bytes: &[u8]) -> Result<(), SheetError> {
    let Some(mut archive) = open_zip(bytes)? else { return Ok(()) };
    let mut total: u64 = 0;
    for at in 0..archive.len() {
        total = total.saturating_add(archive.by_index_raw(at).map_err(damaged)?.size());
    }
    match total > MAX_UNPACKED {
        true => Err(SheetError::UnpacksTooLarge),
        false => Ok(()),
    }
}

/// Unpacks everything once and discards it: each part must match its checksum, and all parts
/// together must not exceed [`MAX_UNPACKED`], whatever they declare.
pub(crate) fn check_parts(bytes: &[u8]) -> Result<(), SheetError> {
    let Some(mut archive) = open_zip(bytes)? else { return Ok(()) };
    let mut left = MAX_UNPACKED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(damaged)?;
        let read = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(damaged)?;
        left = left.checked_sub(read).ok_or(SheetError::UnpacksTooLarge)?;
    }
    Ok(())
}

/// None if the file is not a ZIP.
fn open_zip(bytes: &[u8]) -> Result<Option<ZipArchive<Cursor<&[u8]>>>, SheetError> {
    match bytes.starts_with(b"PK") {
        true => ZipArchive::new(Cursor::new(bytes)).map(Some).map_err(damaged),
        false => Ok(None),
    }
}

fn damaged(error: impl std::fmt::Display) -> SheetError {
    SheetError::Damaged(error.to_string())
}
