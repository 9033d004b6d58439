//! Answers two questions about a PDF that was sent and came back: is each signature in it intact,
//! and is its certificate trusted? Does it still show the document that was sent?
//!
//! [`verify_signatures`] answers the first one with a [`SignatureReport`], [`compare`] the second one
//! with a [`Comparison`]. A document that was changed before it was signed passes the first and fails
//! the second.
//!
//! Bytes in, values out: no clock, no file, no network (so no revocation of certificates). The file is
//! hostile; every walk through it is bounded, but one that is built for it may still take much memory
//! and time: use a process under limits. What was found is in [`details`] and has no sentences for
//! people. The README teaches the format.
//!
//! ```
//! use pdf_signature::{Integrity, OpenError, Trust, TrustStore, verify_signatures};
//!
//! fn is_signed(
//!     pdf: &[u8],
//!     roots: &[(String, Vec<u8>)],
//!     now: jiff::Timestamp,
//! ) -> Result<bool, OpenError> {
//!     let (trust_store, _problems) = TrustStore::read(roots);
//!     let report = verify_signatures(pdf, &trust_store, now)?;
//!     let good = report.signatures.iter().all(|signature| {
//!         signature.integrity == Integrity::Intact && signature.trust == Trust::Trusted
//!     });
//!     Ok(good && !report.signatures.is_empty())
//! }
//! assert_eq!(is_signed(b"no PDF", &[], jiff::Timestamp::UNIX_EPOCH), Err(OpenError::NotPdf));
//! ```

mod cms;
mod compare;
pub mod details;
mod document;
mod text;
mod time;
mod verify;

pub use cms::trust_store::TrustStore;
pub use compare::annotations::boxes::{BoxPurpose, FillableBox};
pub use compare::change::{ChangeKind, ChangeVerdict, DocumentChange};
pub use compare::comparison::{Comparison, compare};
pub use document::open_error::OpenError;
pub use verify::check::SignatureCheck;
pub use verify::report::{Integrity, Signature, SignatureReport, Trust};
pub use verify::verify_signatures::verify_signatures;
