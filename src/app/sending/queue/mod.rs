//! Messages that are about to leave: which they are, their envelopes, what a person sees of them, and freezing
//! them.

pub mod freeze;
pub mod freeze_batch;
pub mod open_messages;
pub mod preview;
pub mod route;
pub mod rendered_message;
pub mod send_queue;
