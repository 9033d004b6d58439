//! What is shown and asked at the terminal.

pub(in crate::cli) mod clap_french;
pub(in crate::cli) mod output;
mod progress;
pub(in crate::cli) mod prompt;
