//! Spreadsheets become proposed changes of the records: read, mapped by a profile, compared with
//! the records and the last import, written with `toml_edit`.
//!
//! [`read_spreadsheet`] reads, [`profile`] says what columns mean, [`extract`] makes candidates,
//! [`matching`] proposes changes ([`proposal`]), [`edit_toml`] writes them. Must not know letters
//! or the ledger: `app` computes what a change does to letters.

pub mod cells;
pub mod edit_toml;
pub mod existing_records;
pub mod extract;
pub mod field_value;
pub mod guess;
pub mod heading;
pub mod import_input;
pub mod matching;
pub mod person_name;
pub mod profile;
pub mod proposal;
pub mod propose;
pub mod read_spreadsheet;
pub mod spreadsheet_wording;
pub mod record_target;
mod three_way_merge;

#[cfg(test)]
mod tests;
