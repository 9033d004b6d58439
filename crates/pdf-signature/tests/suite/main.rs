//! Returned files that were signed, altered, forged or damaged, and what is said of each.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and it reads its fixtures itself"
)]

mod corruptions;
mod forms;
mod signatures;
mod signed;
