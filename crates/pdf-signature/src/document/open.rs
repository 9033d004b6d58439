//! Opens a PDF: decrypts it where no password is needed, and reads its revisions strictly.

use super::limits::MAX_STREAM_BYTES;
use super::open_error::OpenError;
use super::revisions::ambiguity::Ambiguity;
use super::revisions::history::Revisions;
use lopdf::{Document, LoadOptions};

/// An opened PDF.
#[derive(Debug)]
pub(crate) struct OpenedPdf {
    /// Its objects, decrypted.
    pub document: Document,
    /// Whether they had to be decrypted.
    pub encrypted: bool,
    /// Whether its cross-reference table had to be rebuilt.
    pub damaged: bool,
    /// The revisions that it was written in, or why readers could see different objects in it.
    pub revisions: Result<Revisions, Ambiguity>,
}

/// Opens a PDF that needs no password.
pub(crate) fn open(bytes: &[u8]) -> Result<OpenedPdf, OpenError> {
    if !bytes.windows(5).any(|window| window == b"%PDF-") {
        return Err(OpenError::NotPdf);
    }
    let options = LoadOptions::with_max_decompressed_size(MAX_STREAM_BYTES);
    let document =
        Document::load_mem_with_options(bytes, options).map_err(|_| OpenError::Damaged)?;
    if document.is_encrypted() && document.encryption_state.is_none() {
        return Err(OpenError::Encrypted);
    }
    if document.catalog().is_err() {
        return Err(OpenError::Damaged);
    }
    let encrypted = document.was_encrypted() || document.encryption_state.is_some();
    let damaged = document.xref_recovery.is_some();
    let revisions = Revisions::read(bytes, document.encryption_state.as_ref());
    // A file that can be read in one way only is compared as its tables list it.
    let document = match &revisions {
        Ok(revisions) => revisions.document(revisions.len()),
        Err(_) => document,
    };
    Ok(OpenedPdf { document, encrypted, damaged, revisions })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pdf_is_told_apart_from_a_damaged_one() {
        assert_eq!(open(b"").unwrap_err(), OpenError::NotPdf);
        assert_eq!(open(b"PK\x03\x04").unwrap_err(), OpenError::NotPdf);
        assert_eq!(open(b"%PDF-1.7\n%%EOF").unwrap_err(), OpenError::Damaged);
    }
}
