//! `missive import`.

pub mod command;
mod import_view;
mod questions;
