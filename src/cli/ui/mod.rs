//! What is shown and asked at the terminal.

pub(crate) mod clap_french;
pub(crate) mod ctrl_c;
pub(crate) mod open_page;
pub(crate) mod output;
pub(crate) mod problems_view;
mod progress;
pub(crate) mod prompt;
