//! The fields of a PDF that came back: what their values are, and what their widgets show.
//!
//! The file is hostile. Start at [`read_form`]. Must not know how a form is added.

mod agreement;
mod appearance_text;
mod field_names;
pub(crate) mod find_field;
mod font_decoder;
pub(crate) mod form_reading;
mod glyph_names;
pub(crate) mod read_error;
pub(crate) mod read_form;
mod text_value;
mod to_unicode;
mod widgets;
