//! A signature of a returned file as the ledger keeps it, in `received.findings`.
//!
//! The keys are those of all ledgers since the first returns were taken in: they never change, whatever
//! the engine calls its values.

use super::check::Check;
use super::wording::signature_checks;
use jiff::Timestamp;
use page_area::PageArea;
use pdf_signature::{Integrity, Signature, Trust};
use serde::Serialize;

/// A signature as it is kept.
#[derive(Clone, Debug, Serialize)]
pub struct StoredSignature<'a> {
    field: &'a str,
    signer: &'a str,
    fingerprint: &'a str,
    key: &'a str,
    issuer: &'a str,
    claimed: Option<Timestamp>,
    stamped: Option<Timestamp>,
    stamp_unproven: Option<Timestamp>,
    integrity: Integrity,
    trust: Trust,
    authority: Option<&'a str>,
    certification: Option<u8>,
    covers: u64,
    places: &'a [PageArea],
    checks: Vec<Check>,
}

impl<'a> StoredSignature<'a> {
    /// What is kept of a signature.
    pub fn of(signature: &'a Signature) -> Self {
        Self {
            field: &signature.field,
            signer: &signature.signer,
            fingerprint: &signature.fingerprint,
            key: &signature.key,
            issuer: &signature.issuer,
            claimed: signature.claimed,
            stamped: signature.proven_time,
            stamp_unproven: signature.unproven_time,
            integrity: signature.integrity,
            trust: signature.trust,
            authority: signature.authority.as_deref(),
            certification: signature.certification,
            covers: signature.covers,
            places: &signature.places,
            checks: signature.checks.iter().map(signature_checks::check).collect(),
        }
    }
}
