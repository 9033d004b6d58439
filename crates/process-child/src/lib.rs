//! The running program, started again as a child process under limits of memory and time, that
//! answers questions over pipes.
//!
//! A crash of the child cannot affect the parent, which gets a [`ChildError`]. The parent uses
//! [`ChildProcess`], the child [`serve`]; both are the same program, told apart by a word of the
//! command line. This crate does not know what is asked, and words nothing for people.

mod child;
mod error;
mod limits;
mod message;
mod serve;

pub use child::{ChildCommand, ChildProcess};
pub use error::ChildError;
pub use limits::{Limits, disable_core_dumps};
pub use message::{MAX_BLOB, MAX_JSON};
pub use serve::serve;
