//! `missive ledger`: verify, restore, back up, and accept an older one.

pub(crate) mod args;
pub(crate) mod command;
mod verify;
