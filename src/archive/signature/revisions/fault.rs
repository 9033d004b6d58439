//! Why a file cannot be read strictly: where, and what is wrong.

use std::fmt;

/// A place where two readers could see two things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Fault {
    /// Offset in the file, in octets.
    pub at: usize,
    /// What is wrong there.
    pub what: What,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum What {
    /// It does not begin with `%PDF-`.
    Header,
    /// Something that is not written as an object must be.
    Syntax,
    /// A key that stands twice in one dictionary.
    DoubleKey(Vec<u8>),
    /// A stream whose length is not what is said, or whose data lie elsewhere.
    Stream(u32),
    /// A table that cannot be read, or that is not where it is said to be.
    Table,
    /// A table of two kinds at once (7.5.8.4), of which readers take one or the other.
    Hybrid,
    /// A number that a table lists twice.
    Twice(u32),
    /// A number whose object is not where the table says, or has another number there.
    Elsewhere(u32),
    /// An object that no table lists.
    Unlisted(u32),
    /// An object whose generation changed, or a reference to another generation.
    Generation(u32),
    /// An object taken away by a later table.
    Freed(u32),
    /// An entry of a later trailer that nobody has a reason to add or change.
    Trailer(Vec<u8>),
    /// Octets that belong to no object and no table.
    Free(usize),
    /// A word of PDF's syntax where no object and no table begins or ends: readers that repair files
    /// find objects by them.
    Echo,
    /// More tables or objects than are looked at.
    TooMany,
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = String::from_utf8_lossy;
        match &self.what {
            What::Header => write!(to, "le fichier ne commence pas par « %PDF- »")?,
            What::Syntax => write!(to, "un objet est mal écrit")?,
            What::DoubleKey(key) => {
                write!(to, "l'entrée « {} » est écrite deux fois", text(key).escape_debug())?;
            }
            What::Stream(number) => {
                write!(to, "l'objet {number} n'a pas la longueur qu'il annonce")?;
            }
            What::Table => write!(to, "la table des objets est illisible ou n'est pas à sa place")?,
            What::Hybrid => write!(to, "le fichier a deux tables d'objets à la fois")?,
            What::Twice(number) => write!(to, "la table donne deux fois l'objet {number}")?,
            What::Elsewhere(number) => {
                write!(to, "l'objet {number} n'est pas là où la table le dit")?;
            }
            What::Unlisted(number) => write!(to, "l'objet {number} n'est dans aucune table")?,
            What::Generation(number) => {
                write!(to, "l'objet {number} a changé de numéro de génération")?;
            }
            What::Freed(number) => write!(to, "l'objet {number} a été retiré de la table")?,
            What::Trailer(key) => {
                let key = text(key);
                write!(to, "l'entrée « {} » de la table a changé", key.escape_debug())?;
            }
            What::Free(count) => write!(to, "{count} octets n'appartiennent à aucun objet")?,
            What::Echo => write!(to, "un morceau de PDF est caché dans un autre")?,
            What::TooMany => write!(to, "il y a trop d'objets ou de tables")?,
        }
        write!(to, " (octet {})", self.at)
    }
}
