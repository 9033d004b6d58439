//! What a signature dictionary says of itself (ISO 32000-2, 12.8.1, table 255).

use super::objects::name_entry;
use lopdf::{Dictionary, Document};

/// Whether a signature is a time stamp of the document (12.8.5).
pub(crate) fn is_document_timestamp(document: &Document, signature: &Dictionary) -> bool {
    name_entry(document, signature, b"Type") == Some(b"DocTimeStamp")
        || name_entry(document, signature, b"SubFilter") == Some(b"ETSI.RFC3161")
}
