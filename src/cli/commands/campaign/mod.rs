//! `campaign`: the end of a year and the next one.

pub(crate) mod args;
mod close;
pub(crate) mod command;
mod new;
mod new_year_prompts;
mod new_year_view;
