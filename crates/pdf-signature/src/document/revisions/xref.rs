//! Cross-reference tables and streams (ISO 32000-2, 7.5.4 and 7.5.8): which object stands where.

use super::ambiguity::{Ambiguity, AmbiguityCause};
use super::cursor::{Cursor, is_space};
use super::indirect_object::{IndirectObject, indirect_object};
use crate::document::filters::is_plainly_filtered;
use crate::document::limits::MAX_STREAM_BYTES;
use lopdf::{Dictionary, Object, Stream};
use std::collections::BTreeMap;

/// Most objects that a table may list.
const MAX_ENTRIES: usize = 200_000;
/// Length of one line of a table in text, its line end included.
const LINE_LENGTH: usize = 20;
/// Most white space around the offset behind `startxref`.
const MAX_SPACE: usize = 8;

/// Where a table says that an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum XrefEntry {
    /// Nowhere.
    Free,
    /// In the file, at an offset.
    InFile { offset: usize, generation: u16 },
    /// In an object stream, at a place in its list.
    InStream { stream: u32, index: usize },
}

/// One table with its trailer.
#[derive(Clone, Debug)]
pub(crate) struct XrefTable {
    /// Where it begins.
    pub start: usize,
    /// Behind the `%%EOF` that follows it.
    pub end: usize,
    /// What it lists, by number.
    pub entries: BTreeMap<u32, XrefEntry>,
    /// Its trailer; for a stream, its dictionary.
    pub trailer: Dictionary,
    /// Number of its object, when it is a stream.
    pub stream: Option<u32>,
    /// The offset behind its `startxref`.
    pub startxref: usize,
}

impl XrefTable {
    /// Offset of the table before.
    pub(crate) fn previous(&self) -> Result<Option<usize>, Ambiguity> {
        let wrong = Ambiguity { offset: self.start, cause: AmbiguityCause::XrefTable };
        match self.trailer.get(b"Prev") {
            Err(_) => Ok(None),
            Ok(Object::Integer(offset)) => usize::try_from(*offset).map(Some).map_err(|_| wrong),
            Ok(_) => Err(wrong),
        }
    }
}

/// Reads the table at an offset.
pub(crate) fn xref_table(file: &[u8], start: usize) -> Result<XrefTable, Ambiguity> {
    let mut cursor = Cursor::new(file, start);
    let mut table = if cursor.rest().starts_with(b"xref") {
        text_table(&mut cursor, start)?
    } else {
        stream_table(&mut cursor, start)?
    };
    if table.trailer.has(b"XRefStm") {
        return Err(Ambiguity { offset: start, cause: AmbiguityCause::HybridXref });
    }
    skip_comments(&mut cursor)?;
    (table.startxref, table.end) = closing_lines(&mut cursor)?;
    Ok(table)
}

/// Reads `startxref`, an offset and `%%EOF`; gives that offset, and the one behind these lines. A
/// program that adds to a file without a last line end writes its first object right behind.
pub(crate) fn closing_lines(cursor: &mut Cursor<'_>) -> Result<(usize, usize), Ambiguity> {
    cursor.keyword(b"startxref")?;
    let before = cursor.skip_space();
    let startxref = usize::try_from(cursor.unsigned()?)
        .map_err(|_| cursor.ambiguity(AmbiguityCause::XrefTable))?;
    if before.max(cursor.skip_space()) > MAX_SPACE {
        return Err(cursor.ambiguity(AmbiguityCause::XrefTable));
    }
    let ends = cursor.skip(b"%%EOF")
        && cursor.peek().is_none_or(|next| is_space(next) || next.is_ascii_digit());
    match ends {
        true => Ok((startxref, cursor.offset)),
        false => Err(cursor.ambiguity(AmbiguityCause::XrefTable)),
    }
}

/// Skips what may stand between objects: white space, and comments without a keyword.
pub(crate) fn skip_comments(cursor: &mut Cursor<'_>) -> Result<(), Ambiguity> {
    loop {
        cursor.skip_space();
        if cursor.peek() != Some(b'%') {
            return Ok(());
        }
        let comment: &[u8] =
            cursor.rest().split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
        if holds_syntax(comment) {
            return Err(cursor.ambiguity(AmbiguityCause::Unclaimed(comment.len())));
        }
        cursor.offset += comment.len();
    }
}

/// Whether a text holds a keyword by which a reader that repairs files finds objects.
pub(crate) fn holds_syntax(text: &[u8]) -> bool {
    let lower = text.to_ascii_lowercase();
    let keywords: [&[u8]; 7] = [b"obj", b"xref", b"trailer", b"stream", b"%pdf", b"%eof", b"<<"];
    keywords.iter().any(|keyword| lower.windows(keyword.len()).any(|window| window == *keyword))
}

/// A table in text: sections of lines of twenty bytes, then the trailer.
fn text_table(cursor: &mut Cursor<'_>, start: usize) -> Result<XrefTable, Ambiguity> {
    let wrong = Ambiguity { offset: start, cause: AmbiguityCause::XrefTable };
    cursor.keyword(b"xref")?;
    cursor.skip_space();
    let mut entries = BTreeMap::new();
    while cursor.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        let first = cursor.unsigned()?;
        let count = match cursor.skip(b" ") {
            true => cursor.unsigned()?,
            false => return Err(wrong),
        };
        // Some programs end this line with a space.
        cursor.skip(b" ");
        if !(cursor.skip(b"\r\n") || cursor.skip(b"\n") || cursor.skip(b"\r")) {
            return Err(wrong);
        }
        for number in first..first.saturating_add(count) {
            let number = u32::try_from(number).map_err(|_| wrong.clone())?;
            let line = cursor.rest().get(..LINE_LENGTH).and_then(text_entry);
            cursor.offset += LINE_LENGTH;
            add_entry(&mut entries, number, line.ok_or_else(|| wrong.clone())?, start)?;
        }
    }
    cursor.skip_space();
    cursor.keyword(b"trailer")?;
    cursor.skip_space();
    let Object::Dictionary(trailer) = cursor.object()? else { return Err(wrong) };
    Ok(XrefTable { start, end: 0, entries, trailer, stream: None, startxref: 0 })
}

/// One line of a table: `0000000016 00000 n` and two bytes of line end.
fn text_entry(line: &[u8]) -> Option<XrefEntry> {
    let ends = matches!(line.get(18..)?, b" \n" | b" \r" | b"\r\n");
    let digits = |text: &[u8]| -> Option<usize> {
        text.iter().all(u8::is_ascii_digit).then_some(())?;
        std::str::from_utf8(text).ok()?.parse().ok()
    };
    let (offset, generation) = (digits(line.get(..10)?)?, digits(line.get(11..16)?)?);
    let spaced = line.get(10) == Some(&b' ') && line.get(16) == Some(&b' ');
    match line.get(17) {
        Some(b'n') if ends && spaced => {
            Some(XrefEntry::InFile { offset, generation: u16::try_from(generation).ok()? })
        }
        Some(b'f') if ends && spaced => Some(XrefEntry::Free),
        _ => None,
    }
}

/// Adds an entry of the table at `start`.
fn add_entry(
    entries: &mut BTreeMap<u32, XrefEntry>,
    number: u32,
    entry: XrefEntry,
    start: usize,
) -> Result<(), Ambiguity> {
    if entries.insert(number, entry).is_some() {
        return Err(Ambiguity { offset: start, cause: AmbiguityCause::ListedTwice(number) });
    }
    if entries.len() > MAX_ENTRIES {
        return Err(Ambiguity { offset: start, cause: AmbiguityCause::TooMany });
    }
    Ok(())
}

/// A table that is a stream: fields of given widths, in binary.
fn stream_table(cursor: &mut Cursor<'_>, start: usize) -> Result<XrefTable, Ambiguity> {
    let wrong = Ambiguity { offset: start, cause: AmbiguityCause::XrefTable };
    let IndirectObject { id: (number, _), object, end } = indirect_object(*cursor, &|_| None)?;
    cursor.offset = end;
    let Object::Stream(stream) = object else { return Err(wrong) };
    if stream.dict.get(b"Type").and_then(Object::as_name).ok() != Some(b"XRef") {
        return Err(wrong);
    }
    let entries = stream_entries(&stream, start)?;
    let trailer = stream.dict;
    Ok(XrefTable { start, end: 0, entries, trailer, stream: Some(number), startxref: 0 })
}

fn stream_entries(stream: &Stream, start: usize) -> Result<BTreeMap<u32, XrefEntry>, Ambiguity> {
    let wrong = || Ambiguity { offset: start, cause: AmbiguityCause::XrefTable };
    let numbers = |key: &[u8]| -> Option<Vec<usize>> {
        let array = stream.dict.get(key).ok()?.as_array().ok()?;
        array.iter().map(|value| usize::try_from(value.as_i64().ok()?).ok()).collect()
    };
    let widths: [usize; 3] =
        numbers(b"W").and_then(|widths| widths.try_into().ok()).ok_or_else(wrong)?;
    // What all readers understand alike: a kind of one byte, offsets of up to eight, generations of
    // up to two.
    let usual = widths[0] == 1 && widths[1] <= 8 && widths[2] <= 2;
    if !usual || !is_plainly_filtered(&stream.dict) {
        return Err(wrong());
    }
    let size = stream.dict.get(b"Size").and_then(Object::as_i64).ok();
    let size = size.and_then(|size| usize::try_from(size).ok()).ok_or_else(wrong)?;
    let index = if stream.dict.has(b"Index") {
        numbers(b"Index").ok_or_else(wrong)?
    } else {
        vec![0, size]
    };
    let content = stream.get_plain_content_with_limit(MAX_STREAM_BYTES).map_err(|_| wrong())?;
    let mut rows = content.chunks_exact(widths.iter().sum());
    let mut entries = BTreeMap::new();
    for pair in index.chunks(2) {
        let [first, count] = pair else { return Err(wrong()) };
        for number in *first..first.saturating_add(*count) {
            let row = rows.next().ok_or_else(wrong)?;
            let number = u32::try_from(number).map_err(|_| wrong())?;
            let entry = stream_entry(row, widths).ok_or_else(wrong)?;
            add_entry(&mut entries, number, entry, start)?;
        }
    }
    match rows.next().is_none() && rows.remainder().is_empty() {
        true => Ok(entries),
        false => Err(wrong()),
    }
}

/// One row of a table that is a stream (table 18).
fn stream_entry(row: &[u8], [kind, second, third]: [usize; 3]) -> Option<XrefEntry> {
    let field = |from: usize, width: usize| {
        row.iter().skip(from).take(width).fold(0, |sum, byte| (sum << 8) | usize::from(*byte))
    };
    let (one, two) = (field(kind, second), field(kind + second, third));
    match field(0, kind) {
        0 => Some(XrefEntry::Free),
        1 => Some(XrefEntry::InFile { offset: one, generation: u16::try_from(two).ok()? }),
        2 => Some(XrefEntry::InStream { stream: u32::try_from(one).ok()?, index: two }),
        _ => None,
    }
}
