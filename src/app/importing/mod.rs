//! Spreadsheets are taken into the records.

pub mod import_file;
