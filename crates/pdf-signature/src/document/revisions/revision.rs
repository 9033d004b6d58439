//! One revision of a file: what a program wrote in one go.

use lopdf::{Dictionary, Object};
use std::collections::BTreeMap;

/// Objects by number, each with its generation.
pub(crate) type ObjectsByNumber = BTreeMap<u32, (u16, Object)>;

/// What a program wrote in one go.
#[derive(Debug)]
pub(crate) struct Revision {
    /// Offset behind its `%%EOF`.
    pub end: usize,
    /// Offset behind the white space that follows.
    pub next: usize,
    /// The objects that it defines.
    pub objects: ObjectsByNumber,
    /// Its trailer.
    pub trailer: Dictionary,
}
