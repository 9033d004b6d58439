//! What is to be done with each letter, and why: the letters a campaign calls for against what the
//! ledger knows.
//!
//! Pure: takes contents and what was rendered from them, gives actions with reasons. Must not know how
//! actions are done, nor files, nor SQL. [`history`] is what the ledger knows, [`decision`] decides,
//! [`difference`] compares two contents leaf by leaf, [`changes`] says what differs as an amendment does, [`reasons`] finds the cause of each difference,
//! [`wording`] says it in French, [`summary`] puts like reasons together.

pub mod account;
pub mod act_state;
pub mod action;
pub mod changes;
pub mod decision;
pub mod designation;
pub mod difference;
pub mod history;
pub mod letter_state;
pub mod materiality;
pub mod orders;
pub mod reasons;
pub mod referent_message;
pub mod resolution;
pub mod returned;
pub mod settlement;
pub mod summary;
pub mod wording;

pub use action::{Action, LetterCounts, PlannedLetter};
pub use materiality::Materiality;
pub use orders::Orders;
