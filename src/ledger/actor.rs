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
            // To the nanosecond, so that two commands of one second are told apart.
            since: self.clock.now().to_string(),
            command: self.command.clone(),
        }
    }

    pub(super) fn person(&self) -> String {
        format!("{}@{}", self.user, self.computer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_dated_more_precisely_than_to_the_second() {
        let moment = "2026-11-24T09:00:00+01:00".parse().unwrap();
        let actor = Actor {
            user: "jeanne".into(),
            computer: "ici".into(),
            process: 7,
            clock: Clock::new(Some(&moment)),
            seed: String::new(),
            state: None,
            command: None,
        };
        assert!(actor.owner().since.starts_with("2026-11-24T08:00:00."), "{}", actor.owner().since);
    }
}
