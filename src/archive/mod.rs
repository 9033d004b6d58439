//! What comes back: taken in, recognised, held against the very bytes that were sent, and kept.
//!
//! Returned files are hostile. [`intake`] opens what holds others, within bounds; a child process
//! under limits looks at their [`pages`] and, by the crate `pdf-signature`, at their signatures, and
//! [`examine`] is what it is asked; [`wording`] says in French what it found; [`identify`] says which
//! letters a file holds, [`verdict`] what each is and
//! [`signers`] who signed which box, as the [`people`] whom the letter names, all pure;
//! [`store`] keeps the octets as they came. [`bag`] and [`seda`] write them out for others. Must not
//! know SMTP, Typst or the terminal.

pub mod bag;
mod box_assignment;
pub mod check;
pub mod examine;
pub mod identify;
pub mod intake;
pub mod kind;
pub mod pages;
pub mod people;
pub mod seda;
pub mod signature_places;
pub mod signers;
pub mod store;
pub mod stored_signature;
pub mod verdict;
pub mod wording;
