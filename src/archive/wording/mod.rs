//! French sentences for what the engines return as values. Nothing here judges a file.

pub mod ambiguity;
pub mod boxes;
pub mod document_changes;
pub mod scan_errors;
pub mod signature_checks;
pub mod signing_time;
pub mod trust_store;
