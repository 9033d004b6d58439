//! Whether each signature of a PDF is intact, and whether its certificate is trusted.
//!
//! Uses [`crate::document`] to find signatures, [`crate::cms`] to verify them and
//! [`crate::compare`] to judge what was added after them. As much as possible is checked, so that a
//! broken signature still names its signer.
//!
//! Start at [`verify_signatures`].

pub(crate) mod byte_range;
pub(crate) mod check;
pub(crate) mod context;
pub(crate) mod doc_mdp;
pub(crate) mod document_timestamp;
pub(crate) mod file_checks;
pub(crate) mod later_changes;
pub(crate) mod person_signature;
pub(crate) mod report;
pub(crate) mod signature_contents;
pub(crate) mod trust;
pub(crate) mod unreachable;
pub(crate) mod verify_signatures;
