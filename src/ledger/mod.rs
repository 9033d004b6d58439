//! The ledger (journal des envois): every letter, revision, message and event, in one SQLite file
//! and a store of write-once objects beside it. The only module with SQL.
//!
//! Works in a shared folder: a rollback journal, `synchronous = EXTRA`, one writer by a lease. Must
//! not know SMTP, Typst or records: it takes and gives plain values. [`open`] opens it, [`read`] is
//! what a command may ask, [`write`] what it may change; [`chain`] holds the events, and
//! [`integrity`] checks the rows against them before they are used.

pub mod actor;
pub mod backup;
pub mod chain;
pub mod connection;
pub mod error;
pub mod integrity;
pub mod lease;
pub mod migrations;
pub mod object_store;
pub mod open;
pub mod place;
pub mod read;
pub mod write;

pub use actor::Actor;
pub use connection::{FOLDER, Ledger};
pub use error::LedgerError;
pub use open::LedgerOpening;
