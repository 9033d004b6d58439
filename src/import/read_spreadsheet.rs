//! Reads a spreadsheet that somebody sent: a text in this process, a workbook in a child process,
//! because a malicious file may crash it. Must not know what columns mean, nor any French
//! ([`super::spreadsheet_wording`]).

use crate::files;
use crate::subprocess;
use process_child::ChildError;
use serde::{Deserialize, Serialize};
use sheet_reader::{
    Cell, FileFormat, Sheet, SheetError, Workbook, check_declared_size, is_workbook,
};
use std::io;
use std::path::{Path, PathBuf};

/// The word of the command line that makes this program the process that reads a workbook.
pub const ARGUMENT: &str = "read-spreadsheet";

/// Why a spreadsheet cannot be read.
#[derive(Debug)]
pub enum SpreadsheetError {
    /// The file system refused.
    Unreadable(PathBuf, io::Error),
    /// It is not a spreadsheet, or goes beyond a limit.
    Sheet(SheetError),
    /// The process that read it gave no answer.
    Child(ChildError),
    /// The process that read it gave an answer without its sheets.
    Incomplete,
}

/// What the child answers about a file; the sheets come with it, as JSON.
#[derive(Debug, Serialize, Deserialize)]
enum SheetAnswer {
    Read(FileFormat),
    Refused(SheetError),
}

/// Reads a file; its content, not its name, says what it is.
pub fn read_spreadsheet(path: &Path) -> Result<Workbook, SpreadsheetError> {
    let bytes =
        files::read(path).map_err(|error| SpreadsheetError::Unreadable(path.to_owned(), error))?;
    let mut workbook = match is_workbook(&bytes) {
        true => read_in_child(&bytes)?,
        false => sheet_reader::read(&bytes).map_err(SpreadsheetError::Sheet)?,
    };
    let rows = workbook.sheets.iter_mut().flat_map(|sheet| &mut sheet.rows);
    rows.flat_map(|row| &mut row.cells).for_each(write_out_boolean);
    Ok(workbook)
}

fn read_in_child(bytes: &[u8]) -> Result<Workbook, SpreadsheetError> {
    check_declared_size(bytes).map_err(SpreadsheetError::Sheet)?;
    let mut child = subprocess::start(ARGUMENT).map_err(SpreadsheetError::Child)?;
    let (answer, blobs): (SheetAnswer, _) =
        child.ask(&(), &[bytes]).map_err(SpreadsheetError::Child)?;
    let format = match answer {
        SheetAnswer::Read(format) => format,
        SheetAnswer::Refused(error) => return Err(SpreadsheetError::Sheet(error)),
    };
    let sheets = blobs.first().and_then(|json| serde_json::from_slice::<Vec<Sheet>>(json).ok());
    Ok(Workbook { sheets: sheets.ok_or(SpreadsheetError::Incomplete)?, format })
}

/// What a person would have typed: profiles and fields know texts.
fn write_out_boolean(cell: &mut Cell) {
    if let Cell::Bool(value) = cell {
        *cell = Cell::Text(if *value { "oui" } else { "non" }.to_owned());
    }
}

/// What the child does: reads each workbook that it is asked about.
pub fn serve() -> io::Result<()> {
    process_child::serve(subprocess::FILE_LIMITS, |(), blobs| {
        let bytes = blobs.first().map_or(&[][..], Vec::as_slice);
        match sheet_reader::read(bytes) {
            Ok(Workbook { sheets, format }) => match serde_json::to_vec(&sheets) {
                Ok(json) => (SheetAnswer::Read(format), vec![json]),
                Err(error) => {
                    (SheetAnswer::Refused(SheetError::Damaged(error.to_string())), Vec::new())
                }
            },
            Err(error) => (SheetAnswer::Refused(error), Vec::new()),
        }
    })
}
