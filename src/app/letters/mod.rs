//! One letter or message at a time: what it says, how it differs from what was sent.

pub mod cover_document;
pub mod diff_revisions;
pub mod dump_contents;
pub mod evaluate;
pub mod events_of;
pub mod explain;
pub mod letter_document;
pub mod letter_lookup;
pub mod message_document;
pub mod outdated;
pub mod plan_campaign;
pub mod plan_message;
pub mod replay;
pub mod stopwatch;
pub mod trace_fields;
