//! Which files of a project a backup holds: what missive reads and keeps, without `out/`, which it makes again, and
//! without secrets.

use super::backup_error::ProjectBackupError;
use super::backup_manifest::{FOLDERS, ROOT_FILES, is_safe_path};
use crate::files;
use crate::ledger::backup::{LedgerCopy, is_live_file, object_at};
use crate::project::folder::Project;
use crate::project::load::Loaded;
use crate::records::settings::Settings;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Endings of files that hold a private key.
const SECRET_ENDINGS: [&str; 4] = [".key", ".p12", ".pfx", ".jks"];
/// What a private key in a text file says (RFC 7468).
const SECRET_WORDS: &[u8] = b"PRIVATE KEY-----";
/// What is never named as left out: made again, or of other programs.
const OUTPUT: &str = "out";

/// The files of a backup.
#[derive(Debug, Default)]
pub(super) struct ProjectFiles {
    /// By path in the project.
    pub(super) files: BTreeMap<String, PathBuf>,
    /// What lies in the project and is not in the backup, by path.
    pub(super) left_out: BTreeSet<String>,
}

impl ProjectFiles {
    /// Looks at a project; of the objects of the ledger, those that its copy refers to.
    pub(super) fn of(
        project: &Project,
        copy: Option<&LedgerCopy>,
    ) -> Result<Self, ProjectBackupError> {
        let mut found = Self::default();
        let settings = Loaded::read_with(project, &BTreeMap::new()).records.settings;
        let passwords = password_files(project, settings.as_ref());
        let is_wanted = |path: &str| {
            let object = object_at(path);
            object.is_none_or(|name| copy.is_some_and(|copy| copy.objects.contains(&name)))
        };
        for name in ROOT_FILES {
            found.add(name, project.path(name));
        }
        let named = settings.as_ref().map(named_by).unwrap_or_default();
        for name in FOLDERS.into_iter().chain(named.iter().map(String::as_str)) {
            let path = project.path(name);
            if path.is_file() {
                found.add(name, path);
                continue;
            }
            for (inner, path) in walk(&path, name)? {
                let path_in_project = format!("{name}/{inner}");
                if !is_live_file(&path_in_project) && is_wanted(&path_in_project) {
                    found.add(&path_in_project, path);
                }
            }
        }
        found.leave_out_secrets(&passwords);
        found.note_others(project);
        match found.files.keys().find(|name| !is_safe_path(name)) {
            Some(name) => Err(ProjectBackupError::Name(name.clone())),
            None => Ok(found),
        }
    }

    fn add(&mut self, name: &str, path: PathBuf) {
        if path.is_file() {
            self.files.insert(name.to_owned(), path);
        }
    }

    fn leave_out_secrets(&mut self, passwords: &[PathBuf]) {
        let is_secret = |name: &str, path: &Path| {
            let named = fs::canonicalize(path).is_ok_and(|path| passwords.contains(&path));
            let lower = name.to_lowercase();
            named
                || SECRET_ENDINGS.iter().any(|ending| lower.ends_with(ending))
                || lower.ends_with(".pem") && files::read(path).is_ok_and(|text| holds_key(&text))
        };
        let secrets: Vec<String> = self
            .files
            .iter()
            .filter(|(name, path)| is_secret(name, path))
            .map(|(name, _)| name.clone())
            .collect();
        for name in secrets {
            self.files.remove(&name);
            self.left_out.insert(name);
        }
    }

    /// Names what else lies in the folder, so that a person knows what is not saved.
    fn note_others(&mut self, project: &Project) {
        let Ok(entries) = fs::read_dir(project.root()) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let prefix = format!("{name}/");
            let is_taken = self.files.keys().any(|file| *file == name || file.starts_with(&prefix));
            let is_passed = name.starts_with('.') || name == OUTPUT || name.starts_with("~$");
            if !is_taken && !is_passed && !FOLDERS.contains(&name.as_str()) {
                self.left_out.insert(name);
            }
        }
    }
}

fn walk(folder: &Path, name: &str) -> Result<Vec<(String, PathBuf)>, ProjectBackupError> {
    files::walk(folder).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(Vec::new()),
        _ => Err(ProjectBackupError::Unreadable { path: name.to_owned(), error }),
    })
}

fn holds_key(text: &[u8]) -> bool {
    text.windows(SECRET_WORDS.len()).any(|part| part == SECRET_WORDS)
}

/// Files and folders of certificates within the project.
fn named_by(settings: &Settings) -> Vec<String> {
    let relay = settings.mail.relay();
    let letters = &settings.letters;
    let named = [
        relay.and_then(|relay| relay.ca_file.as_ref()),
        letters.authorities.as_ref(),
        letters.stamp_authorities.as_ref(),
        letters.issuer_certificates.as_ref(),
    ];
    let inside = |name: &String| {
        let path = Path::new(name);
        path.is_relative() && !name.split('/').any(|part| part == ".." || part == ".")
    };
    let names = named.into_iter().flatten().map(|name| name.value.to_string());
    names.map(|name| name.trim_end_matches('/').to_owned()).filter(inside).collect()
}

fn password_files(project: &Project, settings: Option<&Settings>) -> Vec<PathBuf> {
    let relay = settings.and_then(|settings| settings.mail.relay());
    let file = relay.and_then(|relay| relay.password_file.as_ref());
    let path = file.and_then(|file| fs::canonicalize(project.path(&file.value)).ok());
    path.into_iter().collect()
}
