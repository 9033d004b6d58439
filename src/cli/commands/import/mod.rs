//! `missive import`.

pub(crate) mod args;
pub mod command;
mod import_view;
mod questions;
