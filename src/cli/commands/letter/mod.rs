//! One letter: where its words come from, what became of it, what changed.

pub(in crate::cli) mod diff;
pub(in crate::cli) mod explain;
mod find_letter;
pub(in crate::cli) mod history;
