//! What nobody knows yet about the next year. Pure.

use crate::records::Records;
use crate::records::people::Establishment;
use crate::records::values::{SchoolYear, Uai};
use serde::Serialize;
use std::collections::BTreeSet;

/// What nobody knows yet about the next year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UnknownRecords {
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
pub fn find_unknown(records: &Records, next: SchoolYear) -> UnknownRecords {
    let mut unknown = UnknownRecords::default();
    let closed = |school: &Establishment| {
        school.closed.as_ref().is_some_and(|day| day.value.0 <= next.first_day())
    };
    let gone: BTreeSet<&Uai> = records
        .establishments
        .iter()
        .filter(|school| closed(school))
        .map(|school| &school.uai.value)
        .collect();
    let mut served = BTreeSet::new();
    for referent in &records.referents {
        let mut serves = false;
        for assignment in &referent.assignments {
            let until = assignment.until.as_ref().map(|day| day.value.0);
            if !next.touches(assignment.since.value.0, until) {
                continue;
            }
            serves = true;
            served.insert(&assignment.establishment.value);
            if assignment.training_with.iter().any(|uai| gone.contains(&uai.value)) {
                let name = format!("{} ({})", referent.id.value, assignment.establishment.value);
                unknown.training_with_closed.push(name);
            }
        }
        if serves && referent.email.is_none() {
            unknown.referents_without_email.push(referent.id.to_string());
        }
    }
    for school in records.establishments.iter().filter(|school| !closed(school)) {
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
        // Those of a named year are printed in that year alone.
        let is_of_any_year = school.priorities_school_year.is_none();
        if is_of_any_year && !school.priorities.is_empty() {
            unknown.old_priorities.push(uai);
        }
    }
    unknown
}
