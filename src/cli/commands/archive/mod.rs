//! `archive`: what came back.

pub(in crate::cli) mod add;
pub(in crate::cli) mod args;
pub(in crate::cli) mod command;
pub(in crate::cli) mod export;
pub(in crate::cli) mod return_preview;
pub(in crate::cli) mod review;
