//! What comes back: taken in, recognised, compared with the bytes that were sent, and kept.
//!
//! Returned files are hostile. [`intake`] opens what holds other files, within bounds; [`examiner`] asks a
//! child process under limits what is in a file; [`identify`] says which letters a file holds, [`verdict`]
//! what each of them is, and [`signers`] who signed which box, as the people whom the letter names: all
//! of them pure. [`store`] keeps the octets as they came; [`bagit`] and [`seda`] write them out for others.
//! Must not know SMTP, Typst or the terminal.

pub mod bagit;
pub mod check;
pub mod examiner;
pub mod file_kind;
pub mod identify;
pub mod intake;
pub mod seda;
pub mod signers;
pub mod store;
pub mod stored_signature;
pub mod verdict;
pub mod wording;

pub use check::Check;
