//! `missive ledger`: verify, restore, back up, and accept an older one.

pub(in crate::cli) mod args;
pub(in crate::cli) mod command;
mod verify;
