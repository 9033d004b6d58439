//! The last event, remembered outside the project, to detect an older copy of the ledger.
//!
//! One small file for each ledger, in the user's state folder. It cannot detect changes before this
//! user first used the ledger, on another account, or when both files are restored together.

use super::events::ChainHead;
use crate::files;
use std::io;
use std::path::{Path, PathBuf};

fn path(state: &Path, ledger: &str) -> PathBuf {
    state.join(format!("{ledger}.json"))
}

/// What was last seen of a ledger.
pub fn read(state: &Path, ledger: &str) -> Option<ChainHead> {
    serde_json::from_slice(&files::read(&path(state, ledger)).ok()?).ok()
}

/// Remembers the last event of a ledger.
pub fn write(state: &Path, ledger: &str, last: &ChainHead) -> io::Result<()> {
    std::fs::create_dir_all(state)?;
    let bytes = serde_json::to_vec(last).map_err(io::Error::other)?;
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
