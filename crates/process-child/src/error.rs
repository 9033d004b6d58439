//! Why a child gave no answer. Must not word anything for people: the display is for developers.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

/// Why a child gave no answer. The child has ended.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// It could not be started.
    #[error("the child could not be started: {0}")]
    NotStarted(#[source] io::Error),
    /// It gave no answer within this time, and was killed.
    #[error("the child gave no answer within {0:?}")]
    TimedOut(Duration),
    /// It ended by itself or by one of its limits, or its answer could not be read.
    #[error("the child ended: {0}")]
    Stopped(ExitStatus),
    /// It gave no answer, and how it ended is unknown.
    #[error("the child ended, and the system does not say how: {0}")]
    Lost(#[source] io::Error),
}
