//! The kind of a received file, found from its octets; its name is not used.
//!
//! Pure, and its time is bounded by the length of its input. It recognises and does not check: a file
//! that begins like a PDF may be damaged further on. Next: `intake`, which opens files that hold others.

use serde::{Deserialize, Serialize};

/// Octets in which readers search the header of a PDF (ISO 32000-1, annex H, note 13).
const PDF_HEADER: usize = 1024;
/// Octets in which the header of a mail is searched: trace fields and signatures come first.
const MAIL_HEADER: usize = 16 * 1024;
/// Lines in which the header of a mail is searched.
const MAIL_HEADER_LINES: usize = 200;
/// Longest end of a ZIP archive: its record and a comment (APPNOTE 4.3.16).
const ZIP_END: usize = 22 + 65_535;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// PDF (ISO 32000).
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// TIFF, one or several pages.
    Tiff,
    /// One mail (RFC 5322).
    Mail,
    /// Several mails in one file (RFC 4155).
    Mailbox,
    /// A ZIP archive.
    Zip,
    /// A word processor's file: .docx, .odt, .doc, .rtf.
    Word,
    /// A mail as Outlook keeps it: .msg (MS-OXMSG).
    Outlook,
    /// HEIC, as some telephones take pictures.
    Heic,
    /// Nothing at all.
    Empty,
    /// Something else.
    Other,
}

impl FileKind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::Pdf,
        Self::Jpeg,
        Self::Png,
        Self::Tiff,
        Self::Mail,
        Self::Mailbox,
        Self::Zip,
        Self::Word,
        Self::Outlook,
        Self::Heic,
        Self::Empty,
        Self::Other,
    ];

    /// The word of the ledger, the same as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Tiff => "tiff",
            Self::Mail => "mail",
            Self::Mailbox => "mailbox",
            Self::Zip => "zip",
            Self::Word => "word",
            Self::Outlook => "outlook",
            Self::Heic => "heic",
            Self::Empty => "empty",
            Self::Other => "other",
        }
    }

    /// The kind for a word of the ledger; [`FileKind::Other`] for an unknown word.
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).unwrap_or(Self::Other)
    }

    /// Its French name, without an article.
    pub fn french(self) -> &'static str {
        match self {
            Self::Pdf => "document PDF",
            Self::Jpeg => "image JPEG",
            Self::Png => "image PNG",
            Self::Tiff => "image TIFF",
            Self::Mail => "message électronique",
            Self::Mailbox => "boîte de messages",
            Self::Zip => "archive ZIP",
            Self::Word => "document de traitement de texte",
            Self::Outlook => "message au format d'Outlook (.msg)",
            Self::Heic => "photo HEIC",
            Self::Empty => "fichier vide",
            Self::Other => "fichier d'un autre type",
        }
    }

    /// The extension of such a file in the archive.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Tiff => "tif",
            Self::Mail => "eml",
            Self::Mailbox => "mbox",
            Self::Zip => "zip",
            Self::Word => "doc",
            Self::Outlook => "msg",
            Self::Heic => "heic",
            Self::Empty | Self::Other => "bin",
        }
    }

    /// In French, why a person has to look at a file of this kind.
    pub fn why_a_person(self) -> &'static str {
        match self {
            Self::Mail => "message sans pièce jointe utilisable : à lire",
            Self::Word => {
                "document de traitement de texte : à ouvrir, et demander un PDF ou une copie numérisée"
            }
            Self::Outlook => {
                "message au format d'Outlook (.msg) : l'enregistrer en .eml et l'ajouter de nouveau"
            }
            Self::Heic => {
                "photo HEIC, que missive ne lit pas : la convertir en JPEG et l'ajouter de nouveau"
            }
            Self::Empty => "fichier vide",
            Self::Zip => "archive ZIP illisible ou trop grande",
            Self::Mailbox => "boîte de messages illisible",
            _ => "type de fichier que missive ne lit pas : à ouvrir",
        }
    }

    /// The kind of a file. Its start is enough, except for office files, which need the whole.
    ///
    /// A file that begins as one kind is of that kind, even if it could be read as another one too
    /// ([`FileKind::also`]).
    pub fn of(bytes: &[u8]) -> Self {
        let starts = |magic: &[u8]| bytes.starts_with(magic);
        if bytes.is_empty() {
            return Self::Empty;
        }
        if starts(b"%PDF-") {
            return Self::Pdf;
        }
        if starts(&[0xff, 0xd8, 0xff]) {
            return Self::Jpeg;
        }
        if starts(b"\x89PNG\r\n\x1a\n") {
            return Self::Png;
        }
        if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
            return Self::Tiff;
        }
        if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
            return package(bytes);
        }
        if starts(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
            return compound(bytes);
        }
        if bytes.get(4..8) == Some(b"ftyp") {
            let brands = [*b"heic", *b"heix", *b"heim", *b"heis", *b"hevc", *b"mif1", *b"msf1"];
            let known = brands.iter().any(|brand| bytes.get(8..12) == Some(brand));
            return if known { Self::Heic } else { Self::Other };
        }
        if starts(b"{\\rtf") {
            return Self::Word;
        }
        let text = bytes.get(..MAIL_HEADER).unwrap_or(bytes);
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
        if text.starts_with(b"From ") && has_header(text.split(|byte| *byte == b'\n').skip(1)) {
            return Self::Mailbox;
        }
        // Before PDF: a mail may contain a PDF as plain octets.
        if has_header(text.split(|byte| *byte == b'\n')) {
            return Self::Mail;
        }
        if holds_pdf(bytes) { Self::Pdf } else { Self::Other }
    }

    /// The kind that another program could take the same octets for: a PDF that is a ZIP archive too, an
    /// image with the header of a PDF in its first octets. None for nearly all files.
    ///
    /// None for mails and archives, which hold other files by their nature.
    pub fn also(bytes: &[u8]) -> Option<Self> {
        let kind = Self::of(bytes);
        if matches!(kind, Self::Mail | Self::Mailbox | Self::Zip | Self::Empty) {
            return None;
        }
        if kind != Self::Pdf && holds_pdf(bytes) {
            return Some(Self::Pdf);
        }
        (!bytes.starts_with(b"PK") && ends_as_zip(bytes)).then_some(Self::Zip)
    }
}

fn find(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

fn holds_pdf(bytes: &[u8]) -> bool {
    // The five octets of the header may begin at the last place where readers search.
    find(bytes.get(..PDF_HEADER + 5).unwrap_or(bytes), b"%PDF-")
}

/// Whether the end record of an archive closes the file (APPNOTE 4.3.16), with at least one entry.
fn ends_as_zip(bytes: &[u8]) -> bool {
    let start = bytes.len().saturating_sub(ZIP_END);
    let tail = bytes.get(start..).unwrap_or_default();
    let two = |record: &[u8], at: usize| -> usize {
        record
            .get(at..at + 2)
            .map_or(0, |octets| octets.iter().rev().fold(0, |n, b| n << 8 | usize::from(*b)))
    };
    tail.windows(22).enumerate().any(|(at, record)| {
        record.starts_with(b"PK\x05\x06")
            && two(record, 10) > 0
            && at + 22 + two(record, 20) == tail.len()
    })
}

/// A ZIP archive, or an office file that is one: those begin with entries of fixed names
/// (ECMA-376-2, 10.2; ODF 1.2-3, 3.3).
fn package(bytes: &[u8]) -> FileKind {
    let length = |at: usize| -> usize {
        match bytes.get(at..at + 2) {
            Some([low, high]) => usize::from(*low) | usize::from(*high) << 8,
            _ => 0,
        }
    };
    let name = bytes.get(30..30 + length(26)).unwrap_or_default();
    if name == b"mimetype" {
        let content = bytes.get(30 + length(26) + length(28)..).unwrap_or_default();
        let text = content.starts_with(b"application/vnd.oasis.opendocument.text");
        // Some programs compress this entry, against the rule.
        let inside = find(bytes, b"META-INF/manifest.xml") || find(bytes, b"content.xml");
        let packed = length(8) != 0 && inside;
        return if text || packed { FileKind::Word } else { FileKind::Other };
    }
    let starts = [&b"[Content_Types].xml"[..], b"_rels/", b"docProps/", b"word/", b"customXml/"];
    if !starts.iter().any(|start| name.starts_with(start)) || !find(bytes, b"[Content_Types].xml") {
        return FileKind::Zip;
    }
    match find(bytes, b"word/document") {
        true => FileKind::Word,
        false if find(bytes, b"xl/workbook") || find(bytes, b"ppt/presentation") => FileKind::Other,
        false => FileKind::Zip,
    }
}

/// A compound file (MS-CFB): what it holds is said by the class of its root, or by the names of
/// its streams, which are in UTF-16.
fn compound(bytes: &[u8]) -> FileKind {
    let four = |at: usize| -> Option<usize> {
        let octets: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(octets)).ok()
    };
    // The class is 80 octets into the first entry of the first directory sector (2.6.1).
    let size = if bytes.get(30) == Some(&12) { 4096 } else { 512 };
    let root = four(48).and_then(|at| at.checked_add(1)?.checked_mul(size));
    let class = root.and_then(|at| four(at.checked_add(80)?));
    let names = |word: &str| {
        let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
        find(bytes, &wide)
    };
    match class {
        Some(0x0002_0d0b) => FileKind::Outlook,
        Some(0x0002_0906) => FileKind::Word,
        // Before Word: a mail may contain a Word file.
        _ if names("__properties_version1.0") || names("__substg1.0_") => FileKind::Outlook,
        _ if names("WordDocument") => FileKind::Word,
        _ => FileKind::Other,
    }
}

/// Whether the first lines are those of a mail (RFC 5322, 2.2): fields only, two of them well known
/// and one that says where the mail comes from.
fn has_header<'a>(lines: impl Iterator<Item = &'a [u8]>) -> bool {
    const ORIGIN: [&[u8]; 8] = [
        b"received",
        b"return-path",
        b"delivered-to",
        b"from",
        b"date",
        b"message-id",
        b"subject",
        b"to",
    ];
    const OTHER: [&[u8]; 6] = [
        b"mime-version",
        b"content-type",
        b"x-unsent",
        b"x-mozilla-status",
        b"dkim-signature",
        b"reply-to",
    ];
    let (mut origin, mut known) = (0, 0);
    for line in lines.take(MAIL_HEADER_LINES) {
        if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            continue;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { break };
        let name = line.get(..colon).unwrap_or_default().trim_ascii_end().to_ascii_lowercase();
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            break;
        }
        origin += usize::from(ORIGIN.contains(&name.as_slice()));
        known += usize::from(OTHER.contains(&name.as_slice()));
    }
    origin > 0 && origin + known > 1
}

#[cfg(test)]
mod tests;
