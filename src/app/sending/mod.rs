//! Messages are deposited or sent, and what became of them.

pub mod delivery_issues;
pub mod deposit;
pub mod freeze;
pub mod queue;
pub mod relay;
pub mod reminders;
pub mod write_send_log;
