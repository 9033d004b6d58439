//! Problems of a project as values, with their places and what to do, and how they are drawn.
//!
//! Knows nothing of records, Typst or the terminal.

mod did_you_mean;
pub mod draw;
mod invisible;
mod located;
mod problem;
mod sources;

pub use did_you_mean::did_you_mean;
pub use located::{Excerpt, LocatedProblem};
pub use problem::{Problem, Severity, sort};
pub use sources::{SourceId, SourceText, Sources, Span};
