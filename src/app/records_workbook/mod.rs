//! The records as a workbook that comes back: schools, heads and referents written as rows
//! ([`write_workbook`]), edited by people in a spreadsheet program, and imported like any other source
//! ([`import_workbook`]). What stood in the cells is kept in `data/imports/` under an identifier that a cell
//! shows, so that only what somebody changed there changes the records.

pub mod export_records;
pub mod import_workbook;
mod record_rows;
mod workbook_columns;
pub mod workbook_id;
mod write_workbook;
