//! The project folder: where it is, what is in it, who holds it, what day it is.
//!
//! The only module that reads the environment. Must not know domain rules: it hands texts to `records`
//! and bytes to `render`.

pub mod environment;
pub mod folder;
pub mod load;
pub mod lock;
pub mod outbox;
pub mod output_folders;
pub mod replace_files;
pub mod sample;
pub mod send_log;
pub mod smtp_password;
pub mod sync_copies;
