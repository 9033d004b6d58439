//! Cross-reference tables and streams (ISO 32000-2, 7.5.4 and 7.5.8): which object stands where.

use super::fault::{Fault, What};
use super::item::{Item, item};
use super::syntax::{Cursor, is_space};
use crate::archive::signature::document::{LARGEST_STREAM, is_plainly_filtered};
use lopdf::{Dictionary, Object, Stream};
use std::collections::BTreeMap;

/// Most objects that a table may list.
const MOST: usize = 200_000;

/// Where a table says that an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Nowhere.
    Free,
    /// At an offset, with a generation.
    At(usize, u16),
    /// In an object stream, at a place in its list.
    In(u32, usize),
}

/// One table with its trailer.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Where it begins.
    pub start: usize,
    /// Past the `%%EOF` that follows it.
    pub end: usize,
    /// What it lists.
    pub entries: BTreeMap<u32, Entry>,
    /// Its trailer; of a stream, the dictionary.
    pub trailer: Dictionary,
    /// Number of the stream that it is.
    pub stream: Option<u32>,
    /// The offset of a table that is told behind it.
    pub told: usize,
}

impl Table {
    /// Offset of the table before.
    pub(super) fn previous(&self) -> Result<Option<usize>, Fault> {
        let fault = Fault { at: self.start, what: What::Table };
        match self.trailer.get(b"Prev") {
            Err(_) => Ok(None),
            Ok(Object::Integer(at)) => usize::try_from(*at).map(Some).map_err(|_| fault),
            Ok(_) => Err(fault),
        }
    }
}

/// The table at an offset.
pub(super) fn table(file: &[u8], start: usize) -> Result<Table, Fault> {
    let mut cursor = Cursor::new(file, start);
    let mut found = if cursor.rest().starts_with(b"xref") {
        classic(&mut cursor, start)?
    } else {
        stream(&mut cursor, start)?
    };
    if found.trailer.has(b"XRefStm") {
        return Err(Fault { at: start, what: What::Hybrid });
    }
    gap(&mut cursor)?;
    (found.told, found.end) = closing(&mut cursor)?;
    Ok(found)
}

/// `startxref`, an offset and `%%EOF`; gives the offset and where they end. A program that adds to
/// a file without a last line end writes its first object right behind.
pub(super) fn closing(cursor: &mut Cursor<'_>) -> Result<(usize, usize), Fault> {
    cursor.keyword(b"startxref")?;
    let before = cursor.space();
    let told = usize::try_from(cursor.count()?).map_err(|_| cursor.fault(What::Table))?;
    if before.max(cursor.space()) > 8 {
        return Err(cursor.fault(What::Table));
    }
    let ends = cursor.take(b"%%EOF")
        && cursor.peek().is_none_or(|next| is_space(next) || next.is_ascii_digit());
    if ends { Ok((told, cursor.at)) } else { Err(cursor.fault(What::Table)) }
}

/// Skips what may stand between objects: white space, and comments without a word of syntax.
pub(super) fn gap(cursor: &mut Cursor<'_>) -> Result<(), Fault> {
    loop {
        cursor.space();
        if cursor.peek() != Some(b'%') {
            return Ok(());
        }
        let comment: &[u8] =
            cursor.rest().split(|own| matches!(own, b'\r' | b'\n')).next().unwrap_or_default();
        if speaks_syntax(comment) {
            return Err(cursor.fault(What::Free(comment.len())));
        }
        cursor.at += comment.len();
    }
}

/// Whether a text holds a word by which a reader that repairs files finds objects.
pub(super) fn speaks_syntax(text: &[u8]) -> bool {
    let lower = text.to_ascii_lowercase();
    let words: [&[u8]; 7] = [b"obj", b"xref", b"trailer", b"stream", b"%pdf", b"%eof", b"<<"];
    words.iter().any(|word| lower.windows(word.len()).any(|own| own == *word))
}

/// A table in text: sections of lines of twenty octets, then the trailer.
fn classic(cursor: &mut Cursor<'_>, start: usize) -> Result<Table, Fault> {
    let fault = Fault { at: start, what: What::Table };
    cursor.keyword(b"xref")?;
    cursor.space();
    let mut entries = BTreeMap::new();
    while cursor.peek().is_some_and(|own| own.is_ascii_digit()) {
        let first = cursor.count()?;
        let count = match cursor.take(b" ") {
            true => cursor.count()?,
            false => return Err(fault),
        };
        // Some programs end this line with a space.
        cursor.take(b" ");
        if !(cursor.take(b"\r\n") || cursor.take(b"\n") || cursor.take(b"\r")) {
            return Err(fault);
        }
        for number in first..first.saturating_add(count) {
            let number = u32::try_from(number).map_err(|_| fault.clone())?;
            let line = cursor.rest().get(..20).and_then(line).ok_or_else(|| fault.clone())?;
            cursor.at += 20;
            list(&mut entries, number, line, start)?;
        }
    }
    cursor.space();
    cursor.keyword(b"trailer")?;
    cursor.space();
    let Object::Dictionary(trailer) = cursor.object()? else { return Err(fault) };
    Ok(Table { start, end: 0, entries, trailer, stream: None, told: 0 })
}

/// One line of a table: `0000000016 00000 n` and two octets of line end.
fn line(text: &[u8]) -> Option<Entry> {
    let ends = matches!(text.get(18..)?, b" \n" | b" \r" | b"\r\n");
    let digits = |from: &[u8]| -> Option<usize> {
        from.iter().all(u8::is_ascii_digit).then_some(())?;
        std::str::from_utf8(from).ok()?.parse().ok()
    };
    let (offset, generation) = (digits(text.get(..10)?)?, digits(text.get(11..16)?)?);
    let blanks = text.get(10) == Some(&b' ') && text.get(16) == Some(&b' ');
    match text.get(17) {
        Some(b'n') if ends && blanks => Some(Entry::At(offset, u16::try_from(generation).ok()?)),
        Some(b'f') if ends && blanks => Some(Entry::Free),
        _ => None,
    }
}

fn list(
    entries: &mut BTreeMap<u32, Entry>,
    number: u32,
    entry: Entry,
    at: usize,
) -> Result<(), Fault> {
    if entries.insert(number, entry).is_some() {
        return Err(Fault { at, what: What::Twice(number) });
    }
    if entries.len() > MOST {
        return Err(Fault { at, what: What::TooMany });
    }
    Ok(())
}

/// A table that is a stream: fields of given widths, in binary.
fn stream(cursor: &mut Cursor<'_>, start: usize) -> Result<Table, Fault> {
    let fault = Fault { at: start, what: What::Table };
    let Item { number, object, end, .. } = item(*cursor, &|_| None)?;
    cursor.at = end;
    let Object::Stream(stream) = object else { return Err(fault) };
    if stream.dict.get(b"Type").and_then(Object::as_name).ok() != Some(b"XRef") {
        return Err(fault);
    }
    let entries = fields(&stream, start)?;
    Ok(Table { start, end: 0, entries, trailer: stream.dict, stream: Some(number), told: 0 })
}

fn fields(stream: &Stream, start: usize) -> Result<BTreeMap<u32, Entry>, Fault> {
    let fault = || Fault { at: start, what: What::Table };
    let numbers = |key: &[u8]| -> Option<Vec<usize>> {
        let array = stream.dict.get(key).ok()?.as_array().ok()?;
        array.iter().map(|own| usize::try_from(own.as_i64().ok()?).ok()).collect()
    };
    let widths = numbers(b"W").ok_or_else(fault)?;
    let [kind_width, second, third] = widths.as_slice() else { return Err(fault()) };
    let length = kind_width + second + third;
    // What readers take alike: a kind of one octet, offsets of up to eight, generations of two.
    let usual = *kind_width == 1 && *second <= 8 && *third <= 2;
    if !usual || !is_plainly_filtered(&stream.dict) {
        return Err(fault());
    }
    let size = stream.dict.get(b"Size").and_then(Object::as_i64).ok();
    let size = size.and_then(|own| usize::try_from(own).ok()).ok_or_else(fault)?;
    let index = if stream.dict.has(b"Index") {
        numbers(b"Index").ok_or_else(fault)?
    } else {
        vec![0, size]
    };
    let content = stream.get_plain_content_with_limit(LARGEST_STREAM).map_err(|_| fault())?;
    let mut rows = content.chunks_exact(length);
    let mut entries = BTreeMap::new();
    for pair in index.chunks(2) {
        let [first, count] = pair else { return Err(fault()) };
        for number in *first..first.saturating_add(*count) {
            let row = rows.next().ok_or_else(fault)?;
            let number = u32::try_from(number).map_err(|_| fault())?;
            let value = |from: usize, width: usize| {
                row.iter().skip(from).take(width).fold(0, |sum, own| (sum << 8) | usize::from(*own))
            };
            let kind = value(0, *kind_width);
            let (one, two) = (value(*kind_width, *second), value(kind_width + second, *third));
            let entry = match kind {
                0 => Entry::Free,
                1 => Entry::At(one, u16::try_from(two).map_err(|_| fault())?),
                2 => Entry::In(u32::try_from(one).map_err(|_| fault())?, two),
                _ => return Err(fault()),
            };
            list(&mut entries, number, entry, start)?;
        }
    }
    match rows.next().is_none() && rows.remainder().is_empty() {
        true => Ok(entries),
        false => Err(fault()),
    }
}
