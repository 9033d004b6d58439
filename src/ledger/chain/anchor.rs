//! The last event and the place of a ledger, remembered outside the project: to detect an older copy of it, and one
//! that lies elsewhere.
//!
//! One small file for each ledger, in the user's state folder. It cannot detect changes before this
//! user first used the ledger, on another account, or when both files are restored together.

use super::events::ChainHead;
use crate::files::{self, FileIdentity};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// Version of the files that are written.
const VERSION: u32 = 2;

/// What was last seen of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Its last event.
    #[serde(flatten)]
    pub last: ChainHead,
    /// Where messages may leave from without a question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<LedgerPlace>,
    /// Version of this file; earlier ones remembered no place, and did not say which they were.
    #[serde(default)]
    version: u32,
}

impl Anchor {
    /// What this version remembers.
    pub(in crate::ledger) fn of(last: ChainHead, place: Option<LedgerPlace>) -> Self {
        Self { last, place, version: VERSION }
    }

    /// Whether messages may leave from a place that is remembered, or from any as far as an earlier version knew.
    pub(in crate::ledger) fn has_place(&self) -> bool {
        self.place.is_some() || self.is_of_old()
    }

    /// Whether a version wrote it that remembered no place.
    pub(in crate::ledger) fn is_of_old(&self) -> bool {
        self.version < VERSION
    }
}

/// Where a ledger lies on a computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPlace {
    /// Its folder, links resolved.
    pub folder: String,
    /// Its SQLite file.
    pub file: FileIdentity,
}

impl LedgerPlace {
    /// The place of a ledger that is there.
    pub(in crate::ledger) fn of(folder: &Path, file: &str) -> Option<Self> {
        let whole = std::fs::canonicalize(folder).ok()?;
        let file = FileIdentity::of(&whole.join(file)).ok()?;
        Some(Self { folder: whole.to_string_lossy().into_owned(), file })
    }

    /// Whether both are the same file. Its folder may have another name now, as long as the file is told from
    /// every other.
    pub(in crate::ledger) fn is_same(&self, other: &Self) -> bool {
        let is_found_again =
            self.folder == other.folder || self.file.is_certain() && other.file.is_certain();
        is_found_again && self.file.is_same(&other.file)
    }
}

fn path(state: &Path, ledger: &str) -> PathBuf {
    state.join(format!("{ledger}.json"))
}

/// What was last seen of a ledger.
pub fn read(state: &Path, ledger: &str) -> Option<Anchor> {
    serde_json::from_slice(&files::read(&path(state, ledger)).ok()?).ok()
}

/// Remembers what was last seen of a ledger.
pub fn write(state: &Path, ledger: &str, anchor: &Anchor) -> io::Result<()> {
    std::fs::create_dir_all(state)?;
    let bytes = serde_json::to_vec(anchor).map_err(io::Error::other)?;
    files::write_whole(&path(state, ledger), &bytes, false).map(|_| ())
}

/// The ledger that this computer saw letters leave from, in a project's folder.
pub(in crate::ledger) fn at_place(state: &Path, project: &Path) -> Option<String> {
    let name = String::from_utf8(files::read(&state.join(place(project)?)).ok()?).ok()?;
    (!name.is_empty()).then_some(name)
}

/// Remembers it.
pub(in crate::ledger) fn remember_place(
    state: &Path,
    project: &Path,
    ledger: &str,
) -> io::Result<()> {
    let Some(place) = place(project) else { return Ok(()) };
    std::fs::create_dir_all(state)?;
    files::write_durably(&state.join(place), ledger.as_bytes())
}

fn place(project: &Path) -> Option<String> {
    let whole = std::fs::canonicalize(project).ok()?;
    Some(format!("folder-{}", files::sha256(whole.as_os_str().as_encoded_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_earlier_versions_remembered_is_read_and_has_no_place() {
        let state = tempfile::tempdir().unwrap();
        let text = br#"{"seq":3,"hash":"ab"}"#;
        files::write_whole(&path(state.path(), "x"), text, false).unwrap();
        let last = ChainHead { seq: 3, hash: "ab".into() };
        let older = read(state.path(), "x").unwrap();
        assert!(older.is_of_old() && older.last == last && older.place.is_none());
        // And they read what this one remembers.
        let place = LedgerPlace::of(state.path(), "x.json");
        assert!(place.is_some());
        let anchor = Anchor::of(last.clone(), place);
        write(state.path(), "x", &anchor).unwrap();
        let text = files::read(&path(state.path(), "x")).unwrap();
        assert_eq!(serde_json::from_slice::<ChainHead>(&text).unwrap(), last);
        assert_eq!(read(state.path(), "x"), Some(anchor));
    }
}
