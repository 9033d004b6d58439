//! How a file must begin and end.

use super::ambiguity::{Ambiguity, AmbiguityCause};
use super::cursor::{self, Cursor};
use super::xref::holds_syntax;

/// Most bytes behind the last `%%EOF`: readers look for it in the last 1024.
const MAX_BEHIND_END: usize = 900;
/// Most bytes of text that a gateway may add there; no reader makes anything of them.
const MAX_TRAILING_TEXT: usize = 256;
/// The marker of the end (ISO 32000-2, 7.5.5).
const END_OF_FILE: &[u8] = b"%%EOF";

/// Whether the file begins with `%PDF-`, a version and white space.
pub(crate) fn check_header(file: &[u8]) -> Result<(), Ambiguity> {
    match file {
        [b'%', b'P', b'D', b'F', b'-', major, b'.', minor, end, ..]
            if major.is_ascii_digit() && minor.is_ascii_digit() && cursor::is_space(*end) =>
        {
            Ok(())
        }
        _ => Err(Ambiguity { offset: 0, cause: AmbiguityCause::Header }),
    }
}

/// The file without the text behind its end, if no reader could take that for part of the document.
pub(crate) fn without_trailing_text(file: &[u8]) -> Result<&[u8], Ambiguity> {
    let near = file.len().saturating_sub(MAX_BEHIND_END + END_OF_FILE.len());
    let tail = file.get(near..).unwrap_or_default();
    let last = tail.windows(END_OF_FILE.len()).rposition(|window| window == END_OF_FILE);
    let last =
        last.ok_or(Ambiguity { offset: near, cause: AmbiguityCause::Unclaimed(tail.len()) })?;
    let end = near + last + END_OF_FILE.len();
    let behind = file.get(end..).unwrap_or_default();
    if behind.iter().all(|byte| cursor::is_space(*byte) || *byte == 0) {
        return Ok(file);
    }
    let text = behind.trim_ascii();
    let is_text =
        |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace() || *byte >= 0x80;
    let mut cursor = Cursor::new(behind, 0);
    let harmless = text.len() <= MAX_TRAILING_TEXT
        && cursor.skip_space() > 0
        && text.iter().all(is_text)
        && !holds_syntax(text);
    match harmless {
        true => Ok(file.get(..end + cursor.offset).unwrap_or_default()),
        false => Err(Ambiguity { offset: end, cause: AmbiguityCause::Unclaimed(text.len()) }),
    }
}
