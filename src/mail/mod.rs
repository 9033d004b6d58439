//! Messages as bytes: made from a cover and letters, read back, found in mailboxes.
//!
//! Must not know sockets.

pub mod control_copy;
pub mod html_text;
pub mod inspect;
pub mod mail_page;
pub mod message;
pub mod plain_text;
