//! An indirect object with its number (ISO 32000-2, 7.3.8 and 7.3.10), and those in an object
//! stream (7.5.7).

use super::ambiguity::{Ambiguity, AmbiguityCause};
use super::cursor::Cursor;
use crate::document::filters::is_plainly_filtered;
use crate::document::limits::MAX_STREAM_BYTES;
use lopdf::{Dictionary, Object, ObjectId, Stream};

/// An object as it stands in the file.
#[derive(Clone, Debug)]
pub(crate) struct IndirectObject {
    /// Its number and generation.
    pub id: ObjectId,
    /// Its value.
    pub object: Object,
    /// Offset behind its `endobj`.
    pub end: usize,
}

/// The value of an object that holds the length of a stream.
pub(crate) type LengthOf<'a> = &'a dyn Fn(ObjectId) -> Option<usize>;

/// Reads the object that begins at the cursor.
pub(crate) fn indirect_object(
    mut cursor: Cursor<'_>,
    length_of: LengthOf<'_>,
) -> Result<IndirectObject, Ambiguity> {
    let syntax = |cursor: &Cursor<'_>| cursor.ambiguity(AmbiguityCause::Syntax);
    let number = u32::try_from(cursor.unsigned()?).map_err(|_| syntax(&cursor))?;
    if cursor.skip_space() == 0 {
        return Err(syntax(&cursor));
    }
    let generation = u16::try_from(cursor.unsigned()?).map_err(|_| syntax(&cursor))?;
    if cursor.skip_space() == 0 {
        return Err(syntax(&cursor));
    }
    cursor.keyword(b"obj")?;
    cursor.skip_space();
    let mut object = cursor.object()?;
    cursor.skip_space();
    if cursor.rest().starts_with(b"stream") {
        let Object::Dictionary(dictionary) = object else { return Err(syntax(&cursor)) };
        object = Object::Stream(stream(&mut cursor, dictionary, number, length_of)?);
        cursor.skip_space();
    }
    cursor.keyword(b"endobj")?;
    Ok(IndirectObject { id: (number, generation), object, end: cursor.offset })
}

/// Reads the data of a stream: as many bytes as it says, and `endstream` right behind them.
fn stream(
    cursor: &mut Cursor<'_>,
    dictionary: Dictionary,
    number: u32,
    length_of: LengthOf<'_>,
) -> Result<Stream, Ambiguity> {
    let wrong = cursor.ambiguity(AmbiguityCause::StreamLength(number));
    cursor.skip(b"stream");
    // Data in another file: some readers fetch them, some do not.
    let elsewhere = [&b"F"[..], b"FFilter", b"FDecodeParms"].iter().any(|key| dictionary.has(key));
    if elsewhere || !(cursor.skip(b"\r\n") || cursor.skip(b"\n")) {
        return Err(wrong);
    }
    let length = match dictionary.get(b"Length") {
        Ok(Object::Integer(length)) => usize::try_from(*length).ok(),
        Ok(Object::Reference(id)) => length_of(*id),
        _ => None,
    };
    let content = length.and_then(|length| cursor.rest().get(..length)).ok_or(wrong.clone())?;
    cursor.offset += content.len();
    let _line_end = cursor.skip(b"\r\n") || cursor.skip(b"\n") || cursor.skip(b"\r");
    cursor.keyword(b"endstream").map_err(|_| wrong)?;
    Ok(Stream {
        dict: dictionary,
        content: content.to_vec(),
        allows_compression: true,
        start_position: None,
    })
}

/// The objects of an object stream in the order of its list, with their numbers. `offset`: of the
/// stream in the file.
pub(crate) fn objects_in_stream(
    stream: &Stream,
    offset: usize,
) -> Result<Vec<(u32, Object)>, Ambiguity> {
    let syntax = || Ambiguity { offset, cause: AmbiguityCause::Syntax };
    let entry = |key: &[u8]| {
        let value = stream.dict.get(key).and_then(Object::as_i64).ok()?;
        usize::try_from(value).ok()
    };
    let count = entry(b"N").ok_or_else(syntax)?;
    let first = entry(b"First").ok_or_else(syntax)?;
    if stream.dict.has(b"Extends") || !is_plainly_filtered(&stream.dict) {
        return Err(syntax());
    }
    let content = stream.get_plain_content_with_limit(MAX_STREAM_BYTES).map_err(|_| syntax())?;
    let header = content.get(..first).ok_or_else(syntax)?;
    // One object begins where the one before has ended, and nothing stands between.
    let mut cursor = Cursor::new(&content, first);
    let mut objects = Vec::new();
    for (number, relative) in object_list(header, count).ok_or_else(syntax)? {
        cursor.skip_space();
        let mut listed = Cursor::new(&content, first.checked_add(relative).ok_or_else(syntax)?);
        listed.skip_space();
        if listed.offset != cursor.offset {
            return Err(syntax());
        }
        objects.push((number, cursor.object().map_err(|_| syntax())?));
    }
    cursor.skip_space();
    match cursor.rest().is_empty() {
        true => Ok(objects),
        false => Err(syntax()),
    }
}

/// The list that an object stream begins with: numbers of objects, with their offsets behind it.
fn object_list(header: &[u8], count: usize) -> Option<Vec<(u32, usize)>> {
    let mut cursor = Cursor::new(header, 0);
    let mut list = Vec::new();
    for _ in 0..count {
        cursor.skip_space();
        let number = u32::try_from(cursor.unsigned().ok()?).ok()?;
        cursor.skip_space();
        let offset = usize::try_from(cursor.unsigned().ok()?).ok()?;
        list.push((number, offset));
    }
    cursor.skip_space();
    cursor.rest().is_empty().then_some(list)
}
