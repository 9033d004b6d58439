//! How the characters of a text file are written: its byte order mark says so, or what its octets are.

use super::code_pages;
use crate::error::SheetError;
use crate::format::TextEncoding;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// Number of octets that are searched for UTF-16 without a byte order mark.
const UTF_16_OCTETS: usize = 4_096;

/// The text, and how it was written.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, TextEncoding), SheetError> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(length..).unwrap_or_default();
        if encoding == UTF_8 {
            return decode_utf8(rest);
        }
        return Ok(decode_utf16(rest, encoding));
    }
    // UTF-16 without its byte order mark: every other octet of plain text is zero.
    let start = bytes.get(..bytes.len().min(UTF_16_OCTETS)).unwrap_or_default();
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = start.len() / 4;
    for (high, low, encoding) in [(odd, even, UTF_16LE), (even, odd, UTF_16BE)] {
        if many > 0 && high > many && low * 10 < high {
            return Ok(decode_utf16(bytes, encoding));
        }
    }
    decode_utf8(bytes)
}

fn decode_utf16<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> (Cow<'b, str>, TextEncoding) {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let name = if encoding == UTF_16BE { TextEncoding::Utf16Be } else { TextEncoding::Utf16Le };
    (text, name)
}

/// UTF-8, or else an older code page; a few octets lost within UTF-8 do not make it that.
fn decode_utf8(bytes: &[u8]) -> Result<(Cow<'_, str>, TextEncoding), SheetError> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((Cow::Borrowed(text), TextEncoding::Utf8)),
        Err(error) => error,
    };
    let valid = bytes.get(..error.valid_up_to()).and_then(|start| std::str::from_utf8(start).ok());
    let has_accents = valid.is_some_and(|text| !text.is_ascii());
    if error.error_len().is_none() && has_accents {
        return Err(SheetError::TruncatedCharacter);
    }
    let lossy = String::from_utf8_lossy(bytes);
    let lost = lossy.matches(char::REPLACEMENT_CHARACTER).count();
    let kept = lossy.chars().filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER).count();
    if kept > 2 * lost {
        return Ok((lossy, TextEncoding::DamagedUtf8));
    }
    let (text, encoding) = code_pages::decode(bytes);
    Ok((Cow::Owned(text), encoding))
}
