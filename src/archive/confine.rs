//! What a process may use at most while it looks at what somebody made: the one place that knows how
//! the system limits it.

use std::time::Duration;

/// What a process may use for all that it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Octets of memory.
    memory: u64,
    /// Seconds of the processor.
    seconds: u64,
}

/// For a file that somebody sent: a page of 600 dpi in colour takes 145 MB. The unoptimised program
/// of the tests takes longer.
pub const FILE: Allowance =
    Allowance { memory: 1 << 30, seconds: if cfg!(debug_assertions) { 120 } else { 20 } };

/// For the templates of a project: they take some 200 MB and a fraction of a second.
pub const TEMPLATES: Allowance = Allowance { memory: 2 << 30, seconds: 10 };

/// How long an answer may take on the wall. Processors are shared: far more than any process may
/// compute, so that only one that waits is meant.
pub const PATIENCE: Duration =
    Duration::from_secs(if cfg!(debug_assertions) { 1_200 } else { 200 });

/// Limits this process, for good. It has to be called before anything is read.
#[cfg(unix)]
pub fn confine(allowance: Allowance) -> std::io::Result<()> {
    use rlimit::{Resource, setrlimit};
    setrlimit(Resource::AS, allowance.memory, allowance.memory)?;
    setrlimit(Resource::CPU, allowance.seconds, allowance.seconds)?;
    // Nothing is opened any more, and nothing is written by mistake.
    setrlimit(Resource::NOFILE, OPEN, OPEN)?;
    setrlimit(Resource::FSIZE, 0, 0)?;
    leave_no_core()
}

/// Files that are open: standard input, output and error. No other can be opened then.
#[cfg(unix)]
const OPEN: u64 = 3;

/// A crash leaves no copy of the memory behind: it holds names, addresses and passwords.
#[cfg(unix)]
pub fn leave_no_core() -> std::io::Result<()> {
    rlimit::setrlimit(rlimit::Resource::CORE, 0, 0)
}

/// Limits this process, for good; this system has no such limits yet.
#[cfg(not(unix))]
pub fn confine(_: Allowance) -> std::io::Result<()> {
    Ok(())
}

/// Nothing to do: this system leaves no copy of the memory by itself.
#[cfg(not(unix))]
pub fn leave_no_core() -> std::io::Result<()> {
    Ok(())
}
