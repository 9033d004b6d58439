//! `generate` and `run`: letters and covers are made, and for `run` sent.

pub(crate) mod args;
pub(crate) mod campaign_run;
pub(crate) mod command;
pub(crate) mod generate_view;
pub(crate) mod run;
