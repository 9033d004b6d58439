//! Form fields added to a finished PDF, as an incremental update (ISO 32000-1, 7.5.6).
//!
//! Start at [`add_fields`]. Must not know how a form is read.

pub(crate) mod add_error;
pub(crate) mod add_fields;
mod appearance;
mod captions;
mod field_checks;
mod form_font;
mod page_annotations;
mod parent_tree;
mod structure;
mod text_lines;
mod update;
mod widget;
mod write_update;
