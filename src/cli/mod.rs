//! The command line: one file a command; words, tables, JSON and progress for people.
//!
//! Must not decide anything about letters: it calls `app`, shows the result, and gives an exit
//! code.

pub mod args;
mod command_line;
mod commands;
mod context;
mod error;
mod exit;
mod name_codes;
mod names;
mod refresh_report;
mod run;
mod ui;

pub use exit::Exit;
pub use run::{on_panic, run};
