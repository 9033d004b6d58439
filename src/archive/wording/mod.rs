//! French sentences for what the engines return as values. Nothing here judges a file.

pub mod box_name;
pub mod scan_errors;
