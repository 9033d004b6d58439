//! The user and the clock that the ledger records with each event.

use crate::clock::Clock;
use std::path::PathBuf;

/// The user and the clock that the ledger records with each event.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Account.
    pub user: String,
    /// Computer.
    pub computer: String,
    /// Process.
    pub process: u32,
    /// Gives the working day and the moment.
    pub clock: Clock,
    /// A random-looking word to name a new ledger with.
    pub seed: String,
    /// Where this person's computer remembers the last event; nowhere when absent.
    pub state: Option<PathBuf>,
}

impl Actor {
    pub(super) fn person(&self) -> String {
        format!("{}@{}", self.user, self.computer)
    }
}
