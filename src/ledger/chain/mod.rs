//! The chain of events, the hashes over rows that it notes, and what is remembered of it elsewhere.

pub mod anchor;
pub(super) mod event_hash;
pub mod event_kind;
pub mod events;
pub mod row_digest;
pub(super) mod stored_event;
pub mod witness;
