//! The CMS of a signature, found by its byte range.

use super::byte_range::{ByteRange, is_contents, range_numbers, split_padding};
use super::check::{ByteRangeError, SignatureCheck};
use super::context::VerificationContext;
use crate::document::objects::entry;
use lopdf::Dictionary;

/// The CMS of a signature, and what it covers.
pub(crate) struct SignatureContents {
    /// What the signature covers, if that can be told.
    pub range: Option<ByteRange>,
    /// The CMS; that of the dictionary where the hole cannot be trusted, which is good enough to say
    /// whose the signature was.
    pub cms: Option<Vec<u8>>,
    /// What was looked at.
    pub checks: Vec<SignatureCheck>,
}

impl SignatureContents {
    /// Reads them of a signature dictionary.
    pub(crate) fn read(context: &VerificationContext<'_>, signature: &Dictionary) -> Self {
        let document = context.document();
        let numbers = range_numbers(document, signature).ok_or(ByteRangeError::Missing);
        let range = match numbers.and_then(|numbers| ByteRange::new(context.file, numbers)) {
            Ok(range) => range,
            Err(error) => {
                let checks = vec![SignatureCheck::ByteRange(Err(error))];
                let hole = dictionary_contents(context, signature);
                return Self { range: None, cms: None, checks }.with_cms(&hole);
            }
        };
        let mut checks = vec![SignatureCheck::ByteRange(Ok(()))];
        // An encrypted file is decrypted when it is opened, its signatures too, although they are
        // not encrypted.
        let is_right =
            |hole: &Vec<u8>| context.pdf.encrypted || is_contents(document, signature, hole);
        let hole = range.hole_contents(context.file).filter(is_right);
        let hole = hole.unwrap_or_else(|| {
            checks.push(SignatureCheck::OtherContents);
            dictionary_contents(context, signature)
        });
        Self { range: Some(range), cms: None, checks }.with_cms(&hole)
    }

    /// Takes the CMS out of its padding.
    fn with_cms(mut self, hole: &[u8]) -> Self {
        let Some((cms, zeros_only)) = split_padding(hole) else {
            self.checks.push(SignatureCheck::CmsMissing);
            return self;
        };
        if !zeros_only {
            self.checks.push(SignatureCheck::HiddenPadding);
        }
        self.cms = Some(cms.to_vec());
        self
    }
}

/// The `/Contents` of a signature dictionary.
fn dictionary_contents(context: &VerificationContext<'_>, signature: &Dictionary) -> Vec<u8> {
    let contents = entry(context.document(), signature, b"Contents");
    contents.and_then(|contents| contents.as_str().ok()).unwrap_or_default().to_vec()
}
