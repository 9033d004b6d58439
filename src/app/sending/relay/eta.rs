//! When messages on their way will have left: rate, time left, end.

use super::transmission::QueuedMessage;
use crate::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use smtp_session::RateLimiter;

/// Time to send one message without waiting for a limit, used to compute the end.
pub const TIME_PER_MESSAGE: SignedDuration = SignedDuration::from_millis(700);

/// From this number of sent messages on, the end is computed from the measured rate instead of the limits.
const MESSAGES_FOR_RATE: usize = 20;

/// The forecast of a queue.
pub struct Eta {
    start: Timestamp,
    /// The end, computed from the limits.
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
        Self { start, end: limiter.ends_at(start, recipients, TIME_PER_MESSAGE), all, done: 0 }
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
            ..MESSAGES_FOR_RATE => self.end,
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
