//! How much of a document is looked at.

/// Largest size that one stream may have once decompressed, in bytes.
pub(crate) const MAX_STREAM_BYTES: usize = 64 * 1024 * 1024;
/// Deepest tree of pages, fields or names that is followed.
pub(crate) const MAX_DEPTH: usize = 64;
/// Most pages, fields or entries of a name tree that are looked at.
pub(crate) const MAX_NODES: usize = 20_000;
