//! What adding and reading share: values of a PDF within bounds, its pages, what a content stream
//! writes, and WinAnsiEncoding.
//!
//! Must not know what a form is.

pub(crate) mod content_items;
pub(crate) mod limits;
pub(crate) mod matrix;
pub(crate) mod objects;
pub(crate) mod pages;
mod rectangular_path;
pub(crate) mod win_ansi;
