//! What comes back: taken in, recognised, compared with the very bytes that were sent, and kept.
//!
//! Returned files are hostile. [`intake`] opens what holds other files, within bounds; [`examiner`] asks a
//! child process under limits what is in a file; [`identify`] says which letters a file holds,
//! [`judge_letter`] what each letter is, [`judge_file`] what the file is, and [`signers`] who signed which
//! box, as the [`people`] whom the letter names: all of them pure. [`store`] keeps the octets as they
//! came; [`bagit`] and [`seda`] write them out for others. Must not know SMTP, Typst or the terminal.

pub mod bagit;
mod box_assignment;
pub mod check;
pub mod content_comparison;
pub mod examiner;
pub mod file_kind;
pub mod identify;
pub mod intake;
pub mod judge_file;
pub mod judge_letter;
pub mod people;
pub mod return_verdict;
pub mod seda;
pub mod signature_places;
pub mod signers;
pub mod store;
pub mod stored_signature;
pub mod wording;

pub use check::Check;
