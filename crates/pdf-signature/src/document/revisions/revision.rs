//! One revision of a file: what a program wrote in one go.

use lopdf::{Dictionary, Object};
use std::collections::BTreeMap;

/// What a program wrote in one go.
#[derive(Debug)]
pub(crate) struct Revision {
    /// Offset behind its `%%EOF`.
    pub end: usize,
    /// Offset behind the white space that follows.
    pub next: usize,
    /// The objects that it defines, by number, each with its generation.
    pub objects: BTreeMap<u32, (u16, Object)>,
    /// Its trailer.
    pub trailer: Dictionary,
}
