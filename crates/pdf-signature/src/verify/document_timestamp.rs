//! Time stamps of the document (ISO 32000-2, 12.8.5).

use super::byte_range::ByteRange;
use super::check::{DocumentTimestampError, SignatureCheck};
use super::context::VerificationContext;
use super::signature_contents::SignatureContents;
use crate::cms::timestamp::{TimestampToken, verify_timestamp};
use lopdf::Dictionary;

/// A time stamp of the document that holds.
pub(crate) struct DocumentTimestamp {
    /// The signed byte range.
    pub range: ByteRange,
    /// The verified RFC 3161 token.
    pub token: TimestampToken,
}

impl DocumentTimestamp {
    /// Verifies one.
    pub(crate) fn verify(
        context: &VerificationContext<'_>,
        signature: &Dictionary,
    ) -> Result<Self, DocumentTimestampError> {
        let contents = SignatureContents::read(context, signature);
        let failed = contents.checks.into_iter().find(|check| !check.is_ok());
        let (range, cms) = match (failed, contents.range, contents.cms) {
            (None, Some(range), Some(cms)) => (range, cms),
            (failed, ..) => {
                let check = failed.unwrap_or(SignatureCheck::CmsMissing);
                return Err(DocumentTimestampError::Check(Box::new(check)));
            }
        };
        verify_timestamp(&cms, &range.signed_parts(context.file), context.trust_store)
            .map(|token| Self { range, token })
            .map_err(DocumentTimestampError::Token)
    }
}
