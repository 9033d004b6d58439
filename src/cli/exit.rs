//! Exit codes: what a command says to the program that called it.

/// How a command ended; the numbers are public interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Done in part.
    Partial = 1,
    /// Wrong usage.
    Usage = 2,
    /// The project is invalid; nothing was written or sent.
    Invalid = 3,
    /// The environment refused.
    Environment = 4,
    /// A person must decide first.
    Decide = 5,
    /// A bug in missive.
    Bug = 70,
}
