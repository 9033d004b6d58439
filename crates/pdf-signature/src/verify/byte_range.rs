//! Which bytes a signature covers: all but the hole where its CMS stands (ISO 32000-2, 12.8.1,
//! table 255: ByteRange and Contents).
//!
//! Most forgeries of signed PDFs are here: ranges that leave out more than the CMS, that begin late,
//! overlap or end beyond the file, or a hole with something else in it.

use super::check::ByteRangeError;
use crate::cms::ber::Tlv;
use crate::document::objects::{array_entry, entry};
use lopdf::{Dictionary, Document, Object};

/// Most `/ByteRange` keys that are looked at in the bytes of a file.
const MAX_FOUND: usize = 1000;
/// So many bytes behind a `/ByteRange` key are searched for its numbers.
const SEARCHED_LENGTH: usize = 120;

/// The four numbers of a byte range: offset and length of each part.
pub(crate) type RangeNumbers = [i64; 4];

/// What a signature covers: `[0, hole_start)` and `[hole_end, end)`, with the CMS between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ByteRange {
    /// Where the hole begins, at its `<`.
    pub hole_start: usize,
    /// Where the hole has ended, behind its `>`.
    pub hole_end: usize,
    /// Where what is signed ends.
    pub end: usize,
}

impl ByteRange {
    /// The range that these numbers say, if it leaves out one hole between `<` and `>`.
    pub(crate) fn new(file: &[u8], numbers: RangeNumbers) -> Result<Self, ByteRangeError> {
        let [start, hole_start, hole_end, length] =
            numbers.map(|number| usize::try_from(number).unwrap_or(usize::MAX));
        let end = hole_end.checked_add(length).filter(|end| *end <= file.len());
        let end = end.ok_or(ByteRangeError::BeyondEnd)?;
        if start != 0 {
            return Err(ByteRangeError::StartsLate);
        }
        if hole_start == 0 || length == 0 || hole_end < hole_start.saturating_add(2) {
            return Err(ByteRangeError::Overlapping);
        }
        if (file.get(hole_start), file.get(hole_end - 1)) != (Some(&b'<'), Some(&b'>')) {
            return Err(ByteRangeError::HoleElsewhere);
        }
        Ok(Self { hole_start, hole_end, end })
    }

    /// The signed bytes of a file, in two parts.
    pub(crate) fn signed_parts<'a>(&self, file: &'a [u8]) -> [&'a [u8]; 2] {
        [
            file.get(..self.hole_start).unwrap_or_default(),
            file.get(self.hole_end..self.end).unwrap_or_default(),
        ]
    }

    /// The bytes that are written in hexadecimal in the hole; `None` when something else is.
    pub(crate) fn hole_contents(&self, file: &[u8]) -> Option<Vec<u8>> {
        from_hexadecimal(file.get(self.hole_start + 1..self.hole_end - 1).unwrap_or_default())
    }
}

/// The byte range that a signature dictionary says.
pub(crate) fn range_numbers(document: &Document, signature: &Dictionary) -> Option<RangeNumbers> {
    let numbers: Vec<i64> = array_entry(document, signature, b"ByteRange")
        .iter()
        .take(5)
        .map(|number| number.as_i64().ok())
        .collect::<Option<_>>()?;
    numbers.try_into().ok()
}

/// Whether what stands in the hole is the `/Contents` of the signature.
pub(crate) fn is_contents(document: &Document, signature: &Dictionary, hole: &[u8]) -> bool {
    matches!(
        entry(document, signature, b"Contents"),
        Some(Object::String(contents, _)) if contents == hole
    )
}

/// The CMS at the start of a hole, and whether only zeros follow it.
pub(crate) fn split_padding(hole: &[u8]) -> Option<(&[u8], bool)> {
    let cms = Tlv::read(hole)?.whole;
    let padding = hole.get(cms.len()..)?;
    Some((cms, padding.iter().all(|byte| *byte == 0)))
}

fn from_hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_chunks::<2>();
    if !rest.is_empty() || pairs.is_empty() {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs.iter().map(|[high, low]| Some((digit(*high)? << 4) | digit(*low)?)).collect()
}

/// Every `/ByteRange` that is written in the file, wherever it stands; `None` for one that is not
/// four numbers. A signature is never in a compressed object, so none can hide.
pub(crate) fn written_ranges(file: &[u8]) -> Vec<Option<RangeNumbers>> {
    const KEY: &[u8] = b"/ByteRange";
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = file.get(at..).and_then(|rest| position(rest, KEY)) {
        at += next + KEY.len();
        let end = (at + SEARCHED_LENGTH).min(file.len());
        found.push(parse_range(file.get(at..end).unwrap_or_default()));
        if found.len() >= MAX_FOUND {
            break;
        }
    }
    found
}

/// Where a text first stands.
pub(crate) fn position(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text)
}

fn parse_range(text: &[u8]) -> Option<RangeNumbers> {
    let open = text.iter().position(|byte| *byte == b'[')?;
    let close = text.iter().position(|byte| *byte == b']')?;
    let inside = std::str::from_utf8(text.get(open + 1..close)?).ok()?;
    let numbers: Vec<i64> =
        inside.split_ascii_whitespace().map(|number| number.parse().ok()).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"before<30020500>after";

    #[test]
    fn the_hole_is_all_that_is_left_out() {
        let range = ByteRange::new(FILE, [0, 6, 16, 5]).unwrap();
        assert_eq!(range.signed_parts(FILE), [&b"before"[..], &b"after"[..]]);
        assert_eq!(range.hole_contents(FILE), Some(vec![0x30, 2, 5, 0]));
        for wrong in [
            [1, 6, 16, 5],
            [0, 5, 16, 5],
            [0, 6, 15, 6],
            [0, 6, 16, 6],
            [0, 6, 6, 15],
            [0, 0, 16, 5],
            [0, 16, 6, 5],
            [0, 6, 16, -1],
            [0, 6, i64::MAX, i64::MAX],
            [-1, 6, 16, 5],
            [0, 6, 16, 0],
        ] {
            assert!(ByteRange::new(FILE, wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_hole_with_anything_but_hexadecimal_is_refused() {
        for file in [&b"a<3g>b"[..], b"a<123>b", b"a<1 2 >b", b"a<>b"] {
            let after = i64::try_from(file.len()).unwrap() - 1;
            let range = ByteRange::new(file, [0, 1, after, 1]).unwrap();
            assert_eq!(range.hole_contents(file), None, "{file:?}");
        }
    }

    #[test]
    fn what_hides_behind_the_message_shows() {
        assert_eq!(split_padding(&[0x30, 1, 5, 0, 0]), Some((&[0x30, 1, 5][..], true)));
        assert_eq!(split_padding(&[0x30, 1, 5, 0, 9]), Some((&[0x30, 1, 5][..], false)));
        assert_eq!(split_padding(&[0x30, 9, 5]), None);
    }

    #[test]
    fn ranges_are_found_wherever_they_are_written() {
        let found = written_ranges(b"x /ByteRange [0 1 2 3] /ByteRange[ 0  **** ] /ByteRange");
        assert_eq!(found, [Some([0, 1, 2, 3]), None, None]);
    }
}
