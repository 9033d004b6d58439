//! Sending over the mail relay.

pub mod config;
pub mod preflight;
pub mod transmit;
