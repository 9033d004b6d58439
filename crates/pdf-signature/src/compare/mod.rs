//! Whether one PDF shows what another one shows, by their objects.
//!
//! Rendering pages is not done here. The same rules hold whether a program appended to the document
//! or rewrote it with other object numbers: pages are compared by a digest of what they are made
//! of, the rest by lists of what may change. Anything unknown is not allowed. Changed page content
//! is listed separately, because only rendering can say whether it is visible.
//!
//! Must not know CMS, nor signatures beyond their form fields.
//!
//! Start at [`comparison`]; each other file compares one part of the document.

pub(crate) mod acro_form;
pub(crate) mod actions;
pub(crate) mod annotations;
pub(crate) mod appended_objects;
pub(crate) mod catalog;
pub(crate) mod change;
pub(crate) mod change_detail;
pub(crate) mod comparison;
pub(crate) mod document_view;
mod field_entries;
pub(crate) mod name_tree;
pub(crate) mod object_digest;
pub(crate) mod page_text;
pub(crate) mod pages;
pub(crate) mod structure_tree;
pub(crate) mod unused_objects;
