//! Signed copies: taken in, reviewed, checked; letters that the authority signs before they are sent.
//!
//! [`take_in`] walks through what came back, [`examine_file`] examines and judges one file,
//! [`file_returns`] writes it to archive and ledger. [`returned_file`] is what became of a file,
//! [`findings`] what the ledger keeps of it. [`review`] and [`declare`] write down what a person says,
//! [`page_pairs`] shows what it is
//! about, and [`after_return`] does what follows.

pub mod after_return;
pub mod authorities;
pub mod context;
pub mod countersign;
pub mod declare;
pub mod examine_file;
pub mod file_returns;
pub mod findings;
pub mod fixity;
pub mod named_letter;
pub mod page_pairs;
pub mod returned_file;
pub mod returns_list;
pub mod review;
pub mod take_in;
