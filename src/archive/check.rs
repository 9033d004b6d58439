//! One thing that was looked at in a returned file, as it is printed and kept.

use serde::{Deserialize, Serialize};

/// One thing that was looked at, as `archive add --json` says it and the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Stable word, as in "byte-range".
    pub check: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What a person reads.
    pub detail: String,
}

impl Check {
    /// One with these words.
    pub fn new(name: &str, ok: bool, detail: impl Into<String>) -> Self {
        Self { check: name.to_owned(), ok, detail: detail.into() }
    }
}
