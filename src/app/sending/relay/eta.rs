//! When messages on their way will have left: rate, time left, end.

use super::transmission::QueuedMessage;
use crate::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use smtp_session::RateLimiter;

/// Time that one message takes by itself, for the announced end.
pub const EACH: SignedDuration = SignedDuration::from_millis(700);

/// Messages after which the measured rate says more than the limits do.
const KNOWN: usize = 20;

/// The forecast of a queue.
pub struct Eta {
    start: Timestamp,
    /// The end as the limits tell it.
    end: Timestamp,
    all: usize,
    /// Messages that are done.
    pub done: usize,
}

impl Eta {
    /// At the start of a queue.
    pub fn new<'q>(
        clock: &Clock,
        limiter: &RateLimiter,
        queue: impl Iterator<Item = &'q QueuedMessage<'q>>,
    ) -> Self {
        let recipients: Vec<u32> = queue.map(|queued| queued.route.recipients()).collect();
        let (start, all) = (clock.now(), recipients.len());
        Self { start, end: limiter.ends_at(start, recipients, EACH), all, done: 0 }
    }

    /// "28/min, reste 12 min, fin vers 14:20".
    pub fn sentence(&self, clock: &Clock) -> String {
        let now = clock.now();
        let seconds = now.duration_since(self.start).as_secs_f64().max(0.001);
        let rate = self.done as f64 / seconds;
        if self.done == 0 {
            return format!("fin vers {}", clock.shown(self.end));
        }
        let left = self.all.saturating_sub(self.done) as f64;
        let end = match self.done {
            ..KNOWN => self.end,
            _ => {
                now.checked_add(SignedDuration::from_secs((left / rate) as i64)).unwrap_or(self.end)
            }
        };
        let rest = end.duration_since(now).as_secs().max(0);
        let rest = match rest {
            ..60 => format!("{rest} s"),
            _ => format!("{} min", (rest + 30) / 60),
        };
        format!("{:.0}/min, reste {rest}, fin vers {}", rate * 60.0, clock.shown(end))
    }
}
