//! One thing that was examined about a file, as the command line prints it and the ledger keeps it.

use serde::{Deserialize, Serialize};

/// One thing that was examined, and how it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Stable word, as in "byte-range".
    pub check: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// The result as a French sentence.
    pub detail: String,
}

impl Check {
    /// A check with its word and sentence.
    pub fn new(check: &str, ok: bool, detail: impl Into<String>) -> Self {
        Self { check: check.to_owned(), ok, detail: detail.into() }
    }
}
