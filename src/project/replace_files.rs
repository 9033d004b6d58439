//! Several files of a project changed as one: all or none, even if the program is interrupted.
//!
//! The new texts are written into a folder of their own, then a manifest names them; from then on
//! they are the project's texts, and the next command that reads the project puts them in place.
//! What they replace is kept in `data/imports/before/` until the next change of this kind.

use super::folder::Project;
use crate::diagnostic::Problem;
use crate::files;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::Path;

/// Where changes wait to be put in place.
const PENDING: &str = "data/imports/pending";
/// What was replaced last.
pub const BEFORE: &str = "data/imports/before";
/// The list of what waits.
const MANIFEST: &str = "manifest.json";

/// One file that changes.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// Its path in the project.
    pub path: String,
    /// The bytes it had when it was read, if it was there.
    pub before: Option<Vec<u8>>,
    /// Its new bytes.
    pub after: Vec<u8>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    files: Vec<PendingReplacement>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PendingReplacement {
    path: String,
    before: Option<String>,
    after: String,
}

/// Why files were not changed.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// Somebody wrote in a file meanwhile.
    #[error("{0} a été modifié entre-temps : rien n'y est écrit")]
    Changed(String),
    /// The file system refused.
    #[error("{path} ne peut pas être écrit : {}", files::reason(.error))]
    Io {
        /// What.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A change that was interrupted cannot be finished.
    #[error("une importation interrompue ne peut pas être achevée : {0}")]
    Stuck(String),
}

impl ReplaceError {
    /// What to do.
    pub fn todo(&self) -> &'static str {
        match self {
            Self::Changed(_) => "enregistrer et fermer ce fichier, puis relancer",
            Self::Io { .. } => {
                "vérifier la place sur le disque et les droits du dossier, puis relancer"
            }
            Self::Stuck(_) => {
                "comparer le fichier avec sa nouvelle version dans data/imports/pending, garder la bonne, puis supprimer ce dossier"
            }
        }
    }

    /// The same as a problem of the project.
    pub fn problem(&self) -> Problem {
        Problem::error("E-PENDING", self.to_string()).help(self.todo())
    }
}

fn at(path: &str) -> impl FnOnce(io::Error) -> ReplaceError + '_ {
    move |error| ReplaceError::Io { path: path.to_owned(), error }
}

fn current(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match files::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Changes files, all of them or none. Those that somebody wrote in meanwhile are not touched, nor
/// the others.
pub fn replace(project: &Project, changes: &[Replacement]) -> Result<(), ReplaceError> {
    finish(project)?;
    for change in changes {
        let now = current(&project.path(&change.path)).map_err(at(&change.path))?;
        if now != change.before {
            return Err(ReplaceError::Changed(change.path.clone()));
        }
    }
    keep(project, changes).map_err(at(BEFORE))?;
    commit(project, changes).map_err(at(PENDING))?;
    finish(project)
}

/// Copies of what is replaced; those of the change before go.
fn keep(project: &Project, changes: &[Replacement]) -> io::Result<()> {
    let target = project.path(BEFORE);
    let folder = files::begin_folder(&target)?;
    for change in changes {
        if let Some(bytes) = &change.before {
            files::replace_durably(&folder.path().join(&change.path), bytes)?;
        }
    }
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    files::put_in_place(folder, &target)
}

fn commit(project: &Project, changes: &[Replacement]) -> io::Result<()> {
    let target = project.path(PENDING);
    if target.exists() {
        // Without a manifest nothing of it counts.
        fs::remove_dir_all(&target)?;
    }
    let folder = files::begin_folder(&target)?;
    let mut waiting = Vec::new();
    for (number, change) in changes.iter().enumerate() {
        files::replace_durably(&folder.path().join(number.to_string()), &change.after)?;
        waiting.push(PendingReplacement {
            path: change.path.clone(),
            before: change.before.as_deref().map(files::sha256),
            after: files::sha256(&change.after),
        });
    }
    let manifest = serde_json::to_vec_pretty(&Manifest { files: waiting })?;
    files::replace_durably(&folder.path().join(MANIFEST), &manifest)?;
    files::put_in_place(folder, &target)?;
    files::sync_dir(&project.path("data/imports"))
}

/// Finishes a change that was committed; most often there is none.
pub fn finish(project: &Project) -> Result<(), ReplaceError> {
    let folder = project.path(PENDING);
    let manifest = match files::read(&folder.join(MANIFEST)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(ReplaceError::Io { path: PENDING.to_owned(), error }),
    };
    let stuck = |why: &str| ReplaceError::Stuck(why.to_owned());
    let manifest: Manifest =
        serde_json::from_slice(&manifest).map_err(|_| stuck("manifest.json est illisible"))?;
    for (number, pending) in manifest.files.iter().enumerate() {
        let inside =
            !pending.path.starts_with('/') && pending.path.split('/').all(|part| part != "..");
        if !inside {
            return Err(stuck(&pending.path));
        }
        let target = project.path(&pending.path);
        let now = current(&target).map_err(at(&pending.path))?.map(|bytes| files::sha256(&bytes));
        if now.as_deref() == Some(pending.after.as_str()) {
            continue;
        }
        if now != pending.before {
            return Err(stuck(&format!("{} a été modifié depuis", pending.path)));
        }
        let bytes = files::read(&folder.join(number.to_string())).map_err(at(PENDING))?;
        if files::sha256(&bytes) != pending.after {
            return Err(stuck(&format!("la nouvelle version de {} est abîmée", pending.path)));
        }
        files::replace_durably(&target, &bytes).map_err(at(&pending.path))?;
    }
    // The manifest goes first: without it the rest means nothing.
    let gone = |result: io::Result<()>| match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    gone(fs::remove_file(folder.join(MANIFEST))).map_err(at(PENDING))?;
    gone(fs::remove_dir_all(&folder)).map_err(at(PENDING))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &Path) -> String {
        String::from_utf8(files::read(path).unwrap()).unwrap()
    }

    fn project(folder: &Path) -> Project {
        fs::create_dir_all(folder.join("data")).unwrap();
        files::replace_durably(&folder.join("missive.toml"), b"").unwrap();
        Project::find(Some(folder)).unwrap()
    }

    fn change(path: &str, before: Option<&str>, after: &str) -> Replacement {
        Replacement {
            path: path.into(),
            before: before.map(|text| text.as_bytes().to_vec()),
            after: after.as_bytes().to_vec(),
        }
    }

    #[test]
    fn what_was_committed_is_finished_by_whoever_comes_next() {
        let folder = tempfile::tempdir().unwrap();
        let project = project(folder.path());
        let read = |path: &str| text(&project.path(path));
        replace(
            &project,
            &[change("data/a.toml", None, "one"), change("data/b.toml", None, "two")],
        )
        .unwrap();
        let changes =
            [change("data/a.toml", Some("one"), "1"), change("data/b.toml", Some("two"), "2")];
        // Cut after the manifest, with one file in place.
        commit(&project, &changes).unwrap();
        files::replace_durably(&project.path("data/a.toml"), b"1").unwrap();
        finish(&project).unwrap();
        assert_eq!((read("data/a.toml"), read("data/b.toml")), ("1".into(), "2".into()));
        assert!(!project.path(PENDING).exists());
    }

    #[test]
    fn a_file_that_changed_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let project = project(folder.path());
        let late = replace(
            &project,
            &[change("data/a.toml", Some("one"), "1"), change("data/b.toml", None, "2")],
        );
        assert!(matches!(late, Err(ReplaceError::Changed(_))), "{late:?}");
        assert!(!project.path("data/b.toml").exists());
        commit(&project, &[change("data/a.toml", None, "1")]).unwrap();
        files::replace_durably(&project.path("data/a.toml"), b"by hand").unwrap();
        assert!(matches!(finish(&project), Err(ReplaceError::Stuck(_))));
        assert_eq!(text(&project.path("data/a.toml")), "by hand");
    }

    #[test]
    fn copies_of_the_last_change_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let project = project(folder.path());
        replace(&project, &[change("data/a.toml", None, "one")]).unwrap();
        replace(&project, &[change("data/a.toml", Some("one"), "two")]).unwrap();
        let kept = text(&project.path("data/imports/before/data/a.toml"));
        assert_eq!(kept, "one");
    }
}
