//! The ledger proven: what it holds, against a witness kept elsewhere, and against letters made again.

pub mod back_up;
pub mod verify_ledger;
pub mod witness_file;
