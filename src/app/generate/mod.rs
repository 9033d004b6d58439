//! Letters, covers and messages are made.

pub mod make_documents;
pub mod pass;
mod withdraw;
