//! Whole files read within bounds.

use super::regular::read_up_to;
use std::io;
use std::path::Path;

/// Largest file taken in: far above any record, template or enclosure.
pub const LARGEST: u64 = 64 * 1024 * 1024;
/// Largest file of those that missive made itself.
const LARGEST_KEPT: u64 = 1 << 30;

/// Reads a regular file of at most [`LARGEST`] bytes.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    read_up_to(path, LARGEST)
}

/// Reads a file that missive made itself: a message, an object, a return as it came.
pub fn read_kept(path: &Path) -> io::Result<Vec<u8>> {
    read_up_to(path, LARGEST_KEPT)
}
