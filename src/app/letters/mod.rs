//! One letter or message at a time: what it says, how it differs from what was sent.

pub mod cover_document;
pub mod dump;
pub mod evaluate;
pub mod plan_campaign;
pub mod plan_message;
pub mod letter_document;
pub mod message_document;
pub mod replay;
pub mod stopwatch;
pub mod trace;
