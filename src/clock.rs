//! The time: no other file reads the clock of the computer.
//!
//! `--today` sets a day, or a moment from which time goes on. The day decides which amendment of a rule is
//! in force, the moment is the Date of a message; nothing else may depend on the clock.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use std::time::Instant;

/// A day, or a moment, that a command takes for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedTime {
    /// The simulated day.
    pub day: Date,
    /// The moment, if one was given.
    pub moment: Option<ZonedDateTime>,
}

/// The clock of the computer, or one that was set.
#[derive(Clone, Debug)]
pub struct Clock {
    day: Option<Date>,
    start: Option<(Timestamp, Instant)>,
    zone: TimeZone,
}

impl Clock {
    /// The clock of the computer, or one that begins at the given time.
    pub fn new(simulated: Option<&SimulatedTime>) -> Self {
        let moment = simulated.and_then(|simulated| simulated.moment.as_ref());
        Self {
            day: simulated.map(|simulated| simulated.day),
            start: moment.map(|moment| (moment.timestamp(), Instant::now())),
            zone: moment.map_or_else(TimeZone::system, |moment| moment.time_zone().clone()),
        }
    }

    /// The current moment, or the simulated one.
    pub fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
        let computer_time = Timestamp::now;
        match &self.start {
            Some((start, since)) => start.checked_add(since.elapsed()).unwrap_or(*start),
            None => computer_time(),
        }
    }

    /// Now, to the second (RFC 3339, UTC).
    pub fn moment(&self) -> String {
        format!("{:.0}", self.now())
    }

    /// Today, in the time zone of the clock.
    pub fn day(&self) -> Date {
        self.day.unwrap_or_else(|| self.now().to_zoned_datetime(self.zone.clone()).date())
    }

    /// The time of the day; none where only a day was given.
    pub fn time(&self) -> Option<Time> {
        let is_known = self.day.is_none() || self.start.is_some();
        is_known.then(|| self.now().to_zoned_datetime(self.zone.clone()).time())
    }

    /// The time zone of the computer, or that of the given moment.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Hour and minute of a moment, with the day where it is not today: "14:20", "25/11 à 07:00".
    pub fn shown(&self, moment: Timestamp) -> String {
        let local = moment.to_zoned_datetime(self.zone.clone());
        let is_today = local.date() == self.now().to_zoned_datetime(self.zone.clone()).date();
        if !is_today {
            return self.dated(moment);
        }
        local.strftime("%H:%M").to_string()
    }

    /// Day, hour and minute of a moment.
    pub fn dated(&self, moment: Timestamp) -> String {
        moment.to_zoned_datetime(self.zone.clone()).strftime("%d/%m à %H:%M").to_string()
    }
}

/// Day, hour and minute of a moment in the time zone of the computer: "24/11/2026 à 09:30". Whatever a
/// person reads tells the time like this; JSON and the ledger keep UTC.
pub fn local_time(moment: Timestamp) -> String {
    moment.to_zoned_datetime(TimeZone::system()).strftime("%d/%m/%Y à %H:%M").to_string()
}

/// The same of a moment as the ledger writes it (RFC 3339); what is no moment stays as it is.
pub fn local_time_of(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), local_time)
}

/// A moment as the ledger writes it, with the hour of the computer and its distance from UTC
/// ("2026-11-24T09:30:00+01:00"), for files that people and programs read.
pub fn with_local_offset(text: &str) -> String {
    let Ok(moment) = text.parse::<Timestamp>() else { return text.to_owned() };
    let local = moment.to_zoned_datetime(TimeZone::system());
    local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Why a text is not a day or moment: how it is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    /// No day.
    #[error("une date s'écrit AAAA-MM-JJ, comme 2026-09-01")]
    Day,
    /// No moment.
    #[error("un moment s'écrit comme 2026-09-01T08:30")]
    Moment,
}

/// Reads a day, "2026-11-24", or a moment: "2026-11-24T08:30" in the zone of the computer,
/// "2026-11-24T08:30+01:00", or with the name of a zone in brackets (RFC 9557).
impl std::str::FromStr for SimulatedTime {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        if !text.contains(['T', 't', ' ']) {
            let day = text.parse().map_err(|_| MomentError::Day)?;
            return Ok(Self { day, moment: None });
        }
        let moment = if let Ok(zoned) = text.parse::<ZonedDateTime>() {
            zoned
        } else if let Ok(instant) = text.parse::<Timestamp>() {
            instant.to_zoned_datetime(TimeZone::system())
        } else {
            let local: jiff::civil::DateTime = text.parse().map_err(|_| MomentError::Moment)?;
            local.to_zoned_datetime(TimeZone::system()).map_err(|_| MomentError::Moment)?
        };
        Ok(Self { day: moment.date(), moment: Some(moment) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pretended_moment_goes_on() {
        let clock = Clock::new(Some(&"2026-10-25T01:59:59+02:00[Europe/Paris]".parse().unwrap()));
        assert_eq!(clock.day(), jiff::civil::date(2026, 10, 25));
        let first = clock.now();
        assert!(clock.now() >= first && clock.moment().starts_with("2026-10-2"));
        assert_eq!(clock.time().map(|time| (time.hour(), time.minute() / 30)), Some((1, 1)));
        assert_eq!(Clock::new(Some(&"2026-10-25".parse().unwrap())).time(), None);
        assert!(Clock::new(None).time().is_some());
        assert_eq!(clock.shown("2026-10-25T01:30:00Z".parse().unwrap()), "02:30");
        assert_eq!(clock.shown("2026-10-26T06:00:00Z".parse().unwrap()), "26/10 à 07:00");
        for wrong in ["hier", "2026-13-01", "2026-11-24T99:00"] {
            assert!(wrong.parse::<SimulatedTime>().is_err(), "{wrong}");
        }
        assert_eq!("2026-11-24".parse::<SimulatedTime>().unwrap().moment, None);
    }

    #[test]
    fn a_moment_of_the_ledger_is_told_in_local_time() {
        let text = "2026-11-24T09:30:00Z";
        let moment: Timestamp = text.parse().unwrap();
        assert_eq!(local_time_of(text), local_time(moment));
        assert!(!local_time_of(text).contains('Z') && local_time_of(text).contains("/11/2026 à "));
        assert_eq!(with_local_offset(text).parse::<Timestamp>().unwrap(), moment);
        assert_eq!(local_time_of("jamais"), "jamais");
    }
}
