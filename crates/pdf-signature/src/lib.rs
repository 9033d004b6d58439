#![doc = include_str!("../README.md")]

mod cms;
mod compare;
pub mod details;
mod document;
mod text;
mod time;
mod verify;

pub use cms::trust_store::TrustStore;
pub use compare::annotations::boxes::{BoxPurpose, FillableBox};
pub use compare::change::{ChangeKind, DocumentChange};
pub use compare::comparison::{Comparison, compare};
pub use document::open_error::OpenError;
pub use verify::check::SignatureCheck;
pub use verify::report::{Integrity, Signature, SignatureReport, Trust};
pub use verify::verify_signatures::verify_signatures;
