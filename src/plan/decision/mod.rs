//! What is done with letters and messages: pure functions that ask what they need through a port.

pub mod act;
mod compare;
pub mod context;
pub mod decide;
pub mod decide_message;
mod decide_sent;
mod head_change;
pub mod late_letter;
pub mod letter_decision;
pub mod envelope_parts;
pub mod port;
pub mod readdress;
pub mod withdraw;
