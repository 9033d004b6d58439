//! The environment: user, computer name and variables. Only read here.

use crate::clock::{Clock, SimulatedTime};
use crate::ledger::Actor;
use jiff::civil::Date;
use std::path::PathBuf;

/// Today's date.
pub fn today(asked: Option<&SimulatedTime>) -> Date {
    Clock::new(asked).day()
}

/// Who works, on which computer, and where that computer remembers ledgers.
pub fn actor(today: Option<&SimulatedTime>) -> Actor {
    let unknown = || "inconnu".to_owned();
    let user = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(variable);
    let state = variable("XDG_STATE_HOME").map(PathBuf::from).or_else(|| {
        let home = variable("HOME").map(|home| PathBuf::from(home).join(".local/state"));
        home.or_else(|| variable("LOCALAPPDATA").map(PathBuf::from))
    });
    let computer = computer();
    let seed = Clock::new(None).now().as_nanosecond().to_string();
    Actor {
        user: user.unwrap_or_else(unknown),
        computer: if computer.is_empty() { unknown() } else { computer },
        process: std::process::id(),
        command: None,
        clock: Clock::new(today),
        seed,
        state: state.map(|folder| folder.join("missive")),
    }
}

/// The value of an environment variable; none where it is absent or empty.
pub fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// This computer's name, as a server may get to know it.
pub fn computer() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}
