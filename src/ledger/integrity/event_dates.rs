//! Events dated before the one they follow. They are reported, but are not an error: correcting a
//! clock has the same effect.
//!
//! The clocks of two computers differ by seconds, so a step back of two minutes is allowed.

use super::finding::{Finding, VerifyReport};
use crate::clock::local_time;
use crate::ledger::chain::events;
use crate::ledger::chain::stored_event::StoredEvent;
use crate::ledger::error::LedgerError;
use crate::letter::french::count;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

/// Largest difference between two clocks of an office.
const MAX_CLOCK_DIFFERENCE: SignedDuration = SignedDuration::from_mins(2);
/// How many are reported one by one.
const REPORTED: usize = 10;

struct Dated {
    seq: i64,
    moment: Timestamp,
    day: Date,
    person: String,
}

impl Dated {
    fn read(event: &StoredEvent<'_>) -> Option<Self> {
        Some(Self {
            seq: event.seq,
            moment: event.moment.parse().ok()?,
            day: event.day.parse().ok()?,
            person: event.person.to_owned(),
        })
    }

    /// Which of its dates is earlier than that of the event before.
    fn backwards(&self, before: &Self) -> Option<String> {
        let step = before.moment.duration_since(self.moment);
        if step > MAX_CLOCK_DIFFERENCE {
            return Some(format!(
                "l'événement {} est daté du {} ({}), le {} d'avant du {} ({})",
                self.seq,
                local_time(self.moment),
                self.person,
                before.seq,
                local_time(before.moment),
                before.person
            ));
        }
        // Around midnight two computers may have different days.
        let midnight = self.person != before.person && step.abs() <= MAX_CLOCK_DIFFERENCE;
        (self.day < before.day && !midnight).then(|| {
            format!(
                "l'événement {} est noté au jour {}, le {} d'avant au jour {}",
                self.seq, self.day, before.seq, before.day
            )
        })
    }
}

/// Reports the events that are dated before the one they follow; a date that cannot be read is a finding.
pub(in crate::ledger) fn check(
    connection: &Connection,
    report: &mut VerifyReport,
) -> Result<(), LedgerError> {
    let mut before: Option<Dated> = None;
    let mut steps = Vec::new();
    events::scan(connection, 0, |event, _| {
        let Some(dated) = Dated::read(event) else {
            report.find("event-date", format!("l'événement {} n'a pas de date lisible", event.seq));
            return;
        };
        steps.extend(before.as_ref().and_then(|before| dated.backwards(before)));
        before = Some(dated);
    })?;
    let more = steps.len().saturating_sub(REPORTED);
    steps.truncate(REPORTED);
    if more > 0 {
        steps.push(format!("et {}", count(more, "autre recul", "autres reculs")));
    }
    let note = |message| Finding { code: "clock", message };
    report.notes.extend(steps.into_iter().map(note));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(seq: i64, moment: &str, day: &str, person: &str) -> Dated {
        let event = StoredEvent { seq, moment, day, person, ..StoredEvent::default() };
        Dated::read(&event).unwrap()
    }

    #[test]
    fn a_step_back_is_reported_and_seconds_between_two_computers_are_not() {
        let before = dated(4, "2026-11-24T09:00:00Z", "2026-11-24", "a@one");
        let after = |moment, day, person| dated(5, moment, day, person).backwards(&before);
        assert_eq!(after("2026-11-24T09:00:00Z", "2026-11-24", "a@one"), None);
        assert_eq!(after("2026-11-24T08:58:30Z", "2026-11-24", "b@two"), None);
        assert_eq!(after("2026-11-24T08:59:30Z", "2026-11-23", "b@two"), None, "midnight");
        let text = after("2026-11-24T07:30:00Z", "2026-11-24", "b@two").unwrap();
        let [first, second] = ["2026-11-24T07:30:00Z", "2026-11-24T09:00:00Z"]
            .map(|moment| local_time(moment.parse().unwrap()));
        for part in ["événement 5", "le 4 d'avant", &first, &second, "a@one", "b@two"] {
            assert!(text.contains(part), "{text}");
        }
        let text = after("2026-11-24T09:05:00Z", "2026-11-20", "a@one").unwrap();
        assert!(text.contains("2026-11-20") && text.contains("2026-11-24"), "{text}");
    }
}
