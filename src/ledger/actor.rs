//! The user and the clock that the ledger records with each event.

use super::lease::Owner;
use crate::clock::Clock;
use std::path::PathBuf;

/// The user and the clock that the ledger records with each event.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Account name of the user.
    pub user: String,
    /// Name of the computer.
    pub computer: String,
    /// Process ID.
    pub process: u32,
    /// The command that runs, by its French name; none if it is not one.
    pub command: Option<String>,
    /// Gives the working day and the moment.
    pub clock: Clock,
    /// A random-looking word to name a new ledger with.
    pub seed: String,
    /// Where this person's computer remembers the last event; nowhere when absent.
    pub state: Option<PathBuf>,
}

impl Actor {
    /// Who writes from now on, for whoever else wants to.
    pub fn owner(&self) -> Owner {
        Owner {
            user: self.user.clone(),
            computer: self.computer.clone(),
            process: self.process,
            since: self.clock.moment(),
            command: self.command.clone(),
        }
    }

    pub(super) fn person(&self) -> String {
        format!("{}@{}", self.user, self.computer)
    }
}
