//! The rules that the source keeps, and its measures:
//! `cargo test --test architecture -- --nocapture` prints them.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a rule that cannot be checked is broken; sources are read as they are"
)]

mod french;
mod functions;
mod imports;
mod measures;
mod rules;
mod source;
mod types;
