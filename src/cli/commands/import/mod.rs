//! `missive import`.

pub(crate) mod args;
pub mod command;
mod guess_view;
mod import_lists;
mod import_view;
mod questions;
