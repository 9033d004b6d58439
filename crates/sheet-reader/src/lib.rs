//! Spreadsheets as rows of cells, whatever program wrote them: CSV in any usual encoding and separator,
//! XLSX, XLS, XLSB and ODS. Within [`limits`], and nothing is evaluated.
//!
//! The content says what a file is, not its name. A row keeps the number that the spreadsheet
//! program shows, so that a message can say where a mistake is. What its author hid, merged or filled down is
//! said beside the cells; the README has the list. [`write_csv`] is the way back.
//!
//! A workbook that was made to do harm is stopped by the limits only after it took their memory: read
//! such a file in a process that may end. This crate does not know what columns mean, opens no file,
//! and words nothing for people.

mod error;
mod format;
pub mod limits;
mod other_format;
mod read;
mod row_collector;
mod sheet;
mod text;
mod workbook;

pub use error::SheetError;
pub use format::{FileFormat, Separator, TextEncoding};
pub use other_format::OtherFormat;
pub use read::{is_workbook, read};
pub use sheet::{Cell, Row, RowRun, Sheet, Workbook};
pub use text::csv_writer::{neutralize_formula, write_csv};
pub use workbook::unpacked_size::check_declared_size;
