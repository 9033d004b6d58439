//! Are the rows what the events say? Asked before every use of the ledger, and by `verify`.

pub(super) mod checked;
pub(super) mod check_rows;
mod event_dates;
mod expected_rows;
pub mod finding;
mod tables;
pub mod verify;
