//! A message on a pipe: JSON, and blobs that JSON would make large. A length (u32, little-endian), the
//! JSON, the number of blobs (u32), and for each blob a length (u64) and its octets. Must not know
//! processes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Read, Write};

/// Most octets of JSON in a message.
pub const MAX_JSON: u32 = 64 << 20;
/// Most octets of one blob.
pub const MAX_BLOB: u64 = 512 << 20;

/// Writes a message.
pub(crate) fn write_message(
    pipe: &mut impl Write,
    json: &impl Serialize,
    blobs: &[&[u8]],
) -> io::Result<()> {
    let json = serde_json::to_vec(json)?;
    let short = |length: usize| u32::try_from(length).map_err(io::Error::other);
    pipe.write_all(&short(json.len())?.to_le_bytes())?;
    pipe.write_all(&json)?;
    pipe.write_all(&short(blobs.len())?.to_le_bytes())?;
    for blob in blobs {
        pipe.write_all(&(blob.len() as u64).to_le_bytes())?;
        pipe.write_all(blob)?;
    }
    pipe.flush()
}

/// Reads a message; nothing at the end of the pipe.
pub(crate) fn read_message<T: DeserializeOwned>(
    pipe: &mut impl Read,
) -> io::Result<Option<(T, Vec<Vec<u8>>)>> {
    let mut length = [0; 4];
    let first = pipe.read(&mut length)?;
    if first == 0 {
        return Ok(None);
    }
    pipe.read_exact(length.get_mut(first..).unwrap_or_default())?;
    let json = read_part(pipe, u64::from(u32::from_le_bytes(length)), u64::from(MAX_JSON))?;
    let mut count = [0; 4];
    pipe.read_exact(&mut count)?;
    let mut blobs = Vec::new();
    for _ in 0..u32::from_le_bytes(count) {
        let mut length = [0; 8];
        pipe.read_exact(&mut length)?;
        blobs.push(read_part(pipe, u64::from_le_bytes(length), MAX_BLOB)?);
    }
    Ok(Some((serde_json::from_slice(&json)?, blobs)))
}

fn read_part(pipe: &mut impl Read, length: u64, most: u64) -> io::Result<Vec<u8>> {
    if length > most {
        return Err(io::Error::other("a message is too long"));
    }
    let mut bytes = Vec::new();
    pipe.take(length).read_to_end(&mut bytes)?;
    match bytes.len() as u64 == length {
        true => Ok(bytes),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_arrives_as_it_was_asked_or_not_at_all() {
        let mut pipe = Vec::new();
        write_message(&mut pipe, &("look", 3), &[b"one", b""]).unwrap();
        let read_back = |bytes: &[u8]| read_message::<(String, u32)>(&mut &bytes[..]);
        let (json, blobs) = read_back(&pipe).unwrap().unwrap();
        assert_eq!((json, blobs), (("look".to_owned(), 3), vec![b"one".to_vec(), Vec::new()]));
        assert!(read_back(&[]).unwrap().is_none());
        for cut in 1..pipe.len() {
            assert!(read_back(&pipe[..cut]).is_err(), "cut after {cut} octets");
        }
    }
}
