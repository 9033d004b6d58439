//! The time limit of a whole phase. Waiting is done in short slices, with a check of the deadline
//! between two of them. Must not know sockets.

use std::time::{Duration, Instant};

/// How long one wait may block.
const SLICE: Duration = Duration::from_millis(100);

/// The moment at which a phase ends, whatever the server does until then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    start: Instant,
    /// How long the phase may last.
    pub(crate) time: Duration,
}

impl Deadline {
    /// A phase that begins now.
    pub(crate) fn after(time: Duration) -> Self {
        Self { start: Instant::now(), time }
    }

    /// The time that is left.
    pub(crate) fn left(&self) -> Duration {
        self.time.saturating_sub(self.start.elapsed())
    }

    pub(crate) fn is_over(&self) -> bool {
        self.left().is_zero()
    }

    /// How long the next wait may block; never zero, which sockets understand as "no limit".
    pub(crate) fn slice(&self) -> Duration {
        self.left().clamp(Duration::from_millis(1), SLICE)
    }

    /// The same phase, or one that begins now if less than `least` is left.
    pub(crate) fn with_at_least(self, least: Duration) -> Self {
        if self.left() < least { Self::after(least) } else { self }
    }
}
