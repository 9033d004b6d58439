//! How long a phase may last as a whole, and a person's wish to stop.
//!
//! Whoever waits for the relay waits in small slices and looks at both in between. Knows nothing of
//! sockets; see [`super::wire`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// How long a wait may block before the deadline and the person are looked at again.
const SLICE: Duration = Duration::from_millis(100);

/// A person's wish to stop: once, to end what is in hand; twice, at once.
#[derive(Clone, Debug, Default)]
pub struct Hurry(Arc<AtomicU8>);

impl Hurry {
    /// Notes one more wish.
    pub fn more(&self) {
        let _ =
            self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| Some(n.saturating_add(1)));
    }

    /// Whether to stop after what is in hand.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::SeqCst) >= 1
    }

    /// Whether to stop at once.
    pub fn insisted(&self) -> bool {
        self.0.load(Ordering::SeqCst) >= 2
    }
}

/// The moment at which a phase ends, whatever the relay does until then.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    start: Instant,
    /// How long the phase may last.
    pub time: Duration,
}

impl Deadline {
    /// A phase that begins now.
    pub fn after(time: Duration) -> Self {
        Self { start: Instant::now(), time }
    }

    /// What is left of it.
    pub fn left(&self) -> Duration {
        self.time.saturating_sub(self.start.elapsed())
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.left().is_zero()
    }

    /// How long the next wait may block; never nothing, which sockets take for "for ever".
    pub fn slice(&self) -> Duration {
        self.left().clamp(Duration::from_millis(1), SLICE)
    }

    /// The same phase, but with at least so much left.
    pub fn with_at_least(self, least: Duration) -> Self {
        if self.left() < least { Self::after(least) } else { self }
    }
}
