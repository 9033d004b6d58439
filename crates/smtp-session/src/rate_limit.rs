//! Limits on the number of recipients per time, and when the next message may be sent.
//!
//! Every attempt counts, over windows that slide with the clock: no period of a window's length
//! holds more recipients than its limit (a token bucket would allow twice as many). Nights (20 h to
//! 7 h) and weekends have limits of their own, by the local time of this computer.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use std::collections::VecDeque;

/// Hour at which the night limits begin.
const DAY_END: i8 = 20;
/// Hour at which the day limits begin.
const DAY_START: i8 = 7;

/// A limit on the recipients in any period of this length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Length in minutes.
    pub minutes: u32,
    /// Most recipients by day, Monday to Friday.
    pub day: u32,
    /// Most recipients by night.
    pub night: u32,
    /// Most recipients by day, Saturday and Sunday.
    pub weekend: u32,
}

/// All limits of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// Windows; all their limits apply.
    pub windows: Vec<Window>,
    /// Least time between two messages, in milliseconds.
    pub pause: i64,
}

/// An attempt to send a message, successful or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attempt {
    /// Time of the attempt.
    pub moment: Timestamp,
    /// The recipients of its envelope.
    pub recipients: u32,
}

/// A quota and the attempts that count against it.
#[derive(Clone, Debug)]
pub struct RateLimiter {
    quota: Quota,
    zone: TimeZone,
    attempts: VecDeque<Attempt>,
}

impl RateLimiter {
    /// A quota with the attempts before, in any order. An attempt in the future (the clock was set back)
    /// counts as one of now.
    pub fn new(
        quota: Quota,
        zone: TimeZone,
        before: impl IntoIterator<Item = Attempt>,
        now: Timestamp,
    ) -> Self {
        let not_later = |attempt: Attempt| Attempt { moment: attempt.moment.min(now), ..attempt };
        let mut attempts: Vec<Attempt> = before.into_iter().map(not_later).collect();
        attempts.sort_unstable();
        let mut limiter = Self { quota, zone, attempts: attempts.into() };
        limiter.forget(now);
        limiter
    }

    /// The longest time that an attempt counts.
    pub fn memory(quota: &Quota) -> SignedDuration {
        let longest = quota.windows.iter().map(|window| window.minutes).max().unwrap_or(0);
        SignedDuration::from_mins(i64::from(longest).max(1))
    }

    fn forget(&mut self, now: Timestamp) {
        let memory = Self::memory(&self.quota);
        while self.attempts.front().is_some_and(|first| now.duration_since(first.moment) > memory) {
            self.attempts.pop_front();
        }
    }

    /// Counts a new attempt.
    pub fn record(&mut self, attempt: Attempt) {
        self.attempts.push_back(attempt);
        self.forget(attempt.moment);
    }

    /// The first moment, from `now` on, at which a message to this many recipients may be sent. A
    /// message that exceeds a limit by itself may be sent when the window is empty.
    pub fn ready_at(&self, now: Timestamp, recipients: u32) -> Timestamp {
        let pause = SignedDuration::from_millis(self.quota.pause);
        let last = self.attempts.back().and_then(|last| last.moment.checked_add(pause).ok());
        let mut at = last.map_or(now, |last| last.max(now));
        // Each step passes the end of an attempt's window or a change of hours.
        for _ in 0..=self.attempts.len() * self.quota.windows.len() + 64 {
            let next = self.quota.windows.iter().map(|window| self.step(window, at, recipients));
            let next = next.max().unwrap_or(at);
            if next <= at {
                break;
            }
            at = next;
        }
        at
    }

    /// `at` if a window has room at that time, else the next moment to try.
    fn step(&self, window: &Window, at: Timestamp, recipients: u32) -> Timestamp {
        let length = SignedDuration::from_mins(i64::from(window.minutes));
        let limit = u64::from(self.limit(window, at));
        let inside = |moment: Timestamp| at.duration_since(moment) < length;
        let recent = self.attempts.iter().rev().take_while(|attempt| inside(attempt.moment));
        let mut sum: u64 = recent.map(|attempt| u64::from(attempt.recipients)).sum();
        if sum == 0 || sum + u64::from(recipients) <= limit {
            return at;
        }
        let mut free = at;
        for attempt in self.attempts.iter().filter(|attempt| inside(attempt.moment)) {
            sum -= u64::from(attempt.recipients);
            free = attempt.moment.checked_add(length).unwrap_or(at);
            if sum == 0 || sum + u64::from(recipients) <= limit {
                break;
            }
        }
        self.change_after(at).map_or(free, |change| free.min(change))
    }

    fn limit(&self, window: &Window, at: Timestamp) -> u32 {
        let local = at.to_zoned_datetime(self.zone.clone());
        if !(DAY_START..DAY_END).contains(&local.hour()) {
            return window.night;
        }
        match local.weekday() {
            Weekday::Saturday | Weekday::Sunday => window.weekend,
            _ => window.day,
        }
    }

    /// The next moment at which other limits may apply.
    fn change_after(&self, at: Timestamp) -> Option<Timestamp> {
        let today = at.to_zoned_datetime(self.zone.clone()).date();
        let days = [Some(today), today.checked_add(1.day()).ok()];
        let moments =
            days.into_iter().flatten().flat_map(|day| [DAY_START, DAY_END].map(|hour| (day, hour)));
        moments
            .filter_map(|(day, hour)| {
                day.at(hour, 0, 0, 0).to_zoned_datetime(self.zone.clone()).ok()
            })
            .map(|moment| moment.timestamp())
            .find(|moment| *moment > at)
    }

    /// When the last of some messages will be sent, given the number of recipients of each; `each`
    /// is the time to send one message.
    pub fn ends_at(
        &self,
        now: Timestamp,
        messages: impl IntoIterator<Item = u32>,
        each: SignedDuration,
    ) -> Timestamp {
        let mut limiter = self.clone();
        let mut at = now;
        for recipients in messages {
            at = limiter.ready_at(at, recipients);
            limiter.record(Attempt { moment: at, recipients });
            at = at.checked_add(each).unwrap_or(at);
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        let local: jiff::civil::DateTime = text.parse().unwrap();
        local.to_zoned_datetime(paris()).unwrap().timestamp()
    }

    fn window(minutes: u32, day: u32) -> Quota {
        let window = Window { minutes, day, night: day / 4, weekend: day / 2 };
        Quota { windows: vec![window], pause: 0 }
    }

    fn limiter_of(quota: Quota, spent: &[(Timestamp, u32)], now: Timestamp) -> RateLimiter {
        let attempt = |(moment, recipients): &(Timestamp, u32)| Attempt {
            moment: *moment,
            recipients: *recipients,
        };
        RateLimiter::new(quota, paris(), spent.iter().map(attempt), now)
    }

    #[test]
    fn a_full_window_frees_as_its_attempts_grow_old() {
        // A Tuesday.
        let now = at("2026-11-24T10:00");
        let spent = [(at("2026-11-24T09:20"), 30), (at("2026-11-24T09:40"), 8)];
        let limiter = limiter_of(window(60, 40), &spent, now);
        assert_eq!(limiter.ready_at(now, 2), now);
        assert_eq!(limiter.ready_at(now, 3), at("2026-11-24T10:20"));
        assert_eq!(limiter.ready_at(now, 33), at("2026-11-24T10:40"));
        assert_eq!(limiter.ready_at(now, 99), at("2026-11-24T10:40"), "alone, if it must");
        let before = at("2026-11-24T09:00");
        let limiter = limiter_of(window(60, 40), &spent, before);
        assert_eq!(
            limiter.ready_at(before, 3),
            at("2026-11-24T10:00"),
            "a clock set back: as if now"
        );
    }

    #[test]
    fn nights_and_weekends_have_their_own_limits() {
        let spent = [(at("2026-11-24T19:30"), 20)];
        let now = at("2026-11-24T19:59");
        assert_eq!(limiter_of(window(600, 40), &spent, now).ready_at(now, 1), now);
        let now = at("2026-11-24T20:00");
        let ready = limiter_of(window(600, 40), &spent, now).ready_at(now, 1);
        assert_eq!(ready, at("2026-11-25T05:30"), "10 by night: the window has to empty first");
        let spent = [(at("2026-11-24T23:00"), 10)];
        let now = at("2026-11-25T05:00");
        let ready = limiter_of(window(600, 40), &spent, now).ready_at(now, 1);
        assert_eq!(ready, at("2026-11-25T07:00"), "the day's limit opens before the window does");
        // A Saturday.
        let spent = [(at("2026-11-28T10:00"), 20)];
        let now = at("2026-11-28T10:30");
        let ready = limiter_of(window(60, 40), &spent, now).ready_at(now, 1);
        assert_eq!(ready, at("2026-11-28T11:00"));
    }

    #[test]
    fn an_hour_said_twice_is_two_hours() {
        // 3 h becomes 2 h again on 25 October 2026.
        let first: Timestamp = "2026-10-25T02:30:00+02:00".parse().unwrap();
        let again: Timestamp = "2026-10-25T02:30:00+01:00".parse().unwrap();
        let limiter = limiter_of(window(60, 8), &[(first, 2)], first);
        assert_eq!(
            limiter.ready_at(first, 1),
            again,
            "an hour later, though the clock says the same"
        );
        let limiter = limiter_of(window(60, 8), &[(first, 2)], again);
        assert_eq!(limiter.ready_at(again, 1), again);
        // And 2 h becomes 3 h on 28 March 2027: seven comes an hour earlier.
        let now = at("2027-03-28T01:30");
        let ready = limiter_of(window(600, 8), &[(now, 2)], now).ready_at(now, 1);
        assert_eq!(ready, "2027-03-28T07:00:00+02:00".parse().unwrap());
    }

    #[test]
    fn the_end_is_known_before_the_start() {
        let now = at("2026-11-24T10:00");
        let quota = Quota {
            windows: [(1, 250), (10, 400), (60, 1000), (600, 2500)]
                .map(|(minutes, day)| Window { minutes, day, night: day / 4, weekend: day / 2 })
                .to_vec(),
            pause: 2000,
        };
        let limiter = limiter_of(quota, &[], now);
        let each = SignedDuration::from_secs(1);
        // 600 messages of three recipients: the ten-minute window is what holds them.
        let end = limiter.ends_at(now, vec![3; 600], each);
        assert!(end > at("2026-11-24T10:45") && end < at("2026-11-24T12:15"), "{end}");
        let none = limiter_of(Quota::default(), &[], now);
        assert_eq!(none.ends_at(now, vec![3; 60], each), at("2026-11-24T10:01"));
    }

    proptest! {
        /// Whatever is sent when it may, no window ever holds more than its limit.
        #[test]
        fn no_window_is_ever_overfull(numbers in prop::collection::vec(1u32..5, 1..60), minutes in 1u32..90, limit in 5u32..40, start in 0i64..1_000_000) {
            let quota = Quota { windows: vec![
                Window { minutes, day: limit, night: limit, weekend: limit },
                Window { minutes: minutes * 3, day: limit * 2, night: limit * 2, weekend: limit * 2 },
            ], pause: 500 };
            let mut now = Timestamp::from_second(1_790_000_000 + start).unwrap();
            let mut limiter = limiter_of(quota.clone(), &[], now);
            let mut all: Vec<(Timestamp, u32)> = Vec::new();
            for number in numbers {
                now = limiter.ready_at(now, number);
                limiter.record(Attempt { moment: now, recipients: number });
                all.push((now, number));
                for window in &quota.windows {
                    let length = SignedDuration::from_mins(i64::from(window.minutes));
                    let inside = all.iter().filter(|(moment, _)| now.duration_since(*moment) < length);
                    let sum: u32 = inside.map(|(_, number)| number).sum();
                    prop_assert!(sum <= window.day);
                }
            }
        }
    }
}
