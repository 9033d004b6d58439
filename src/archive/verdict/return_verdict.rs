//! The verdict on what came back: the words of the ledger and the JSON, and their French.

use serde::{Deserialize, Serialize};

/// What a file is, or one letter in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnVerdict {
    /// Every signature is intact, and the content is what was sent.
    Signed,
    /// The letter as it was sent, with no signature.
    UnsignedCopy,
    /// A revision that another one has replaced.
    Superseded,
    /// Images of the pages of a known letter: a person has to look at them.
    Scanned,
    /// A known letter whose content is not what was sent, or with a broken signature.
    Altered,
    /// No letter was recognised in it.
    Unknown,
    /// It could not be examined.
    Unreadable,
    /// The same octets were filed before.
    Duplicate,
}

impl ReturnVerdict {
    /// The word of the ledger, the same as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::UnsignedCopy => "unsigned-copy",
            Self::Superseded => "superseded",
            Self::Scanned => "scanned",
            Self::Altered => "altered",
            Self::Unknown => "unknown",
            Self::Unreadable => "unreadable",
            Self::Duplicate => "duplicate",
        }
    }

    /// What a person reads, for one file and for several.
    pub fn french(self) -> (&'static str, &'static str) {
        match self {
            Self::Signed => ("signé", "signés"),
            Self::UnsignedCopy => ("copie sans signature", "copies sans signature"),
            Self::Superseded => ("d'une version remplacée", "d'une version remplacée"),
            Self::Scanned => ("numérisé (à relire)", "numérisés (à relire)"),
            Self::Altered => ("modifié", "modifiés"),
            Self::Unknown => ("non reconnu", "non reconnus"),
            Self::Unreadable => ("illisible par missive", "illisibles par missive"),
            Self::Duplicate => ("déjà archivé", "déjà archivés"),
        }
    }

    /// Whether a person has to do something about it.
    pub fn needs_a_person(self) -> bool {
        matches!(self, Self::Scanned | Self::Altered | Self::Unknown | Self::Unreadable)
    }
}
