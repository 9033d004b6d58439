//! The name of an object in the ledger's store: the SHA-256 of its bytes, as 64 lower-case hexadecimal
//! digits. The store compares name and bytes when it reads an object.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectHash(String);

impl ObjectHash {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ObjectHash {
    fn from(digits: String) -> Self {
        Self(digits)
    }
}

impl fmt::Display for ObjectHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
