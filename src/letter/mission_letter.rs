//! One letter that a campaign calls for.

use super::reference::Reference;
use crate::diagnostic::Span;
use crate::records::people::{Assignment, Establishment, Referent};

/// A letter: for one school and, but for a letter with a blank for the name, one referent.
#[derive(Clone, Debug)]
pub struct Letter<'r> {
    /// Reference of the letter.
    pub reference: Reference,
    /// The record of the school.
    pub establishment: &'r Establishment,
    /// The referent and the assignment; absent for a letter with a blank for the name.
    pub referent: Option<(&'r Referent, &'r Assignment)>,
    /// What keeps it from being sent.
    pub blocked: Option<Block>,
}

impl Letter<'_> {
    /// Whether it is made, but not sent.
    pub fn is_blocked(&self) -> bool {
        self.blocked.is_some()
    }

    /// The place of the record that a person would correct.
    pub fn place(&self) -> Span {
        self.referent.map_or(self.establishment.place, |(_, assignment)| assignment.place)
    }

    /// The name of the PDF in `out/<campaign>/letters/`.
    pub fn file_name(&self) -> String {
        format!("{}.pdf", self.reference)
    }
}

/// Why a letter is made, but not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// The school has no address.
    NoAddress,
    /// The address lies outside the allowed domains, and nobody said why.
    ForeignDomain,
}

impl Block {
    /// Stable code, for JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoAddress => "no-address",
            Self::ForeignDomain => "foreign-domain",
        }
    }

    /// What a person reads.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoAddress => "l'établissement n'a pas d'adresse électronique",
            Self::ForeignDomain => "l'adresse est hors des domaines permis",
        }
    }
}
