//! `missive proof` and `missive approve`.

pub(crate) mod approve;
pub(crate) mod proof;
