//! Why a file can be read in several ways: where, and what is wrong there.

use serde::{Deserialize, Serialize};

/// A place where two readers could see two things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ambiguity {
    /// Offset in the file, in bytes.
    pub offset: usize,
    /// What is wrong there.
    pub cause: AmbiguityCause,
}

/// What is wrong. Numbers are those of objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AmbiguityCause {
    /// The file does not begin with a `%PDF-` header.
    Header,
    /// Something that is not written as an object must be.
    Syntax,
    /// A key that stands twice in one dictionary.
    DuplicateKey(String),
    /// A stream that has another length than it says, or data in another file.
    StreamLength(u32),
    /// A cross-reference table that cannot be read, or that is not at its offset.
    XrefTable,
    /// Two cross-reference tables at once (7.5.8.4): readers take one or the other.
    HybridXref,
    /// A number that one table lists twice.
    ListedTwice(u32),
    /// A number whose object is not at its offset, or has another number there.
    Misplaced(u32),
    /// An object that no table lists.
    Unlisted(u32),
    /// An object whose generation changed, or a reference to another generation.
    Generation(u32),
    /// An object that a later table takes away.
    Freed(u32),
    /// An entry of a trailer that a program has no reason to add or change.
    TrailerEntry(String),
    /// So many bytes that belong to no object and no table.
    Unclaimed(usize),
    /// A keyword of PDF's syntax where no object and no table begins or ends. Readers that repair
    /// files find objects by them.
    StrayKeyword,
    /// More tables or objects than are looked at.
    TooMany,
}
