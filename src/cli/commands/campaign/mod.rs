//! `campaign`: the end of a year and the next one.

pub(in crate::cli) mod args;
mod close;
pub(in crate::cli) mod command;
mod new;
mod new_year_prompts;
mod new_year_view;
