//! Spreadsheets are taken into the records: a profile is chosen ([`profiles`]), the import prepared
//! ([`prepared_import`]), and looked at ([`import_preview`]); only then it can be applied. What it did or
//! would do is an [`import_outcome`].

pub mod effects;
pub mod import_changes;
pub mod import_context;
pub mod import_error;
pub mod import_outcome;
pub mod import_part;
pub mod import_preview;
pub mod import_remarks;
mod incoherent_rows;
pub mod merge_base;
pub mod new_profile;
pub mod prepared_import;
pub mod profiles;
pub mod record_files;
pub mod rejected_rows;
