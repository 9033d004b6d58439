//! How many recipients may be written to in how much time, and when the next message may go.
//!
//! Every attempt counts, over windows that slide with the clock: in no span of a window's length
//! are there more recipients than its limit (a bucket that refills would allow twice as many).
//! Nights (20 h to 7 h) and week-ends have their own limits, by the local time of this computer.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use std::collections::VecDeque;

/// First hour of the night.
const DUSK: i8 = 20;
/// First hour of the day.
const DAWN: i8 = 7;

/// Recipients within a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its length in minutes.
    pub minutes: u32,
    /// Recipients by day.
    pub day: u32,
    /// Recipients by night.
    pub night: u32,
    /// Recipients by day at the week-end.
    pub weekend: u32,
}

/// All limits of a relay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quota {
    /// Windows, all of which have to be kept.
    pub windows: Vec<Window>,
    /// Least time between two messages, in milliseconds.
    pub pause: i64,
}

/// Names of the presets.
pub const PRESETS: [&str; 3] = ["messagerie-nationale", "prudent", "none"];

impl Quota {
    /// A preset by its name.
    ///
    /// `messagerie-nationale`: half of what the national mail service starts to put in quarantine
    /// (500, 800, 2,000 and 5,000 recipients in 1, 10, 60 and 600 minutes; a quarter by night, half
    /// at the week-end). `prudent`: for a relay whose limits nobody knows. `none`: no limit.
    pub fn preset(name: &str) -> Option<Self> {
        let windows = |list: [(u32, u32); 4]| {
            let window = |(minutes, day)| Window { minutes, day, night: day / 4, weekend: day / 2 };
            list.map(window).to_vec()
        };
        match name {
            "messagerie-nationale" => Some(Self {
                windows: windows([(1, 250), (10, 400), (60, 1000), (600, 2500)]),
                pause: 2000,
            }),
            "prudent" => Some(Self {
                windows: windows([(1, 12), (10, 80), (60, 240), (600, 1200)]),
                pause: 3000,
            }),
            "none" => Some(Self::default()),
            _ => None,
        }
    }
}

/// What was spent of a quota.
#[derive(Clone, Debug)]
pub struct Throttle {
    quota: Quota,
    zone: TimeZone,
    spent: VecDeque<(Timestamp, u32)>,
}

impl Throttle {
    /// A quota with what was spent of it before, in any order. A moment in the future (the clock
    /// was set back) counts as now.
    pub fn new(quota: Quota, zone: TimeZone, spent: &[(Timestamp, u32)], now: Timestamp) -> Self {
        let mut before: Vec<(Timestamp, u32)> =
            spent.iter().map(|(moment, number)| ((*moment).min(now), *number)).collect();
        before.sort_unstable();
        let mut own = Self { quota, zone, spent: before.into() };
        own.forget(now);
        own
    }

    /// The longest time that matters.
    pub fn memory(quota: &Quota) -> SignedDuration {
        let longest = quota.windows.iter().map(|window| window.minutes).max().unwrap_or(0);
        SignedDuration::from_mins(i64::from(longest).max(1))
    }

    fn forget(&mut self, now: Timestamp) {
        let memory = Self::memory(&self.quota);
        while let Some((moment, _)) = self.spent.front() {
            if now.duration_since(*moment) <= memory {
                break;
            }
            self.spent.pop_front();
        }
    }

    /// Notes an attempt.
    pub fn spend(&mut self, now: Timestamp, recipients: u32) {
        self.spent.push_back((now, recipients));
        self.forget(now);
    }

    /// The first moment from `now` on at which a message to so many recipients may go. A message
    /// that is above a limit by itself goes when its window is empty.
    pub fn ready_at(&self, now: Timestamp, recipients: u32) -> Timestamp {
        let pause = SignedDuration::from_millis(self.quota.pause);
        let last = self.spent.back().and_then(|(moment, _)| moment.checked_add(pause).ok());
        let mut at = last.map_or(now, |last| last.max(now));
        // Each step passes the end of an attempt's window or a change of hours.
        for _ in 0..=self.spent.len() * self.quota.windows.len() + 64 {
            let next = self.quota.windows.iter().map(|window| self.step(window, at, recipients));
            let next = next.max().unwrap_or(at);
            if next <= at {
                break;
            }
            at = next;
        }
        at
    }

    /// `at`, if a window has room then, or the next moment to look at.
    fn step(&self, window: &Window, at: Timestamp, recipients: u32) -> Timestamp {
        let length = SignedDuration::from_mins(i64::from(window.minutes));
        let limit = u64::from(self.limit(window, at));
        let inside = |moment: Timestamp| at.duration_since(moment) < length;
        let mut sum: u64 = self
            .spent
            .iter()
            .rev()
            .take_while(|(m, _)| inside(*m))
            .map(|(_, n)| u64::from(*n))
            .sum();
        if sum == 0 || sum + u64::from(recipients) <= limit {
            return at;
        }
        let mut free = at;
        for (moment, number) in self.spent.iter().filter(|(moment, _)| inside(*moment)) {
            sum -= u64::from(*number);
            free = moment.checked_add(length).unwrap_or(at);
            if sum == 0 || sum + u64::from(recipients) <= limit {
                break;
            }
        }
        self.change_after(at).map_or(free, |change| free.min(change))
    }

    fn limit(&self, window: &Window, at: Timestamp) -> u32 {
        let local = at.to_zoned_datetime(self.zone.clone());
        if !(DAWN..DUSK).contains(&local.hour()) {
            return window.night;
        }
        match local.weekday() {
            Weekday::Saturday | Weekday::Sunday => window.weekend,
            _ => window.day,
        }
    }

    /// The next moment at which other limits may hold.
    fn change_after(&self, at: Timestamp) -> Option<Timestamp> {
        let today = at.to_zoned_datetime(self.zone.clone()).date();
        let days = [Some(today), today.checked_add(1.day()).ok()];
        let moments =
            days.into_iter().flatten().flat_map(|day| [DAWN, DUSK].map(|hour| (day, hour)));
        moments
            .filter_map(|(day, hour)| {
                day.at(hour, 0, 0, 0).to_zoned_datetime(self.zone.clone()).ok()
            })
            .map(|moment| moment.timestamp())
            .find(|moment| *moment > at)
    }

    /// When the last of some messages will have gone, each with its recipients; `each` is the time
    /// that one takes by itself.
    pub fn end(
        &self,
        now: Timestamp,
        messages: impl IntoIterator<Item = u32>,
        each: SignedDuration,
    ) -> Timestamp {
        let mut own = self.clone();
        let mut at = now;
        for recipients in messages {
            at = own.ready_at(at, recipients);
            own.spend(at, recipients);
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

    fn throttle(quota: Quota, spent: &[(Timestamp, u32)], now: Timestamp) -> Throttle {
        Throttle::new(quota, paris(), spent, now)
    }

    #[test]
    fn a_full_window_frees_as_its_attempts_grow_old() {
        // A Tuesday.
        let now = at("2026-11-24T10:00");
        let spent = [(at("2026-11-24T09:20"), 30), (at("2026-11-24T09:40"), 8)];
        let own = throttle(window(60, 40), &spent, now);
        assert_eq!(own.ready_at(now, 2), now);
        assert_eq!(own.ready_at(now, 3), at("2026-11-24T10:20"));
        assert_eq!(own.ready_at(now, 33), at("2026-11-24T10:40"));
        assert_eq!(own.ready_at(now, 99), at("2026-11-24T10:40"), "alone, if it must");
        let before = at("2026-11-24T09:00");
        let own = throttle(window(60, 40), &spent, before);
        assert_eq!(own.ready_at(before, 3), at("2026-11-24T10:00"), "a clock set back: as if now");
    }

    #[test]
    fn nights_and_weekends_have_their_own_limits() {
        let spent = [(at("2026-11-24T19:30"), 20)];
        let now = at("2026-11-24T19:59");
        assert_eq!(throttle(window(600, 40), &spent, now).ready_at(now, 1), now);
        let now = at("2026-11-24T20:00");
        let ready = throttle(window(600, 40), &spent, now).ready_at(now, 1);
        assert_eq!(ready, at("2026-11-25T05:30"), "10 by night: the window has to empty first");
        let spent = [(at("2026-11-24T23:00"), 10)];
        let now = at("2026-11-25T05:00");
        let ready = throttle(window(600, 40), &spent, now).ready_at(now, 1);
        assert_eq!(ready, at("2026-11-25T07:00"), "the day's limit opens before the window does");
        // A Saturday.
        let spent = [(at("2026-11-28T10:00"), 20)];
        let now = at("2026-11-28T10:30");
        let ready = throttle(window(60, 40), &spent, now).ready_at(now, 1);
        assert_eq!(ready, at("2026-11-28T11:00"));
    }

    #[test]
    fn an_hour_said_twice_is_two_hours() {
        // 3 h becomes 2 h again on 25 October 2026.
        let first: Timestamp = "2026-10-25T02:30:00+02:00".parse().unwrap();
        let again: Timestamp = "2026-10-25T02:30:00+01:00".parse().unwrap();
        let own = throttle(window(60, 8), &[(first, 2)], first);
        assert_eq!(own.ready_at(first, 1), again, "an hour later, though the clock says the same");
        let own = throttle(window(60, 8), &[(first, 2)], again);
        assert_eq!(own.ready_at(again, 1), again);
        // And 2 h becomes 3 h on 28 March 2027: seven comes an hour earlier.
        let now = at("2027-03-28T01:30");
        let ready = throttle(window(600, 8), &[(now, 2)], now).ready_at(now, 1);
        assert_eq!(ready, "2027-03-28T07:00:00+02:00".parse().unwrap());
    }

    #[test]
    fn the_end_is_known_before_the_start() {
        let now = at("2026-11-24T10:00");
        let quota = Quota::preset("messagerie-nationale").unwrap();
        let own = throttle(quota, &[], now);
        let each = SignedDuration::from_secs(1);
        // 600 messages of three recipients: the ten-minute window is what holds them.
        let end = own.end(now, vec![3; 600], each);
        assert!(end > at("2026-11-24T10:45") && end < at("2026-11-24T12:15"), "{end}");
        let none = throttle(Quota::preset("none").unwrap(), &[], now);
        assert_eq!(none.end(now, vec![3; 60], each), at("2026-11-24T10:01"));
        assert_eq!(Quota::preset("autre"), None);
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
            let mut own = throttle(quota.clone(), &[], now);
            let mut all: Vec<(Timestamp, u32)> = Vec::new();
            for number in numbers {
                now = own.ready_at(now, number);
                own.spend(now, number);
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
