//! A sheet under a profile becomes candidates for records: rows are filtered, cells cleaned, rows of one
//! school brought together; what cannot be taken is rejected with its reason. Each row counts once. Pure.

mod agreement;
pub mod columns;
pub mod extract_rows;
pub mod extracted_rows;
pub mod like_columns;
mod merge_rows;
pub mod headings;
mod month_first;
mod read_cell;
pub mod remark_words;
mod row_values;
mod sheet_notes;
mod side_rows;
mod unread_columns;
