//! Verifies the ledger: its content, against a witness kept elsewhere, and against letters rendered
//! again.

pub mod verify_ledger;
pub mod witness_file;
