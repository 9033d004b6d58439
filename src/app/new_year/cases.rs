//! Next year from this year's records: each assignment goes on, ends, or passes to somebody else, as a
//! person says; the campaign's file with its dates moved; and what is still unknown.
//!
//! Nothing that a letter of the year before prints may change: that is checked before anything is
//! written. [`sheet`] is the list of questions as a spreadsheet, [`year`] the campaign's file,
//! [`write`](mod@write) the changes of the records.

use crate::records::Records;
use crate::records::campaign::Campaign;
use crate::records::people::{Assignment, Establishment, Referent};
use crate::records::values::{SchoolYear, Uai};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

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
pub struct Case<'r> {
    /// The referent.
    pub referent: &'r Referent,
    /// Number of the assignment among theirs.
    pub at: usize,
    /// The assignment.
    pub assignment: &'r Assignment,
    /// The school, if it is known.
    pub school: Option<&'r Establishment>,
    /// What stands out.
    pub situation: Situation,
}

/// What becomes of an assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes on.
    Continues,
    /// It ends with the school year, for this reason.
    Ends(Option<String>),
    /// It passes to somebody else.
    Passes(Successor, Option<String>),
    /// The same referent goes on in the school that takes over.
    Follows(Uai),
}

/// Who takes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Successor {
    /// A referent whom the records know, by identifier.
    Known(String),
    /// Somebody new.
    New(Newcomer),
}

/// A referent whom the records do not know yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Newcomer {
    /// Mme or M.
    pub civility: Option<String>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Mail address.
    pub email: Option<String>,
    /// Post.
    pub post: String,
}

/// What was decided.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    /// By referent and school.
    pub fates: BTreeMap<Key, Fate>,
    /// Schools without a referent that get one.
    pub appointed: Vec<(String, Successor)>,
}

/// The key of a case: referent and school.
pub type Key = (String, String);

impl Case<'_> {
    /// Its key.
    pub fn key(&self) -> Key {
        (self.referent.id.to_string(), self.assignment.establishment.value.to_string())
    }

    /// What is proposed where nobody has to think.
    pub fn proposed(&self) -> Fate {
        match &self.situation {
            Situation::Usual => Fate::Continues,
            Situation::Ends(_) => {
                Fate::Ends(self.assignment.end_reason.as_ref().map(|own| own.value.to_string()))
            }
            Situation::Closes(_) => Fate::Ends(Some("fermeture de l’établissement".to_owned())),
            Situation::Merges(_, into) => Fate::Follows(into.clone()),
        }
    }
}

/// The assignments of a campaign's year that could go on into the next, in the order of the records.
pub fn cases<'r>(records: &'r Records, from: &Campaign, next: SchoolYear) -> Vec<Case<'r>> {
    let schools: BTreeMap<&Uai, &Establishment> =
        records.establishments.iter().map(|school| (&school.uai.value, school)).collect();
    let year = from.school_year.value;
    let mut cases = Vec::new();
    for referent in &records.referents {
        for (at, assignment) in referent.assignments.iter().enumerate() {
            let since = assignment.period.since.value.0;
            let until = assignment.period.until.as_ref().map(|own| own.value.0);
            // One that ends before the year does was ended by somebody, and told.
            let over = until.is_some_and(|until| until < year.last_day());
            if !year.touches(since, until) || over || goes_on(referent, assignment, next) {
                continue;
            }
            let school = schools.get(&assignment.establishment.value).copied();
            let closed = school.and_then(|own| own.closed.as_ref()).map(|own| own.value.0);
            let into = school.and_then(|own| own.merged_into.as_ref()).map(|own| own.value.clone());
            let situation = match (closed.filter(|day| *day <= next.first_day()), into, until) {
                (Some(day), Some(into), _) => Situation::Merges(day, into),
                (Some(day), None, _) => Situation::Closes(day),
                (None, _, Some(until)) if until <= year.last_day() => Situation::Ends(until),
                _ => Situation::Usual,
            };
            cases.push(Case { referent, at, assignment, school, situation });
        }
    }
    cases
}

/// Whether the same referent has an assignment of the next year in the same school already.
fn goes_on(referent: &Referent, own: &Assignment, next: SchoolYear) -> bool {
    referent.assignments.iter().any(|other| {
        other.establishment.value == own.establishment.value
            && other.period.since.value.0 > own.period.since.value.0
            && next.touches(
                other.period.since.value.0,
                other.period.until.as_ref().map(|until| until.value.0),
            )
    })
}

/// What nobody knows yet about the next year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// Open schools that nobody serves.
    pub without_referent: Vec<String>,
    /// Open schools without a head, or with one by interim.
    pub without_head: Vec<String>,
    /// Open schools without a mail address.
    pub without_email: Vec<String>,
    /// Schools with local priorities that were agreed for the year before.
    pub old_priorities: Vec<String>,
    /// Referents without a mail address.
    pub referents_without_email: Vec<String>,
    /// Assignments that share training with a school that closes.
    pub training_with_closed: Vec<String>,
}

/// Looks for what is unknown in records as they will be.
pub fn unknown(records: &Records, next: SchoolYear) -> Unknown {
    let mut unknown = Unknown::default();
    let closed = |school: &Establishment| {
        school.closed.as_ref().is_some_and(|day| day.value.0 <= next.first_day())
    };
    let gone: BTreeSet<&Uai> =
        records.establishments.iter().filter(|own| closed(own)).map(|own| &own.uai.value).collect();
    let mut served = BTreeSet::new();
    for referent in &records.referents {
        let mut serves = false;
        for assignment in &referent.assignments {
            let until = assignment.period.until.as_ref().map(|own| own.value.0);
            if !next.touches(assignment.period.since.value.0, until) {
                continue;
            }
            serves = true;
            served.insert(&assignment.establishment.value);
            if assignment.training_with.iter().any(|own| gone.contains(&own.value)) {
                let name = format!("{} ({})", referent.id.value, assignment.establishment.value);
                unknown.training_with_closed.push(name);
            }
        }
        if serves && referent.email.is_none() {
            unknown.referents_without_email.push(referent.id.to_string());
        }
    }
    for school in records.establishments.iter().filter(|own| !closed(own)) {
        let uai = school.uai.value.to_string();
        if !served.contains(&school.uai.value) {
            unknown.without_referent.push(uai.clone());
        }
        if school.head.as_ref().is_none_or(|head| head.acting) {
            unknown.without_head.push(uai.clone());
        }
        if school.email.is_none() {
            unknown.without_email.push(uai.clone());
        }
        if !school.priorities.is_empty() {
            unknown.old_priorities.push(uai);
        }
    }
    unknown
}
