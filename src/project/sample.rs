//! The built-in sample: the project at the repository's root, written by `missive init`.

use crate::files;
use std::io;
use std::path::{Path, PathBuf};

macro_rules! sample {
    ($($path:literal),+ $(,)?) => {
        /// Every file of the sample with its path.
        pub const FILES: &[(&str, &[u8])] = &[
            $(($path, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path)))),+
        ];
    };
}

sample![
    "missive.toml",
    "data/campaigns/2026.toml",
    "data/establishments.toml",
    "data/referents.toml",
    "data/rules/allowances.toml",
    "data/rules/clauses.toml",
    "data/rules/missions.toml",
    "enclosures/ressources.pdf",
    "profiles/annuaire.toml",
    "profiles/chefs.toml",
    "profiles/indemnites.toml",
    "profiles/referents.toml",
    "templates/cover.typ",
    "templates/designation.typ",
    "templates/letter.typ",
    "templates/logo.svg",
    "templates/signature.svg",
    "templates/referent.typ",
    "templates/reminder.typ",
    "templates/lib/boxes.typ",
    "templates/lib/french.typ",
    "templates/lib/local.typ",
    "templates/lib/mail.typ",
    "templates/lib/page.typ",
    "templates/tests/french.typ",
    "templates/tests/mail.typ",
];

/// The built-in .gitignore: files that are regenerated, and files that a checkout would reset to an
/// older state.
const IGNORED: &str =
    "/out/\n/data/ledger/\n/data/archive/\n/data/imports/before/\n/data/imports/pending/\n";

/// Why no sample was written.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The folder holds something.
    #[error("le dossier {} n'est pas vide", printable_text::of_path(.0))]
    NotEmpty(PathBuf),
    /// The file system refused.
    #[error("{} ne peut pas être écrit : {}", printable_text::of_path(.0), files::reason(.1))]
    Io(PathBuf, io::Error),
}

/// Writes the sample into a new or empty folder.
pub fn write(folder: &Path) -> Result<usize, InitError> {
    write_files(folder, FILES)?;
    Ok(FILES.len())
}

/// Refuses a folder that holds something.
pub fn require_empty(folder: &Path) -> Result<(), InitError> {
    match std::fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(InitError::NotEmpty(folder.to_owned())),
        Ok(false) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(InitError::Io(folder.to_owned(), error)),
    }
}

/// Writes files and the .gitignore into a new or empty folder; the first of them, the settings, last, so
/// that a half-written folder is not a project.
pub fn write_files(folder: &Path, files: &[(&str, &[u8])]) -> Result<(), InitError> {
    require_empty(folder)?;
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| InitError::Io(path, error)
    };
    let ignore: (&str, &[u8]) = (".gitignore", IGNORED.as_bytes());
    let settings_last = files.iter().rev().copied();
    for (path, bytes) in [ignore].into_iter().chain(settings_last) {
        let target = folder.join(path);
        let parent = target.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(at(parent))?;
        files::write_whole(&target, bytes, false).map_err(at(&target))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::folder::SETTINGS;

    #[test]
    fn the_sample_is_the_whole_project_of_the_repository() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut there = vec![SETTINGS.to_owned()];
        for folder in ["data", "enclosures", "profiles", "templates"] {
            let found = files::walk(&root.join(folder)).unwrap();
            there.extend(found.into_iter().map(|(path, _)| format!("{folder}/{path}")));
        }
        there.retain(|path| !path.starts_with("data/ledger") && !path.starts_with("data/archive"));
        there.sort();
        let mut listed: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
        listed.sort_unstable();
        assert_eq!(listed, there);
        assert_eq!(FILES[0].0, SETTINGS);
    }

    #[test]
    fn a_folder_that_holds_something_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("nouveau");
        assert_eq!(write(&project).unwrap(), FILES.len());
        assert!(matches!(write(&project), Err(InitError::NotEmpty(_))));
    }
}
