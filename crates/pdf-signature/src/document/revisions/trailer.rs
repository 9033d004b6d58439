//! What the trailer of a revision may say (ISO 32000-2, 7.5.5).

use super::ambiguity::{Ambiguity, AmbiguityCause};
use super::xref::XrefTable;
use lopdf::{Dictionary, Object};

/// Highest number of an object: readers leave out numbers beyond their own limits, some from four
/// million on.
const MAX_OBJECT_NUMBER: i64 = 1_000_000;
/// How far `Size` may be above the highest number in use.
const MAX_UNUSED_NUMBERS: i64 = 1000;
/// Entries that the trailer of a later revision may have (tables 15 and 17), and the checksum that
/// LibreOffice writes.
const KNOWN_ENTRIES: [&[u8]; 12] = [
    b"Size",
    b"Root",
    b"Info",
    b"ID",
    b"Prev",
    b"Encrypt",
    b"DocChecksum",
    b"Type",
    b"W",
    b"Index",
    b"Filter",
    b"DecodeParms",
];

/// Checks the trailer of a table that ends at `end`. `highest`: number of an object; `before`: the
/// trailer of the revision before.
pub(crate) fn check_trailer(
    table: &XrefTable,
    before: Option<&Dictionary>,
    highest: u32,
    end: usize,
) -> Result<(), Ambiguity> {
    let wrong = |key: &[u8]| Ambiguity {
        offset: end,
        cause: AmbiguityCause::TrailerEntry(String::from_utf8_lossy(key).into_owned()),
    };
    let trailer = &table.trailer;
    let size = trailer.get(b"Size").and_then(Object::as_i64).unwrap_or(0);
    let largest = MAX_OBJECT_NUMBER.min(i64::from(highest) + MAX_UNUSED_NUMBERS);
    if size <= i64::from(highest) || size > largest {
        return Err(wrong(b"Size"));
    }
    let Some(before) = before else { return Ok(()) };
    for key in [&b"Root"[..], b"Encrypt"] {
        if before.get(key).ok() != trailer.get(key).ok() {
            return Err(wrong(key));
        }
    }
    if trailer.has(b"ID") && permanent_id(before) != permanent_id(trailer) {
        return Err(wrong(b"ID"));
    }
    for (key, _) in trailer.iter() {
        let known =
            KNOWN_ENTRIES.contains(&key.as_slice()) || (table.stream.is_some() && key == b"Length");
        if !known {
            return Err(wrong(key));
        }
    }
    Ok(())
}

/// The part of the file identifier that never changes (14.4).
fn permanent_id(trailer: &Dictionary) -> Option<&[u8]> {
    trailer.get(b"ID").ok()?.as_array().ok()?.first()?.as_str().ok()
}
