//! `send` and `resolve`: messages on their way.

pub(in crate::cli) mod command;
pub(in crate::cli) mod eta;
pub(in crate::cli) mod issues_view;
pub(in crate::cli) mod outcome_view;
pub(in crate::cli) mod reminders;
pub(in crate::cli) mod resolve;
pub(in crate::cli) mod resolve_by_copies;
pub(in crate::cli) mod send;
pub(in crate::cli) mod test_message;
