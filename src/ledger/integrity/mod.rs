//! Checks that the rows are what the events say: before every use of the ledger, and for `verify`.

pub(super) mod checked;
pub(super) mod check_rows;
mod event_dates;
mod expected_rows;
pub mod finding;
mod tables;
pub mod verify;
