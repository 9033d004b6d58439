//! Text files: [`csv`] reads them, [`encoding`] and [`code_pages`] say how their characters are written,
//! [`stray_quotes`] finds quotation marks that nobody closed; [`csv_writer`] is the way back.

mod code_pages;
pub(crate) mod csv;
pub(crate) mod csv_writer;
mod encoding;
mod stray_quotes;
