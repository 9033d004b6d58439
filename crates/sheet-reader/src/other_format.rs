//! Files that are no spreadsheet but are given for one: known by their first octets, or by what is in their
//! ZIP.

use serde::{Deserialize, Serialize};
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// A file that is not a spreadsheet but is often taken for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OtherFormat {
    /// A PDF.
    Pdf,
    /// A picture.
    Image,
    /// Rich Text Format.
    Rtf,
    /// A page for a browser, as applications save it under a name that ends with `.xls`.
    Html,
    /// XML, that of Excel 2003 or OpenDocument in one file included.
    Xml,
    /// JSON.
    Json,
    /// A text document of a word processor.
    TextDocument,
    /// A presentation or a drawing.
    Presentation,
    /// A spreadsheet of Apple Numbers.
    Numbers,
    /// A ZIP with other files in it.
    Archive,
    /// 7z, RAR or gzip.
    PackedOtherwise,
    /// A mail.
    Mail,
    /// An old document of Microsoft Office that has no sheets.
    OldDocument,
    /// A database.
    Database,
}

/// What a text or binary file is, if it is none with cells.
pub(crate) fn of_bytes(bytes: &[u8]) -> Option<OtherFormat> {
    let start = bytes.get(..bytes.len().min(1_024)).unwrap_or_default();
    let found = match start {
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => {
            OtherFormat::Image
        }
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => OtherFormat::Image,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => OtherFormat::Image,
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => OtherFormat::Image,
        [b'7', b'z', 0xbc, 0xaf, ..] | [0x1f, 0x8b, ..] | [b'R', b'a', b'r', b'!', ..] => {
            OtherFormat::PackedOtherwise
        }
        start if start.starts_with(b"SQLite format 3") => OtherFormat::Database,
        start if start.starts_with(b"\0\x01\0\0Standard ") => OtherFormat::Database,
        start if start.starts_with(b"{\\rtf") => OtherFormat::Rtf,
        start if has(start, b"%PDF-") => OtherFormat::Pdf,
        start => return of_text(start),
    };
    Some(found)
}

fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

fn of_text(start: &[u8]) -> Option<OtherFormat> {
    // UTF-16 has a zero beside each of these letters.
    let plain: Vec<u8> = start.iter().copied().filter(|byte| *byte != 0).collect();
    let text = String::from_utf8_lossy(&plain).to_lowercase();
    let text = text.trim_start_matches(|c: char| !c.is_ascii() || c.is_whitespace());
    let is_page = ["<!doctype html", "<html", "<table", "<meta", "<body", "<head"]
        .iter()
        .any(|tag| text.starts_with(tag))
        || text.starts_with('<') && text.contains("<html");
    if is_page {
        return Some(OtherFormat::Html);
    }
    if text.starts_with("<?xml") || text.starts_with('<') && text.contains("xmlns") {
        return Some(OtherFormat::Xml);
    }
    if text.starts_with('{') && text.contains('"') || text.starts_with("[{") {
        return Some(OtherFormat::Json);
    }
    let is_mail = ["mime-version:", "received:", "return-path:", "x-mozilla-status:", "from - "]
        .iter()
        .any(|field| text.starts_with(field) || text.contains(&format!("\n{field}")));
    is_mail.then_some(OtherFormat::Mail)
}

/// What a ZIP is, if it is no workbook.
pub(crate) fn of_zip(bytes: &[u8]) -> Option<OtherFormat> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut kind = String::new();
    if let Ok(part) = archive.by_name("mimetype") {
        part.take(200).read_to_string(&mut kind).ok()?;
    }
    let names = archive.file_names().flatten().map(|name| name.into_owned());
    let names: Vec<String> = names.collect();
    let under = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    if kind.contains("opendocument.spreadsheet") || under("xl/") {
        return None;
    }
    if kind.contains("opendocument.text") || under("word/") {
        return Some(OtherFormat::TextDocument);
    }
    if kind.contains("opendocument.") || under("ppt/") || under("visio/") {
        return Some(OtherFormat::Presentation);
    }
    let is = |part: &str| names.iter().any(|name| name == part);
    match under("Index/") || is("index.apxl") || is("Index.zip") {
        true => Some(OtherFormat::Numbers),
        // An empty one, or one whose parts are elsewhere, is left to the readers of workbooks.
        false => (!names.is_empty() && !under("[Content_Types]")).then_some(OtherFormat::Archive),
    }
}

/// What a compound file is, if it holds no sheets: the names of its streams are in UTF-16.
pub(crate) fn of_compound_file(bytes: &[u8]) -> Option<OtherFormat> {
    let wide = |name: &str| -> Vec<u8> { name.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let holds = |name: &str| has(bytes, &wide(name));
    if holds("Workbook") || holds("Book\0") || holds("EncryptedPackage") {
        return None;
    }
    if holds("__substg1.0_") {
        return Some(OtherFormat::Mail);
    }
    Some(match holds("WordDocument") {
        true => OtherFormat::TextDocument,
        false => OtherFormat::OldDocument,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_table_is_known_by_its_start() {
        for (bytes, expected) in [
            (&b"\xef\xbb\xbf<html xmlns:x=\"urn\"><table>"[..], Some(OtherFormat::Html)),
            (b"  <!DOCTYPE HTML>", Some(OtherFormat::Html)),
            (b"<?xml version=\"1.0\"?><html>", Some(OtherFormat::Html)),
            (b"<?xml version=\"1.0\"?><?mso-application?><Workbook>", Some(OtherFormat::Xml)),
            (b"[{\"uai\": 1}]", Some(OtherFormat::Json)),
            (b"From: a\r\nMIME-Version: 1.0\r\n", Some(OtherFormat::Mail)),
            (b"junk%PDF-1.4", Some(OtherFormat::Pdf)),
            (b"RIFF....WEBP", Some(OtherFormat::Image)),
            (b"UAI;Nom\n", None),
            (b"<5;b\n", None),
        ] {
            assert_eq!(of_bytes(bytes), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
