//! `generate` and `run`: letters and covers are made, and for `run` sent.

pub(in crate::cli) mod args;
pub(in crate::cli) mod campaign_run;
pub(in crate::cli) mod command;
pub(in crate::cli) mod generate_view;
pub(in crate::cli) mod run;
