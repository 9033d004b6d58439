//! The last event, remembered outside the project: an older ledger put back is noticed.
//!
//! One small file a ledger in the person's own state folder. It cannot notice what happens before
//! this person first used the ledger, on another account, or when both are turned back together.

use crate::files;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// The last event a person's computer saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Number of the event.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

fn path(state: &Path, ledger: &str) -> PathBuf {
    state.join(format!("{ledger}.json"))
}

/// What was last seen of a ledger.
pub fn read(state: &Path, ledger: &str) -> Option<Anchor> {
    serde_json::from_slice(&std::fs::read(path(state, ledger)).ok()?).ok()
}

/// Remembers the last event of a ledger.
pub fn write(state: &Path, ledger: &str, anchor: &Anchor) -> io::Result<()> {
    std::fs::create_dir_all(state)?;
    let bytes = serde_json::to_vec(anchor).map_err(io::Error::other)?;
    files::write_whole(&path(state, ledger), &bytes, false).map(|_| ())
}
