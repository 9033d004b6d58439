//! Verifies every signature of a PDF.
//!
//! A value that cannot be read is a broken signature, never none.

use super::byte_range::range_numbers;
use super::check::SignatureCheck;
use super::context::VerificationContext;
use super::document_timestamp::DocumentTimestamp;
use super::file_checks::{file_checks, is_cut_off, usage_rights};
use super::person_signature::verify_person;
use super::report::{Signature, SignatureReport};
use super::unreachable::unreachable_signatures;
use crate::cms::trust_store::TrustStore;
use crate::document::form_fields::{FormField, form_fields};
use crate::document::objects::{dictionary_of, resolve};
use crate::document::open::open;
use crate::document::open_error::OpenError;
use crate::document::page_tree::page_tree;
use crate::document::signature_dictionary::is_document_timestamp;
use jiff::Timestamp;
use lopdf::{Dictionary, Document};

/// Most signatures that are verified.
const MAX_SIGNATURES: usize = 40;

/// A signature field that has a value, and the value where it is a dictionary.
struct SignedField<'a> {
    field: FormField<'a>,
    signature: Option<&'a Dictionary>,
}

/// Verifies every signature of a PDF.
///
/// `trust_store` holds those whom the caller trusts. `now` is used where no time is proven, and to
/// recognise times that lie ahead.
pub fn verify_signatures(
    pdf: &[u8],
    trust_store: &TrustStore,
    now: Timestamp,
) -> Result<SignatureReport, OpenError> {
    let opened = open(pdf)?;
    let document = &opened.document;
    let context = VerificationContext { file: pdf, pdf: &opened, trust_store, now };
    let mut checks = file_checks(&context);
    let signed = signed_fields(document);
    let mut accounted = usage_rights(&context);
    if !accounted.is_empty() {
        checks.push(SignatureCheck::UsageRights);
    }
    let ranges = signed.iter().filter_map(|signed| range_numbers(document, signed.signature?));
    accounted.extend(ranges);
    let (stamps, persons): (Vec<_>, Vec<_>) = signed.iter().partition(|signed| {
        signed.signature.is_some_and(|signature| is_document_timestamp(document, signature))
    });
    let mut timestamps = Vec::new();
    let mut broken_timestamps = Vec::new();
    for signature in stamps.iter().filter_map(|signed| signed.signature) {
        let result = DocumentTimestamp::verify(&context, signature);
        let token = result.as_ref().map(|timestamp| timestamp.token.clone());
        let check = SignatureCheck::DocumentTimestamp(token.map_err(Clone::clone));
        // What calls itself a time stamp and does not hold is a signature that is not intact.
        match result {
            Ok(timestamp) => timestamps.push(timestamp),
            Err(_) => broken_timestamps.push(Signature::broken(check.clone())),
        }
        checks.push(check);
    }
    let mut signatures: Vec<Signature> = persons
        .iter()
        .take(MAX_SIGNATURES)
        .map(|signed| verify_person(&context, &signed.field, signed.signature, &timestamps))
        .collect();
    signatures.extend(broken_timestamps);
    // A field whose value is unreadable and a range that no field leads to are the same signature.
    let unreadable = persons.iter().filter(|signed| signed.signature.is_none()).count();
    signatures.extend(unreachable_signatures(pdf, &accounted, unreadable, MAX_SIGNATURES));
    if signed.len() > MAX_SIGNATURES {
        signatures.push(Signature::broken(SignatureCheck::TooManySignatures));
    }
    signatures.sort_by_key(|signature| signature.covers);
    let pages = u32::try_from(page_tree(document).pages.len()).unwrap_or(u32::MAX);
    if pages == 0 {
        checks.push(SignatureCheck::NoPages);
    }
    let damaged = opened.damaged || is_cut_off(pdf);
    Ok(SignatureReport { pages, encrypted: opened.encrypted, damaged, signatures, checks })
}

/// The signature fields that have a value, one more than are verified at most.
fn signed_fields(document: &Document) -> Vec<SignedField<'_>> {
    form_fields(document)
        .into_iter()
        .filter(|field| field.field_type == b"Sig" && field.value.is_some())
        .take(MAX_SIGNATURES + 1)
        .map(|field| {
            let signature = field.value.and_then(|value| dictionary_of(resolve(document, value)));
            SignedField { field, signature }
        })
        .collect()
}
