//! Schools that nobody serves as a referent, and what the message says that asks them to designate one.

pub mod request_content;
pub mod without_referent;
