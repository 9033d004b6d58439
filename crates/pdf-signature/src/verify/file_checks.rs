//! What is looked at in a file as a whole.

use super::byte_range::{RangeNumbers, position, range_numbers};
use super::check::SignatureCheck;
use super::context::VerificationContext;
use crate::document::objects::dictionary_entry;

/// The last `%%EOF` must stand within so many bytes of the end.
const END_LENGTH: usize = 1024;

/// Whether the end of the file is missing.
pub(crate) fn is_cut_off(file: &[u8]) -> bool {
    let text = file.trim_ascii_end();
    let tail = text.get(text.len().saturating_sub(END_LENGTH)..).unwrap_or_default();
    position(tail, b"%%EOF").is_none()
}

/// What is to be said of the file before its signatures.
pub(crate) fn file_checks(context: &VerificationContext<'_>) -> Vec<SignatureCheck> {
    [
        (context.pdf.encrypted, SignatureCheck::Encrypted),
        (context.pdf.damaged, SignatureCheck::RebuiltXref),
        (is_cut_off(context.file), SignatureCheck::EndMissing),
    ]
    .into_iter()
    .filter_map(|(holds, check)| holds.then_some(check))
    .collect()
}

/// Byte ranges of the signatures by which Acrobat lets its free reader annotate the file (ISO
/// 32000-2, 12.8.2.3). They are nobody's.
pub(crate) fn usage_rights(context: &VerificationContext<'_>) -> Vec<RangeNumbers> {
    let document = context.document();
    let catalog = document.catalog().ok();
    let permissions = catalog.and_then(|catalog| dictionary_entry(document, catalog, b"Perms"));
    [&b"UR3"[..], b"UR"]
        .iter()
        .filter_map(|key| dictionary_entry(document, permissions?, key))
        .filter_map(|signature| range_numbers(document, signature))
        .collect()
}
