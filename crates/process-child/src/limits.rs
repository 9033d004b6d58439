//! The resources a process may use, and the system calls that limit them.

use std::io;

/// What a child may use in total, for all questions.
///
/// On Windows nothing is limited yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Address space in octets (`RLIMIT_AS`). What an allocator reserves counts, used or not.
    pub memory: u64,
    /// Seconds of the processor, over all threads (`RLIMIT_CPU`).
    pub cpu_seconds: u64,
}

/// Files that may be open: standard input, output and error. No other can be opened then.
#[cfg(unix)]
const OPEN_FILES: u64 = 3;

impl Limits {
    /// Limits this process, for good. Files can then neither be opened nor written to.
    #[cfg(unix)]
    pub(crate) fn apply(self) -> io::Result<()> {
        use rlimit::{Resource, setrlimit};
        setrlimit(Resource::AS, self.memory, self.memory)?;
        setrlimit(Resource::CPU, self.cpu_seconds, self.cpu_seconds)?;
        setrlimit(Resource::NOFILE, OPEN_FILES, OPEN_FILES)?;
        setrlimit(Resource::FSIZE, 0, 0)?;
        disable_core_dumps()
    }

    /// Does nothing: this system has no such limits yet.
    #[cfg(not(unix))]
    pub(crate) fn apply(self) -> io::Result<()> {
        Ok(())
    }
}

/// A crash of this process leaves no copy of its memory on the disk: it may hold names, addresses and
/// passwords. Children inherit it.
///
/// Errors are those of `setrlimit(2)`. Does nothing on Windows, which writes no such copy by default.
#[cfg(unix)]
pub fn disable_core_dumps() -> io::Result<()> {
    rlimit::setrlimit(rlimit::Resource::CORE, 0, 0)
}

/// Does nothing: this system writes no copy of the memory by default.
#[cfg(not(unix))]
pub fn disable_core_dumps() -> io::Result<()> {
    Ok(())
}
