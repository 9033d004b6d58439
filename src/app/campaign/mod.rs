//! A campaign as a whole.

pub mod missing;
