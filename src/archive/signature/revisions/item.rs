//! An indirect object with its number (ISO 32000-2, 7.3.8 and 7.3.10), and those in an object
//! stream (7.5.7).

use super::fault::{Fault, What};
use super::syntax::Cursor;
use crate::archive::signature::document::{LARGEST_STREAM, is_plainly_filtered};
use lopdf::{Dictionary, Object, Stream};

/// An object as it stands in the file.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Its number.
    pub number: u32,
    /// Its generation.
    pub generation: u16,
    /// What it is.
    pub object: Object,
    /// Past its `endobj`.
    pub end: usize,
}

/// The object that begins at a place. `length` gives the value of an object that holds the length
/// of a stream.
pub(super) fn item(
    mut cursor: Cursor<'_>,
    length: &dyn Fn((u32, u16)) -> Option<usize>,
) -> Result<Item, Fault> {
    let syntax = |cursor: &Cursor<'_>| cursor.fault(What::Syntax);
    let number = u32::try_from(cursor.count()?).map_err(|_| syntax(&cursor))?;
    if cursor.space() == 0 {
        return Err(syntax(&cursor));
    }
    let generation = u16::try_from(cursor.count()?).map_err(|_| syntax(&cursor))?;
    if cursor.space() == 0 {
        return Err(syntax(&cursor));
    }
    cursor.keyword(b"obj")?;
    cursor.space();
    let mut object = cursor.object()?;
    cursor.space();
    if cursor.rest().starts_with(b"stream") {
        let Object::Dictionary(dictionary) = object else { return Err(syntax(&cursor)) };
        object = Object::Stream(data(&mut cursor, dictionary, number, length)?);
        cursor.space();
    }
    cursor.keyword(b"endobj")?;
    Ok(Item { number, generation, object, end: cursor.at })
}

/// The data of a stream: as many octets as it says, and `endstream` right behind them.
fn data(
    cursor: &mut Cursor<'_>,
    dictionary: Dictionary,
    number: u32,
    length: &dyn Fn((u32, u16)) -> Option<usize>,
) -> Result<Stream, Fault> {
    let fault = cursor.fault(What::Stream(number));
    cursor.take(b"stream");
    // Data in another file: readers differ in whether they fetch them.
    let elsewhere = [&b"F"[..], b"FFilter", b"FDecodeParms"].iter().any(|key| dictionary.has(key));
    if elsewhere || !(cursor.take(b"\r\n") || cursor.take(b"\n")) {
        return Err(fault);
    }
    let count = match dictionary.get(b"Length") {
        Ok(Object::Integer(own)) => usize::try_from(*own).ok(),
        Ok(Object::Reference(id)) => length(*id),
        _ => None,
    };
    let content = count.and_then(|count| cursor.rest().get(..count)).ok_or(fault.clone())?;
    cursor.at += content.len();
    let _line_end = cursor.take(b"\r\n") || cursor.take(b"\n") || cursor.take(b"\r");
    cursor.keyword(b"endstream").map_err(|_| fault)?;
    Ok(Stream {
        dict: dictionary,
        content: content.to_vec(),
        allows_compression: true,
        start_position: None,
    })
}

/// The objects of an object stream in the order of its list, with their numbers.
pub(super) fn compressed(stream: &Stream, at: usize) -> Result<Vec<(u32, Object)>, Fault> {
    let fault = || Fault { at, what: What::Syntax };
    let entry = |key: &[u8]| {
        let value = stream.dict.get(key).and_then(Object::as_i64).ok()?;
        usize::try_from(value).ok()
    };
    let (count, first) = (entry(b"N").ok_or_else(fault)?, entry(b"First").ok_or_else(fault)?);
    if stream.dict.has(b"Extends") || !is_plainly_filtered(&stream.dict) {
        return Err(fault());
    }
    let content = stream.get_plain_content_with_limit(LARGEST_STREAM).map_err(|_| fault())?;
    let mut header = Cursor::new(content.get(..first).ok_or_else(fault)?, 0);
    let mut found = Vec::new();
    for _ in 0..count {
        header.space();
        let number = u32::try_from(header.count().map_err(|_| fault())?).map_err(|_| fault())?;
        header.space();
        let offset = usize::try_from(header.count().map_err(|_| fault())?).map_err(|_| fault())?;
        found.push((number, offset));
    }
    header.space();
    // One object begins where the one before has ended, and nothing stands between.
    let mut cursor = Cursor::new(&content, first);
    let mut objects = Vec::new();
    for (number, offset) in found {
        cursor.space();
        let begins = first.checked_add(offset).ok_or_else(fault)?;
        let mut here = Cursor::new(&content, begins);
        here.space();
        if here.at != cursor.at {
            return Err(fault());
        }
        objects.push((number, cursor.object().map_err(|_| fault())?));
    }
    cursor.space();
    match cursor.rest().is_empty() && header.rest().is_empty() {
        true => Ok(objects),
        false => Err(fault()),
    }
}
