//! Which missions, clauses and rates apply to an assignment at a date, and why.
//!
//! `ruleset` chooses, `check` finds what is wrong with the rules themselves, `proofread` reads their
//! French, `snapshot` keeps them with what was made under them. Must not know rendering.

pub mod check;
pub mod later_versions;
pub mod proofread;
pub mod ruleset;
pub mod snapshot;

pub use ruleset::{Circumstances, Ruleset, holds};
