//! Whether one PDF shows what another one shows, by their objects.
//!
//! What pages look like when drawn is another program's work. The same rules hold whether a program
//! appended to the document or rewrote it with other object numbers: pages are compared by a digest
//! of what they are made of, the rest by lists of what may change. What no rule knows is not
//! allowed. Changed page content is set apart, because only drawing tells whether it shows.
//!
//! Must not know signatures beyond their form fields, nor CMS.
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
pub(crate) mod name_tree;
pub(crate) mod object_digest;
pub(crate) mod page_text;
pub(crate) mod pages;
pub(crate) mod structure_tree;
pub(crate) mod unused_objects;
