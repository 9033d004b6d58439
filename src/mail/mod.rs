//! Messages as bytes: made from a cover and letters, read back, found in mailboxes.
//!
//! Must not know sockets.

pub mod attachment_name;
pub mod control_copy;
pub mod inspect;
pub mod message;
pub mod plain_text;
