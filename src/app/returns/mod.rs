//! Signed copies: taken in, reviewed, checked; letters that the authority signs before they are sent.
//!
//! [`filing`] takes in what came back. [`returned_file`] is what became of a file, [`findings`] what the
//! ledger keeps of it. [`reviewing`], [`declare`] and [`waive`] write down what a person says, [`page_pairs`] shows what
//! it is about, and [`after_return`] does what follows. [`countersign`] is for letters on their way out.

pub mod after_return;
pub mod countersign;
pub mod declare;
pub mod filing;
pub mod findings;
pub mod fixity;
pub mod letter_fields;
pub mod named_letter;
pub mod page_pairs;
pub mod returned_file;
pub mod returns_list;
pub mod reviewing;
pub mod settle;
pub mod sound_settings;
pub mod waive;
