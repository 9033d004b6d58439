//! `missive import`.

pub(in crate::cli) mod args;
pub mod command;
mod import_view;
mod questions;
