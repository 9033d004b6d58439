//! What is known of a PDF and its signatures, as values that may travel as JSON.

use super::check::{LaterChanges, SignatureCheck};
use super::later_changes::is_filled_field;
use jiff::Timestamp;
use page_area::PageArea;
use serde::{Deserialize, Serialize};

/// Whether what was signed is what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Integrity {
    /// Every rule holds, and nothing was added since that is not allowed.
    #[serde(rename = "ok")]
    Intact,
    /// One does not, or cannot be verified: [`Signature::checks`] says which.
    Broken,
}

/// Whether a certificate is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// A certificate of the trust store.
    Trusted,
    /// Not issued by an authority of the trust store.
    UnknownAuthority,
    /// A certificate of the trust store, but not for the time of the signature.
    Expired,
    /// SHA-1, or an RSA key below 2048 bits: it proves nothing, even with a trusted certificate.
    Weak,
}

/// One signature of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// Full name of its form field; empty for a signature that no field leads to.
    pub field: String,
    /// Common name of the certificate, or the best name there is; empty if there is none. On one
    /// line, at most 200 characters.
    pub signer: String,
    /// SHA-256 of the certificate's DER in hexadecimal; empty if there is none.
    pub fingerprint: String,
    /// SHA-256 of the public key in hexadecimal, the same in every certificate of one key; empty
    /// if there is none.
    pub key: String,
    /// Name of who issued the certificate, written like `signer`.
    pub issuer: String,
    /// When the signer says that it was made.
    pub claimed: Option<Timestamp>,
    /// When a time stamp of a trusted authority says that it existed.
    pub proven_time: Option<Timestamp>,
    /// When a time stamp of somebody else says so, which proves nothing.
    pub unproven_time: Option<Timestamp>,
    /// Whether what was signed is what is there.
    pub integrity: Integrity,
    /// Whether the certificate is trusted. Means nothing for a broken signature.
    pub trust: Trust,
    /// The authority that does.
    pub authority: Option<String>,
    /// For a certification, what it permits from then on: 1 nothing, 2 filling in and signing,
    /// 3 annotating too (ISO 32000-2, 12.8.2.2, table 257).
    pub certification: Option<u8>,
    /// Where what it signs ends, in bytes from the start of the file.
    pub covers: u64,
    /// Where pages show it, without labels; nowhere for an invisible one.
    pub places: Vec<PageArea>,
    /// Everything that was looked at.
    pub checks: Vec<SignatureCheck>,
}

impl Signature {
    /// Whether an empty text field was filled in behind what it covers.
    pub fn is_filled_in_afterwards(&self) -> bool {
        self.checks.iter().any(|check| match check {
            SignatureCheck::LaterChanges(LaterChanges::Harmless { changes, .. }) => {
                changes.iter().any(is_filled_field)
            }
            _ => false,
        })
    }

    /// A signature before its verification.
    pub(crate) fn unverified(field: &str) -> Self {
        Self {
            field: field.to_owned(),
            signer: String::new(),
            fingerprint: String::new(),
            key: String::new(),
            issuer: String::new(),
            claimed: None,
            proven_time: None,
            unproven_time: None,
            integrity: Integrity::Broken,
            trust: Trust::UnknownAuthority,
            authority: None,
            certification: None,
            covers: 0,
            places: Vec::new(),
            checks: Vec::new(),
        }
    }

    /// A broken signature whose other properties are unknown.
    pub(crate) fn broken(check: SignatureCheck) -> Self {
        Self { checks: vec![check], ..Self::unverified("") }
    }
}

/// What is known of a PDF and its signatures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignatureReport {
    /// How many pages it has.
    pub pages: u32,
    /// It is encrypted, but opens without a password.
    pub encrypted: bool,
    /// Its cross-reference table had to be rebuilt, or its end is missing.
    pub damaged: bool,
    /// The signatures of persons, in the order of what they cover. Time stamps are in `checks`.
    pub signatures: Vec<Signature>,
    /// What was looked at in the file as a whole.
    pub checks: Vec<SignatureCheck>,
}
