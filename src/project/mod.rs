//! The project folder: where it is, what is in it, who holds it, what day it is.
//!
//! The only module that reads the environment. Must not know domain rules: it hands
//! texts to `records` and bytes to `render`.

pub mod load;
pub mod lock;
pub mod outbox;
pub mod pending;
pub mod sample;
pub mod secret;
pub mod send_log;

use crate::clock::{Clock, Pretended};
use crate::ledger::Actor;
use jiff::civil::Date;
use std::io;
use std::path::{Path, PathBuf};

/// The settings file, which makes a folder a project.
pub const SETTINGS: &str = "missive.toml";

/// A project folder.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
}

/// Why there is no project to work on.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The folder has no settings file.
    #[error("{} n'est pas un projet missive : il n'y a pas de fichier missive.toml", printable_text::of_path(.0))]
    NotAProject(PathBuf),
    /// Neither the current folder nor one above it has a settings file.
    #[error("ni {} ni un dossier au-dessus ne contient de fichier missive.toml", printable_text::of_path(.0))]
    NoneAbove(PathBuf),
    /// The current folder cannot be known.
    #[error("le dossier courant est inaccessible : {0}")]
    CurrentFolder(io::Error),
}

impl Project {
    /// The project in a folder, or else the one the current folder lies in.
    pub fn find(folder: Option<&Path>) -> Result<Self, ProjectError> {
        if let Some(folder) = folder {
            return match folder.join(SETTINGS).is_file() {
                true => Ok(Self { root: folder.to_owned() }),
                false => Err(ProjectError::NotAProject(folder.to_owned())),
            };
        }
        let current = std::env::current_dir().map_err(ProjectError::CurrentFolder)?;
        match current.ancestors().find(|folder| folder.join(SETTINGS).is_file()) {
            // The current folder itself is shown as ".", so that paths stay short.
            Some(folder) if folder == current => Ok(Self { root: PathBuf::from(".") }),
            Some(folder) => Ok(Self { root: folder.to_owned() }),
            None => Err(ProjectError::NoneAbove(current)),
        }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path within the project.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Where a campaign's files go, relative to the project: `out/2026`, or
    /// `out/rehearsal/as-of-2014-09-01`.
    pub fn output(campaign: &str, as_of: Option<Date>) -> String {
        match as_of {
            None => format!("out/{campaign}"),
            Some(date) => format!("out/rehearsal/as-of-{date}"),
        }
    }
}

/// The day it is, unless a rehearsal says otherwise.
pub fn today(asked: Option<&Pretended>) -> Date {
    Clock::new(asked).day()
}

/// Who works, on which computer, and where that computer remembers ledgers.
pub fn actor(today: Option<&Pretended>) -> Actor {
    let unknown = || "inconnu".to_owned();
    let user = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(variable);
    let state = variable("XDG_STATE_HOME").map(PathBuf::from).or_else(|| {
        let home = variable("HOME").map(|home| PathBuf::from(home).join(".local/state"));
        home.or_else(|| variable("LOCALAPPDATA").map(PathBuf::from))
    });
    let computer = gethostname::gethostname().to_string_lossy().into_owned();
    let seed = Clock::new(None).now().as_nanosecond().to_string();
    Actor {
        user: user.unwrap_or_else(unknown),
        computer: if computer.is_empty() { unknown() } else { computer },
        process: std::process::id(),
        clock: Clock::new(today),
        seed,
        state: state.map(|folder| folder.join("missive")),
    }
}

/// The width of the terminal and the like are the environment's: read here, once.
pub fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
