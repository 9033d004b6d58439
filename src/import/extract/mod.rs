//! A sheet under a profile becomes candidates for records: rows are filtered, cells cleaned, rows of one
//! school brought together; what cannot be taken is rejected with its reason. Each row counts once. Pure.

pub mod columns;
pub mod extract_rows;
pub mod extracted_rows;
mod merge_rows;
pub mod remark_words;
mod row_values;
mod unread_columns;
