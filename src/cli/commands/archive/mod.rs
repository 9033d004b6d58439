//! `archive`: what came back.

pub(in crate::cli) mod add;
mod add_view;
mod after_return;
pub(in crate::cli) mod command;
mod declare;
mod export;
mod list;
mod return_preview;
mod review;
mod verify;
