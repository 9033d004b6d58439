//! Sending: messages are frozen, put in the outbox or handed to the relay, and resolved where a person knows
//! better; reminders and test messages. Must not know the terminal or how letters are made.
//!
//! A front end asks [`send::preview_send`], shows it, and calls [`send::send`] with the count that a person
//! confirmed: all guards run again then.

pub mod after_send;
pub mod again;
pub mod context;
pub mod first_hand_over;
pub mod delivery_issues;
pub mod deposit;
pub mod designations;
pub mod message_preview;
pub mod outbox_file;
pub mod outcome;
pub mod queue;
pub mod refusal;
pub mod referents;
pub mod relay;
pub mod reminders;
pub mod resolve;
pub mod send;
pub mod test_message;
pub mod transmit_queue;
pub mod unsent_letters;
pub mod write_send_log;
