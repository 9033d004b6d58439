//! Which record a candidate is about, and what it changes there; one file a kind of record. Pure.

pub(super) mod allowances;
mod allowance_holder;
mod allowance_rates;
pub mod assignments;
pub(super) mod establishments;
pub(super) mod heads;
pub mod identifier;
mod identity;
pub(super) mod referents;
mod other_schools;
mod replacements;
mod school_records;
