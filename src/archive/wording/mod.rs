//! French sentences for what the engines return as values. Nothing here judges a file.

pub mod boxes;
pub mod scan_errors;
