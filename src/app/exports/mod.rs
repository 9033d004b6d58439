//! What others read of a campaign: reports, spreadsheets, folders, archives.

pub mod account_columns;
pub mod account_file;
pub mod account_rows;
pub mod account_sheet;
pub mod bag;
pub mod documents;
pub mod dossier;
pub mod dossier_page;
pub mod event_text;
pub mod html_head;
pub mod letter_history;
pub mod report;
pub mod seda_manifest;
pub mod sent_files;
pub mod target;
