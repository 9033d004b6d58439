//! missive: mission letters for référents numériques, merged, sent, explained and archived.
//!
//! The library behind the binary. `docs/architecture.md` shows the data flow; modules are
//! listed in reading order, and each uses only those above it.

pub mod diagnostic;
pub mod files;
pub mod subprocess;
pub mod clock;
pub mod stages;
pub mod records;
pub mod rules;
pub mod letter;
pub mod plan;
pub mod render;
pub mod mail;
pub mod ledger;
pub mod archive;
pub mod import;
pub mod project;
pub mod app;
pub mod cli;
