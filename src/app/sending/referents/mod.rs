//! Messages of their own to referents, each with the letter that left to her school: which are due, making them, and
//! where each stands.

pub mod deposit_referent_messages;
pub mod due_referent_messages;
pub mod referent_message_status;
pub mod referent_queue;
pub mod render_referent_message;
