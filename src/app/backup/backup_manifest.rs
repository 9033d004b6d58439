//! What a backup says of itself: its files with their sizes and hashes, when it was made, and that it holds personal
//! data. The format is public interface: keys are added, never changed.

use crate::ledger::FOLDER;
use crate::project::folder::SETTINGS;
use serde::{Deserialize, Serialize};
use std::path::{Component, Path};

/// The format and its version.
pub const SCHEMA: &str = "missive/backup/1";
/// Name of the manifest in the archive.
pub const MANIFEST: &str = "manifest.json";
/// Name of the text for whoever opens the archive.
pub const NOTICE: &str = "LISEZ-MOI.txt";
/// Folder of the project's files in the archive.
pub const CONTENT: &str = "projet/";
/// The folders of a project that a backup holds.
pub const FOLDERS: [&str; 5] = ["data", "templates", "profiles", "enclosures", "certs"];
/// The files beside them.
pub const ROOT_FILES: [&str; 2] = [SETTINGS, ".gitignore"];
/// What an archive holds, for a person and a program.
pub const PERSONAL_DATA: &str = "Cette sauvegarde contient des données personnelles (noms, adresses, lettres, retours signés) : la garder en lieu sûr, hors de portée de qui n'a pas à les lire.";

/// The manifest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BackupManifest {
    /// [`SCHEMA`].
    pub schema: String,
    /// Version of missive.
    pub missive: String,
    /// When it was made (RFC 3339).
    pub made: String,
    /// Who made it, as `jeanne@poste-12`.
    pub by: String,
    /// [`PERSONAL_DATA`].
    pub notice: String,
    /// The ledger; none where nothing was made yet.
    pub ledger: Option<BackedUpLedger>,
    /// Every file, in the order of the archive.
    pub files: Vec<BackedUpFile>,
}

/// The ledger of a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BackedUpLedger {
    /// Name of the ledger.
    pub name: String,
    /// Number of its events.
    pub events: i64,
    /// Hash of the last one.
    pub hash: String,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUpFile {
    /// Path in the project, with forward slashes.
    pub path: String,
    /// Octets.
    pub size: u64,
    /// SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
}

impl BackupManifest {
    /// Octets of all files.
    pub fn octets(&self) -> u64 {
        self.files.iter().map(|file| file.size).fold(0, u64::saturating_add)
    }
}

/// Certificates, which the settings may name in any folder.
const CERTIFICATES: [&str; 3] = ["pem", "crt", "cer"];

/// Whether a file of that path may be in a backup: within the folder, under a name of each system, and nowhere but
/// where missive itself looks.
pub fn is_safe_path(path: &str) -> bool {
    let is_plain = |part: &str| {
        let odd = |character: char| character.is_control() || r#"\:*?"<>|"#.contains(character);
        !part.is_empty() && !part.contains(odd) && !part.ends_with(['.', ' '])
    };
    let parts: Vec<&str> = path.split('/').collect();
    let is_relative = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let is_ours = match parts.as_slice() {
        [name] => ROOT_FILES.contains(name) || is_certificate(path),
        [folder, ..] => FOLDERS.contains(folder) || is_certificate(path),
        [] => false,
    };
    let is_hidden = parts.iter().skip(1).any(|part| part.starts_with('.'));
    path.len() < 1_024
        && is_relative
        && parts.iter().all(|part| is_plain(part))
        && !is_hidden
        && is_ours
}

fn is_certificate(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    !path.starts_with("out/") && CERTIFICATES.contains(&ending)
}

/// Whether missive never changes a file of that path once it is there.
pub fn is_write_once(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|rest| rest.starts_with("/objects/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_a_project_are_restored() {
        for (path, is_safe) in [
            ("missive.toml", true),
            (".gitignore", true),
            ("data/établissements de la Vienne.toml", true),
            ("data/ledger/objects/ab/cd", true),
            ("relais/ca.pem", true),
            ("relais/secret.txt", false),
            ("out/x.pem", false),
            ("out/2026/report.html", false),
            (".git/hooks/pre-commit", false),
            ("data/.git/config", false),
            ("../missive.toml", false),
            ("data/../../x", false),
            ("/etc/passwd", false),
            ("data//x", false),
            ("data/./x", false),
            ("data\\x", false),
            ("C:/x", false),
            ("data/x:y", false),
            ("data/x.", false),
            ("data/a\nb", false),
            ("data/", false),
            ("", false),
        ] {
            assert_eq!(is_safe_path(path), is_safe, "{path:?}");
        }
        assert!(!is_safe_path(&format!("data/{}", "x".repeat(1_100))));
    }
}
