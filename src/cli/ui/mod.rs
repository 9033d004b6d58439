//! What is shown and asked at the terminal.

pub(in crate::cli) mod clap_french;
pub(in crate::cli) mod output;
pub(in crate::cli) mod prompt;
