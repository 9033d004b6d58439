//! Whether each signature of a PDF is intact, and who vouches for its certificate.
//!
//! Uses [`crate::document`] to find signatures, [`crate::cms`] to verify them and [`crate::compare`]
//! to judge what was added after them. Everything is looked at that can be, so that a broken
//! signature still says whose it is.
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
