//! The assignments of a year that could go on into the next, and what stands out about each. Pure.

use crate::app::new_year::decisions::{AssignmentDecision, AssignmentKey};
use crate::records::Records;
use crate::records::campaign::Campaign;
use crate::records::people::{Assignment, Establishment, Referent};
use crate::records::values::{SchoolYear, Uai};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What stands out about an assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Situation {
    /// Nothing: it goes on unless a person says otherwise.
    Usual,
    /// Its record says that it ends with the year, or before.
    Ends(Date),
    /// Its school closes.
    Closes(Date),
    /// Its school is taken over by another.
    Merges(Date, Uai),
}

/// One assignment of the year that ends.
#[derive(Clone, Debug)]
pub struct AssignmentCase<'r> {
    /// The referent of the assignment.
    pub referent: &'r Referent,
    /// Number of the assignment among theirs.
    pub at: usize,
    /// The assignment of the year that ends.
    pub assignment: &'r Assignment,
    /// The school, if it is known.
    pub school: Option<&'r Establishment>,
    /// What needs attention, if anything.
    pub situation: Situation,
}

impl AssignmentCase<'_> {
    /// Which assignment it is.
    pub fn key(&self) -> AssignmentKey {
        AssignmentKey {
            referent: self.referent.id.to_string(),
            uai: self.assignment.establishment.value.to_string(),
        }
    }

    /// What is proposed where nobody has to think.
    pub fn proposed(&self) -> AssignmentDecision {
        match &self.situation {
            Situation::Usual => AssignmentDecision::Continues,
            Situation::Ends(_) => AssignmentDecision::Ends(self.end_reason()),
            Situation::Closes(_) => {
                AssignmentDecision::Ends(Some("fermeture de l’établissement".to_owned()))
            }
            Situation::Merges(_, into) => AssignmentDecision::Follows(into.clone()),
        }
    }

    /// The reason for its end that the record gives.
    pub fn end_reason(&self) -> Option<String> {
        self.assignment.end_reason.as_ref().map(|reason| reason.value.to_string())
    }
}

/// The assignments of a campaign's year that could go on into the next, in the order of the records.
pub fn assignment_cases<'r>(
    records: &'r Records,
    from: &Campaign,
    next: SchoolYear,
) -> Vec<AssignmentCase<'r>> {
    let schools: BTreeMap<&Uai, &Establishment> =
        records.establishments.iter().map(|school| (&school.uai.value, school)).collect();
    let year = from.school_year.value;
    let mut cases = Vec::new();
    for referent in &records.referents {
        for (at, assignment) in referent.assignments.iter().enumerate() {
            let since = assignment.since.value.0;
            let until = assignment.until.as_ref().map(|day| day.value.0);
            // One that ends before the year does was ended by a person, and has its end letter.
            let over = until.is_some_and(|until| until < year.last_day());
            if !year.touches(since, until) || over || continues(referent, assignment, next) {
                continue;
            }
            let school = schools.get(&assignment.establishment.value).copied();
            let closed = school.and_then(|school| school.closed.as_ref()).map(|day| day.value.0);
            let into =
                school.and_then(|school| school.merged_into.as_ref()).map(|uai| uai.value.clone());
            let situation = match (closed.filter(|day| *day <= next.first_day()), into, until) {
                (Some(day), Some(into), _) => Situation::Merges(day, into),
                (Some(day), None, _) => Situation::Closes(day),
                (None, _, Some(until)) if until <= year.last_day() => Situation::Ends(until),
                _ => Situation::Usual,
            };
            cases.push(AssignmentCase { referent, at, assignment, school, situation });
        }
    }
    cases
}

/// Whether the same referent has an assignment of the next year in the same school already.
fn continues(referent: &Referent, assignment: &Assignment, next: SchoolYear) -> bool {
    referent.assignments.iter().any(|other| {
        other.establishment.value == assignment.establishment.value
            && other.since.value.0 > assignment.since.value.0
            && next.touches(other.since.value.0, other.until.as_ref().map(|until| until.value.0))
    })
}
