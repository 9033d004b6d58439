//! A PDF read as the revisions it was written in (ISO 32000-2, 7.5.6), strictly: every byte belongs
//! to an object that the table of its revision lists once, under its own number, and every entry of
//! a table leads to its object.
//!
//! Readers of PDF repair what is wrong, each in its own way. A file in which they could see
//! different objects under one number proves nothing to a person who looks at it with one of them;
//! it is reported as an [`ambiguity::Ambiguity`]. Must not know signatures.
//!
//! Start at [`history`]; [`reader`] reads one revision after the other, from the tables of
//! [`xref_chain`].

pub(crate) mod ambiguity;
pub(crate) mod cursor;
pub(crate) mod file_end;
pub(crate) mod history;
pub(crate) mod indirect_object;
pub(crate) mod keywords;
pub(crate) mod reader;
pub(crate) mod references;
pub(crate) mod revision;
pub(crate) mod trailer;
pub(crate) mod xref;
pub(crate) mod xref_chain;

#[cfg(test)]
mod tests;
