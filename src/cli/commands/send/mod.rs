//! `send` and `resolve`: messages on their way.

pub(in crate::cli) mod args;
pub(in crate::cli) mod command;
pub(in crate::cli) mod end;
pub(in crate::cli) mod issues_view;
mod outcome_view;
mod preview_view;
pub(in crate::cli) mod relay_prompt;
pub(in crate::cli) mod reminders;
pub(in crate::cli) mod resolve;
pub(in crate::cli) mod resolve_by_copies;
pub(in crate::cli) mod run;
pub(in crate::cli) mod send_command;
mod test_message;
mod transmission_bar;
