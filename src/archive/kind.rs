//! What a received file is, from its first octets; its name says nothing.

use serde::{Deserialize, Serialize};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
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
    /// A word processor's file: .docx, .odt, .doc.
    Word,
    /// A mail as Outlook keeps it: .msg.
    Outlook,
    /// HEIC, as some telephones take pictures.
    Heic,
    /// Nothing at all.
    Empty,
    /// Something else.
    Other,
}

impl Kind {
    const ALL: [Self; 12] = [
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

    /// The word of the ledger.
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

    /// The kind that a word names.
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).unwrap_or(Self::Other)
    }

    /// The ending a file of this kind gets in the archive.
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

    /// Why a file of this kind is for a person.
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

    /// What some octets are.
    pub fn of(bytes: &[u8]) -> Self {
        let starts = |magic: &[u8]| bytes.starts_with(magic);
        let head = bytes.get(..1024).unwrap_or(bytes);
        let holds = |word: &[u8]| head.windows(word.len()).any(|own| own == word);
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
            let word = [&b"word/"[..], b"[Content_Types].xml", b"application/vnd.oasis"];
            return if word.iter().any(|own| holds(own)) { Self::Word } else { Self::Zip };
        }
        if starts(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
            // Both are compound files; the names of a mail's streams are in UTF-16.
            let name: Vec<u8> = "__substg1.0_".encode_utf16().flat_map(u16::to_le_bytes).collect();
            let mail = bytes.windows(name.len()).any(|own| own == name);
            return if mail { Self::Outlook } else { Self::Word };
        }
        if bytes.get(4..8) == Some(b"ftyp") {
            let brands: [&[u8]; 5] = [b"heic", b"heix", b"mif1", b"msf1", b"hevc"];
            let brand = bytes.get(8..12).unwrap_or_default();
            return if brands.contains(&brand) { Self::Heic } else { Self::Other };
        }
        if starts(b"{\\rtf") {
            return Self::Word;
        }
        if starts(b"From ") && has_header(head.split(|byte| *byte == b'\n').skip(1)) {
            return Self::Mailbox;
        }
        if has_header(head.split(|byte| *byte == b'\n')) {
            return Self::Mail;
        }
        if holds(b"%PDF-") {
            // Some gateways put a few octets before it; readers take up to 1,024.
            return Self::Pdf;
        }
        Self::Other
    }
}

/// Whether the first lines are those of a mail.
fn has_header<'a>(lines: impl Iterator<Item = &'a [u8]>) -> bool {
    const NAMES: [&str; 12] = [
        "received",
        "return-path",
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "delivered-to",
        "x-unsent",
        "dkim-signature",
        "content-type",
    ];
    let mut known = 0;
    for line in lines.take(40) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first().is_some_and(|byte| *byte == b' ' || *byte == b'\t') {
            continue;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { break };
        let name = String::from_utf8_lossy(line.get(..colon).unwrap_or_default()).to_lowercase();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            break;
        }
        known += usize::from(NAMES.contains(&name.as_str()));
    }
    known >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_octets_say() {
        for (bytes, kind) in [
            (&b""[..], Kind::Empty),
            (b"%PDF-1.7\n", Kind::Pdf),
            (b"\r\n\r\n%PDF-1.7", Kind::Pdf),
            (b"\xff\xd8\xff\xe0", Kind::Jpeg),
            (b"PK\x03\x04....lettre.pdf", Kind::Zip),
            (b"PK\x03\x04....[Content_Types].xml", Kind::Word),
            (b"From: a@b\r\nTo: c@d\r\nSubject: x\r\n\r\nbonjour", Kind::Mail),
            (b"From a@b Tue Nov 24\nFrom: a@b\nSubject: x\n\n", Kind::Mailbox),
            (b"From: only one", Kind::Other),
            (b"bonjour", Kind::Other),
            (b"....ftypheic", Kind::Heic),
        ] {
            assert_eq!(Kind::of(bytes), kind, "{}", String::from_utf8_lossy(bytes));
        }
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.as_str()), kind);
        }
    }
}
