//! Taking in what comes back: folders, mails, mailboxes and ZIP archives are opened within bounds, and
//! each file in them is handed over. Must not know what a letter is.
//!
//! [`walk`] takes the files of a path as [`item`]s; `folder`, `mail`, `mailbox` and `zip` open one kind of container
//! each; [`budget`] bounds what one source may cost; [`label`] makes names fit to be shown.

pub mod budget;
mod folder;
mod image_size;
pub mod item;
pub mod label;
mod mail;
pub mod mail_thread;
mod mailbox;
mod mime;
pub mod walk;
mod zip;

#[cfg(test)]
mod tests;
