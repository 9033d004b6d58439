//! Spreadsheets as rows of cells, whatever program wrote them: CSV in any usual encoding and separator,
//! XLSX, XLS, XLSB and ODS. Within [`limits`], and nothing is evaluated.
//!
//! The content says what a file is, not its name. A row keeps the number that the spreadsheet
//! program shows, so that a message can say where a mistake is. Hidden rows and sheets are read as
//! any other; what merged cells and formulas give is in the README. [`write_csv`] is the way back.
//!
//! A workbook that was made to do harm is stopped by the limits only after it took their memory: read
//! such a file in a process that may end. This crate does not know what columns mean, opens no file,
//! and words nothing for people.

mod csv;
mod csv_writer;
mod error;
mod format;
pub mod limits;
mod read;
mod sheet;
mod unpacked_size;
mod workbook;

pub use csv_writer::{neutralize_formula, write_csv};
pub use error::{OtherFormat, SheetError};
pub use format::{FileFormat, Separator, TextEncoding};
pub use read::{is_workbook, read};
pub use sheet::{Cell, Row, Sheet, Workbook};
pub use unpacked_size::check_declared_size;
