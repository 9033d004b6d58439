//! Which bytes a signature covers: everything but the hole where its own CMS stands
//! (ISO 32000-2, 12.8.1, table 255: ByteRange and Contents).
//!
//! Most forgeries of signed PDFs live here: ranges that leave out more than the CMS, that begin
//! late, overlap or end beyond the file, or a hole with something else in it.

use super::document::{array, entry};
use super::tlv::Tlv;
use lopdf::{Dictionary, Document, Object};

/// Most places where a raw `/ByteRange` is looked for.
const MOST: usize = 1000;

/// What a signature covers: `[0, before)` and `[after, end)`, with the CMS between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// Where the hole begins, at its `<`.
    pub before: usize,
    /// Where it has ended, past its `>`.
    pub after: usize,
    /// Where what is signed ends.
    pub end: usize,
}

impl Range {
    /// The signed bytes of a file, in two parts.
    pub(super) fn parts<'a>(&self, file: &'a [u8]) -> [&'a [u8]; 2] {
        [
            file.get(..self.before).unwrap_or_default(),
            file.get(self.after..self.end).unwrap_or_default(),
        ]
    }
}

/// The four numbers of a signature's ByteRange.
pub(super) fn numbers(document: &Document, value: &Dictionary) -> Option<[i64; 4]> {
    let found: Vec<i64> = array(document, value, b"ByteRange")
        .iter()
        .take(5)
        .map(|own| own.as_i64().ok())
        .collect::<Option<_>>()?;
    found.try_into().ok()
}

/// A range that leaves out one hole between `<` and `>`; else why not, in French.
pub(super) fn read(file: &[u8], numbers: [i64; 4]) -> Result<Range, String> {
    let [start, before, after, length] =
        numbers.map(|own| usize::try_from(own).unwrap_or(usize::MAX));
    let end = after.checked_add(length).filter(|end| *end <= file.len());
    let Some(end) = end else {
        return Err("la signature porte sur plus d'octets que le fichier n'en a : il a été coupé ou réécrit après la signature".to_owned());
    };
    if start != 0 {
        return Err("la signature laisse de côté le début du fichier".to_owned());
    }
    if before == 0 || length == 0 || after < before.saturating_add(2) {
        return Err("les octets signés se chevauchent ou manquent".to_owned());
    }
    let edges = (file.get(before), file.get(after - 1));
    if edges != (Some(&b'<'), Some(&b'>')) {
        return Err(
            "la signature n'est pas à l'endroit que les octets signés laissent libre".to_owned()
        );
    }
    Ok(Range { before, after, end })
}

/// The bytes written in hexadecimal in the hole; else why not, in French.
pub(super) fn hole(file: &[u8], range: &Range) -> Result<Vec<u8>, String> {
    let written = file.get(range.before + 1..range.after - 1).unwrap_or_default();
    from_hexadecimal(written)
        .ok_or_else(|| "l'emplacement de la signature contient autre chose qu'elle".to_owned())
}

/// Whether what stands in the hole is the /Contents of the signature.
pub(super) fn is_contents(document: &Document, value: &Dictionary, hole: &[u8]) -> bool {
    matches!(entry(document, value, b"Contents"), Some(Object::String(own, _)) if own == hole)
}

/// The CMS at the start of a hole, and whether only zeros follow it.
pub(super) fn message(hole: &[u8]) -> Option<(&[u8], bool)> {
    let whole = Tlv::read(hole)?.whole;
    let padding = hole.get(whole.len()..)?;
    Some((whole, padding.iter().all(|byte| *byte == 0)))
}

fn from_hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_chunks::<2>();
    if !rest.is_empty() || pairs.is_empty() {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|own| u8::try_from(own).ok());
    pairs.iter().map(|[high, low]| Some((digit(*high)? << 4) | digit(*low)?)).collect()
}

/// The four numbers of every `/ByteRange` written in the file, wherever it stands; `None` for one
/// that is not four numbers. A signature is never in a compressed object, so none can hide.
pub(super) fn written(file: &[u8]) -> Vec<Option<[i64; 4]>> {
    const KEY: &[u8] = b"/ByteRange";
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = file.get(at..).and_then(|rest| find(rest, KEY)) {
        at += next + KEY.len();
        let rest = file.get(at..(at + 120).min(file.len())).unwrap_or_default();
        found.push(four(rest));
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// Where a needle first stands.
pub(super) fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window == needle)
}

fn four(text: &[u8]) -> Option<[i64; 4]> {
    let open = text.iter().position(|byte| *byte == b'[')?;
    let close = text.iter().position(|byte| *byte == b']')?;
    let inside = std::str::from_utf8(text.get(open + 1..close)?).ok()?;
    let found: Vec<i64> =
        inside.split_ascii_whitespace().map(|own| own.parse().ok()).collect::<Option<_>>()?;
    found.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"before<30020500>after";

    #[test]
    fn the_hole_is_all_that_is_left_out() {
        let range = read(FILE, [0, 6, 16, 5]).unwrap();
        assert_eq!(range.parts(FILE), [&b"before"[..], &b"after"[..]]);
        assert_eq!(hole(FILE, &range), Ok(vec![0x30, 2, 5, 0]));
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
            assert!(read(FILE, wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_hole_with_anything_but_hexadecimal_is_refused() {
        for file in [&b"a<3g>b"[..], b"a<123>b", b"a<1 2 >b", b"a<>b"] {
            let after = i64::try_from(file.len()).unwrap() - 1;
            let range = read(file, [0, 1, after, 1]).unwrap();
            assert!(hole(file, &range).is_err(), "{file:?}");
        }
    }

    #[test]
    fn what_hides_behind_the_message_shows() {
        assert_eq!(message(&[0x30, 1, 5, 0, 0]), Some((&[0x30, 1, 5][..], true)));
        assert_eq!(message(&[0x30, 1, 5, 0, 9]), Some((&[0x30, 1, 5][..], false)));
        assert_eq!(message(&[0x30, 9, 5]), None);
    }

    #[test]
    fn ranges_are_found_wherever_they_are_written() {
        let found = written(b"x /ByteRange [0 1 2 3] /ByteRange[ 0  **** ] /ByteRange");
        assert_eq!(found, [Some([0, 1, 2, 3]), None, None]);
    }
}
