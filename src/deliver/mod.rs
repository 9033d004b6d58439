//! Handing messages over: to the outbox, a folder of `.eml` files that any mail program opens, or
//! to the organisation's relay. Must not know records or Typst.
//!
//! [`session`] is one conversation over a [`wire`], [`verdict`] judges how it ended, [`quota`] says
//! when the next message may go. What is written down before and after is the caller's part.
//! What a relay says is read in [`reply`], where [`redact`] takes the account's secret out of it.

pub mod account;
mod connect;
pub mod deadline;
pub mod log;
pub mod offer;
pub mod outbox;
pub mod quota;
pub mod redact;
pub mod reply;
pub mod session;
pub mod tls;
pub mod verdict;
pub mod wire;
