//! `archive`: what came back.

pub(in crate::cli) mod add;
mod add_view;
pub(in crate::cli) mod command;
mod declare;
mod export;
mod list;
mod return_preview;
mod review;
mod verify;
