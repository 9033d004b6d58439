//! A detached CMS signature (RFC 5652) over bytes: its digest, its value, its certificate and the
//! path to a trusted one, its time stamp.
//!
//! Must not know PDF: it is given the bytes of a `SignedData` and the bytes that were signed.
//!
//! Start at [`signed_data`]; [`certification_path`] looks for a path to the [`trust_store`],
//! [`timestamp`] verifies an RFC 3161 token.

pub(crate) mod ber;
pub(crate) mod certificate;
pub(crate) mod certification_path;
pub(crate) mod checks;
pub(crate) mod digest;
pub(crate) mod ecdsa_p521;
pub(crate) mod purpose;
pub(crate) mod rsa_pss;
pub(crate) mod signature_value;
pub(crate) mod signed_data;
pub(crate) mod timestamp;
pub(crate) mod trust_store;
