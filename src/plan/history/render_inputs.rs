//! What decides about the bytes of a document, besides its content.

use super::object_hash::ObjectHash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// SHA-256 as 64 lower-case hexadecimal digits.
pub type Hash = String;

/// Everything but the content that decides about the bytes of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderInputs {
    /// Template files that were read, with their hashes.
    pub templates: BTreeMap<String, ObjectHash>,
    /// Hash over all fonts.
    pub fonts: Hash,
    /// The compiler and its version.
    pub engine: String,
    /// Processor and system, which may decide the last bit of a coordinate.
    pub platform: String,
}
