//! The days on which a mission is exercised within a school year: who exercises it at the same time, and who
//! follows whom.
//!
//! Must not know what is printed of it.

use crate::records::people::{Assignment, Establishment, Referent};
use crate::records::table_reader::Located;
use crate::records::values::{Day, SchoolYear};
use jiff::civil::Date;

/// What is printed as the reason of an end that comes with the end of the school.
const SCHOOL_CLOSES: &str = "fermeture de l’établissement";

/// The days of a mission within a school year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::letter) struct MissionPeriod {
    /// Its first day.
    pub(in crate::letter) first: Date,
    /// Its last day.
    pub(in crate::letter) last: Date,
}

impl MissionPeriod {
    /// The days of an assignment in its school: it ends when the school closes at the latest.
    pub(in crate::letter) fn of(
        assignment: &Assignment,
        school: &Establishment,
        year: SchoolYear,
    ) -> Self {
        let until = assignment.until.as_ref().map(|until| until.value.0);
        let closed = school.closed.as_ref().map(|closed| closed.value.0);
        let ends = [until, closed].into_iter().flatten();
        Self {
            first: assignment.since.value.0.max(year.first_day()),
            last: ends.fold(year.last_day(), Date::min),
        }
    }

    /// Whether both have a day in common, and this one goes on on a day.
    fn accompanies(self, other: Self, day: Date) -> bool {
        self.first <= other.last && other.first <= self.last && self.last >= day
    }
}

/// The end of a mission before that of the school year.
#[derive(Clone, Copy, Debug)]
pub struct EarlyEnd<'r> {
    /// The last day.
    pub day: &'r Located<Day>,
    /// Why, if it is known.
    pub reason: Option<&'r str>,
}

impl<'r> EarlyEnd<'r> {
    /// The early end of an assignment; none where it ends with the school year. A school that closes ends the
    /// missions in it.
    pub fn of(
        assignment: &'r Assignment,
        school: &'r Establishment,
        year: SchoolYear,
    ) -> Option<Self> {
        let is_early = |day: &&Located<Day>| day.value.0 < year.last_day();
        let until = assignment.until.as_ref().filter(is_early);
        let closed = school.closed.as_ref().filter(is_early);
        match (until, closed) {
            (Some(until), Some(closed)) if closed.value < until.value => {
                Some(Self { day: closed, reason: Some(SCHOOL_CLOSES) })
            }
            (Some(until), _) => Some(Self {
                day: until,
                reason: assignment.end_reason.as_ref().map(|reason| &*reason.value),
            }),
            (None, Some(closed)) => Some(Self { day: closed, reason: Some(SCHOOL_CLOSES) }),
            (None, None) => None,
        }
    }
}

/// A referent of a school, with the days of the mission there.
#[derive(Clone, Copy, Debug)]
pub(in crate::letter) struct Colleague<'r> {
    /// The record of the person.
    pub(in crate::letter) referent: &'r Referent,
    /// When.
    pub(in crate::letter) period: MissionPeriod,
}

/// Those who exercise the mission together with somebody, from a day on. `others` are the other referents of the
/// school.
pub(in crate::letter) fn at_the_same_time<'r>(
    others: impl IntoIterator<Item = Colleague<'r>>,
    period: MissionPeriod,
    day: Date,
) -> Vec<Colleague<'r>> {
    others.into_iter().filter(|other| other.period.accompanies(period, day)).collect()
}

/// Whom somebody takes over from: the one person whose mission ended before, when nobody else came in between or
/// on the same day. Where several could be meant there is none.
pub(in crate::letter) fn predecessor<'r>(
    others: impl IntoIterator<Item = Colleague<'r>>,
    period: MissionPeriod,
) -> Option<Colleague<'r>> {
    let others: Vec<Colleague<'r>> = others.into_iter().collect();
    let before = others.iter().filter(|other| other.period.last < period.first);
    let last = before.clone().map(|other| other.period.last).max()?;
    let mut latest = before.filter(|other| other.period.last == last);
    let (former, another) = (latest.next()?, latest.next());
    let came_between =
        others.iter().any(|other| other.period.first > last && other.period.first <= period.first);
    (another.is_none() && !came_between).then_some(*former)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn period(first: (i8, i8), last: (i8, i8)) -> MissionPeriod {
        let day = |(month, day): (i8, i8)| date(if month > 8 { 2026 } else { 2027 }, month, day);
        MissionPeriod { first: day(first), last: day(last) }
    }

    #[test]
    fn colleagues_share_a_day_that_is_not_past() {
        let letter = date(2026, 11, 16);
        let mine = period((11, 1), (8, 31));
        for (other, is_named) in [
            (period((9, 1), (8, 31)), true),
            (period((9, 1), (10, 31)), false),
            (period((9, 1), (11, 1)), false),
            (period((9, 1), (11, 16)), true),
            (period((9, 1), (11, 15)), false),
            (period((2, 1), (8, 31)), true),
        ] {
            assert_eq!(other.accompanies(mine, letter), is_named, "{other:?}");
        }
        let short = period((9, 1), (1, 31));
        assert!(!period((2, 1), (8, 31)).accompanies(short, letter), "one after the other");
    }
}
