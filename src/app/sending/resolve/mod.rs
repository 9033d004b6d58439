//! A person, or a copy that came, says what became of messages.

pub mod by_copies;
pub mod by_word;
mod copies_elsewhere;
mod named_messages;
pub mod resolve_error;
