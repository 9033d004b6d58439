//! Sending: messages are frozen, put in the outbox or handed to the relay, and resolved where a person knows
//! better; reminders and test messages. Must not know the terminal or how letters are made.

pub mod deposit;
pub mod freeze;
pub mod queue;
pub mod relay;
pub mod reminders;
