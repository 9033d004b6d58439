//! What a command may change in the ledger: whole transactions ([`change`]), each change with its event.

pub mod approval;
pub mod attempt;
pub mod change;
pub mod letter;
pub mod message;
pub mod returns;
pub mod revision;
