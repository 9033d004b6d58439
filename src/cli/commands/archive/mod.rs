//! `archive`: what came back.

pub(crate) mod add;
mod add_view;
pub mod after_return;
pub(crate) mod args;
pub(crate) mod command;
mod declare;
mod export;
mod list;
mod return_preview;
mod review;
mod review_prompts;
mod review_view;
mod verify;
