//! One letter: where its words come from, what became of it, what changed.

pub(crate) mod diff;
pub(crate) mod explain;
mod find_letter;
pub(crate) mod history;
