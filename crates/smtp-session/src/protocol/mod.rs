//! The SMTP protocol (RFC 5321): replies, capabilities, authentication, the octets of a message.
//! Knows no socket.

pub(crate) mod auth;
pub(crate) mod capabilities;
pub(crate) mod enhanced_code;
pub(crate) mod redact;
pub(crate) mod reply;
pub(crate) mod sender_refusal;
pub(crate) mod wire_format;
