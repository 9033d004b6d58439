//! Changes of records written into the TOML text with `toml_edit`: what is not changed stays byte for
//! byte, comments, order and formatting included. Pure.
//!
//! [`record_edit`] is what can change, [`apply_edits`] writes it into the files, [`edit_record`] into the
//! text of one record, [`write_values`] is how values and new records are written.

pub mod apply_edits;
pub mod edit_record;
pub mod record_edit;
mod write_values;
