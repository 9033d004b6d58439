//! Messages over the relay: its settings, the last look at each message, the transmission, and every sentence
//! about what a server did.

pub mod config;
pub mod eta;
pub mod open_relay;
mod preflight;
pub mod probe;
mod record_attempt;
mod retry_queue;
pub mod stopped_by;
pub mod transmission;
pub mod transmit;
pub mod wording;
