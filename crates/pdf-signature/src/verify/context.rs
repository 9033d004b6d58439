//! What every signature of a file is verified with.

use crate::cms::trust_store::TrustStore;
use crate::document::open::OpenedPdf;
use jiff::Timestamp;
use lopdf::Document;

/// What every signature of a file is verified with.
pub(crate) struct VerificationContext<'a> {
    /// The bytes of the file.
    pub file: &'a [u8],
    /// The file, opened.
    pub pdf: &'a OpenedPdf,
    /// Whom the caller trusts.
    pub trust_store: &'a TrustStore,
    /// What time it is.
    pub now: Timestamp,
}

impl<'a> VerificationContext<'a> {
    /// The objects of the file.
    pub(crate) fn document(&self) -> &'a Document {
        &self.pdf.document
    }
}
