//! How much of a document is looked at.

/// Largest file that is read, in bytes.
pub(crate) const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;
/// Largest size of one object or cross-reference stream once decompressed, in bytes.
pub(crate) const MAX_STREAM_BYTES: usize = 64 * 1024 * 1024;
/// Largest content of a page that is interpreted, in bytes.
pub(crate) const MAX_CONTENT_BYTES: usize = 4 * 1024 * 1024;
/// Deepest tree of pages, fields or structure that is followed.
pub(crate) const MAX_DEPTH: usize = 64;
/// Most pages, fields or annotations that are looked at.
pub(crate) const MAX_NODES: usize = 20_000;
/// Longest value, and longest text of an appearance, that is kept, in characters.
pub(crate) const MAX_TEXT: usize = 20_000;
/// Longest full name of a field that is kept, in characters.
pub(crate) const MAX_NAME: usize = 500;
