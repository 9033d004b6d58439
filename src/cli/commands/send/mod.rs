//! `send` and `resolve`: messages on their way.

pub(crate) mod args;
pub(crate) mod command;
pub(crate) mod end;
mod first_hand_over;
pub(crate) mod follow_up;
pub(crate) mod issues_view;
mod outcome_view;
mod preview_view;
pub(crate) mod relay_prompt;
pub(crate) mod resolve;
pub(crate) mod resolve_by_copies;
pub(crate) mod run;
pub(crate) mod send_command;
mod test_message;
mod transmission_bar;
