//! What a process may use at most while it looks at a file that somebody sent: the one place that
//! knows how the system limits it.

/// Memory (RLIMIT_AS), in octets: a page of 600 dpi in colour takes 145 MB.
#[cfg(unix)]
const MEMORY: u64 = 1 << 30;
/// Time of the processor (RLIMIT_CPU), in seconds, for all that is asked about one file. The
/// unoptimised program of the tests takes longer.
#[cfg(unix)]
const SECONDS: u64 = if cfg!(debug_assertions) { 120 } else { 20 };

/// Limits this process, for good. It has to be called before any of the file is read.
#[cfg(unix)]
pub fn confine() -> std::io::Result<()> {
    rlimit::setrlimit(rlimit::Resource::AS, MEMORY, MEMORY)?;
    rlimit::setrlimit(rlimit::Resource::CPU, SECONDS, SECONDS)?;
    // A crash leaves no copy of the file behind, and nothing is written by mistake.
    rlimit::setrlimit(rlimit::Resource::CORE, 0, 0)?;
    rlimit::setrlimit(rlimit::Resource::FSIZE, 0, 0)
}

/// Limits this process, for good; this system has no such limits yet.
#[cfg(not(unix))]
pub fn confine() -> std::io::Result<()> {
    Ok(())
}
