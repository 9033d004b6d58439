//! How a file was read.

use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileFormat {
    /// Delimited text (CSV, TSV).
    Text {
        /// How its characters are written.
        encoding: TextEncoding,
        /// What stands between its cells.
        separator: Separator,
    },
    /// Excel 97 to 2003.
    Xls,
    /// Excel since 2007 (Office Open XML).
    Xlsx,
    /// Excel's binary form of XLSX.
    Xlsb,
    /// LibreOffice (OpenDocument).
    Ods,
}

/// How the characters of a text file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextEncoding {
    /// UTF-8, with or without its byte order mark.
    Utf8,
    /// UTF-8 in which a few octets are lost; U+FFFD stands for them.
    DamagedUtf8,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// Windows-1252: any text that is not one of the others.
    Windows1252,
    /// ISO-8859-15, as Unix servers write it: "œ" and "€" stand elsewhere than in Windows-1252.
    Iso8859_15,
    /// Code page 850, as "CSV (MS-DOS)" writes it.
    CodePage850,
    /// Mac OS Roman, as "CSV (Macintosh)" writes it.
    MacRoman,
}

/// What stands between the cells of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Separator {
    /// `;`
    Semicolon,
    /// U+0009
    Tab,
    /// `,`
    Comma,
    /// `|`
    Pipe,
}

impl Separator {
    /// In order of preference when two fit equally well.
    pub(crate) const ALL: [Self; 4] = [Self::Semicolon, Self::Tab, Self::Comma, Self::Pipe];

    pub(crate) fn octet(self) -> u8 {
        match self {
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Comma => b',',
            Self::Pipe => b'|',
        }
    }
}
