//! The pace of messages on their way: rate, time left, end.

use crate::app::sending::relay::transmit::QueuedMessage;
use crate::cli::commands::send::command::EACH;
use crate::clock::Clock;
use crate::deliver::quota::Throttle;
use jiff::{SignedDuration, Timestamp};

/// Rate, time left, end: of messages on their way.
pub struct Pace {
    start: Timestamp,
    /// The end announced before the start.
    end: Timestamp,
    all: usize,
    /// Messages that are done.
    pub done: usize,
}

impl Pace {
    /// At the start of a queue.
    pub fn new<'q>(
        clock: &Clock,
        throttle: &Throttle,
        queue: impl Iterator<Item = &'q QueuedMessage<'q>>,
    ) -> Self {
        let recipients: Vec<u32> = queue.map(|own| own.route.recipients()).collect();
        let (start, all) = (clock.now(), recipients.len());
        Self { start, end: throttle.end(start, recipients, EACH), all, done: 0 }
    }

    /// "28/min, reste 12 min, fin vers 14:20".
    pub fn told(&self, clock: &Clock) -> String {
        /// Messages after which the pace is known better than the limits tell it.
        const KNOWN: usize = 20;
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
