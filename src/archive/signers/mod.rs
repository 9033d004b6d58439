//! Who signed which box of a letter. Pure.
//!
//! Start at [`count_signatures`]; [`signature_places`] says before that in which box each signature is
//! shown, [`people`] whom the letter names.

mod box_assignment;
pub mod count_signatures;
pub mod people;
pub mod signature_places;
