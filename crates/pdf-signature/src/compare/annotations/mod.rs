//! Annotations (ISO 32000-2, 12.5), which are drawn on top of pages: comments, form fields,
//! signatures.
//!
//! Start at [`page_annotations`]; what was added is judged in [`added`] and [`added_signature`].

pub(crate) mod added;
pub(crate) mod added_signature;
pub(crate) mod appearance;
pub(crate) mod boxes;
pub(crate) mod page_annotations;
