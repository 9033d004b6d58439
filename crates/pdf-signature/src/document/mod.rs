//! A PDF within bounds: opened, read revision by revision, its pages and form fields found.
//!
//! Every walk is bounded in depth and in number, because the file is hostile. Must not know what a
//! signature is worth, nor what differs from another document.
//!
//! Start at [`open`]; [`revisions`] reads the file strictly, [`objects`] finds values in it.

pub(crate) mod field_places;
pub(crate) mod filters;
pub(crate) mod form_fields;
pub(crate) mod limits;
pub(crate) mod objects;
pub(crate) mod open;
pub(crate) mod open_error;
pub(crate) mod page_tree;
pub(crate) mod revisions;
pub(crate) mod signature_dictionary;
