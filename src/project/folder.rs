//! The project folder: where it is, and where things lie in it.

use jiff::civil::Date;
use std::io;
use std::path::{Path, PathBuf};

/// The settings file, which makes a folder a project.
pub const SETTINGS: &str = "missive.toml";

/// A project folder: the one that holds `missive.toml`.
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

    /// Path of the project folder.
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
