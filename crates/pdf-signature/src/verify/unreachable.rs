//! Signatures that are written in the file and that no field leads to: their field was cut off or
//! taken away.

use super::byte_range::{RangeNumbers, written_ranges};
use super::check::SignatureCheck;
use super::report::Signature;

/// A broken signature for each byte range in the file that belongs to none. `accounted`: byte ranges
/// of signatures that are known; `unreadable`: how many fields have a value that cannot be read, and
/// are such signatures already; `limit`: how many are given at most.
pub(crate) fn unreachable_signatures(
    file: &[u8],
    accounted: &[RangeNumbers],
    unreadable: usize,
    limit: usize,
) -> Vec<Signature> {
    let mut found = written_ranges(file);
    found.retain(|range| range.is_none_or(|range| !accounted.contains(&range)));
    found.sort_unstable();
    found.dedup();
    let unreachable = found.iter().skip(unreadable).take(limit);
    unreachable.map(|_| Signature::broken(SignatureCheck::Unreachable)).collect()
}
