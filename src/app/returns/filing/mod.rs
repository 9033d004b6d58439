//! What came back, examined and filed: [`add_returns`] is the entry, [`take_in`] walks through the files,
//! [`examine_file`] judges one, [`file_returns`] writes it to archive and ledger.

pub mod add_returns;
pub mod authorities;
pub mod context;
pub mod examine_file;
pub mod file_returns;
pub mod take_in;
