//! Messages are deposited or sent, and what became of them.

pub mod deposit;
pub mod freeze;
pub mod queue;
pub mod relay;
pub mod reminders;
