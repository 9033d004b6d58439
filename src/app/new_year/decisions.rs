//! What a person decides about the assignments of the next year.

use crate::records::values::Uai;
use std::collections::{BTreeMap, BTreeSet};

/// Which assignment: a referent in a school.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AssignmentKey {
    /// Identifier of the referent.
    pub referent: String,
    /// UAI of the school.
    pub uai: String,
}

/// What becomes of an assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssignmentDecision {
    /// It goes on.
    Continues,
    /// It ends with the school year, for this reason.
    Ends(Option<String>),
    /// It passes to somebody else; the reason is for its end.
    Passes(ReferentSuccessor, Option<String>),
    /// The same referent goes on in the school that takes over.
    Follows(Uai),
}

/// Who takes an assignment over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferentSuccessor {
    /// A referent whom the records know, by identifier.
    Known(String),
    /// Somebody new.
    New(Newcomer),
}

/// A referent whom the records do not know yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Newcomer {
    /// Civility, `Mme` or `M.`; none if not known.
    pub civility: Option<String>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Mail address; none if not known.
    pub email: Option<String>,
    /// The post held, as printed after the name.
    pub post: String,
}

/// A referent for a school that has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// UAI of the school.
    pub uai: String,
    /// The referent.
    pub referent: ReferentSuccessor,
}

/// The decisions for all assignments.
#[derive(Clone, Debug, Default)]
pub struct NewYearDecisions {
    /// The decision for each assignment.
    pub assignments: BTreeMap<AssignmentKey, AssignmentDecision>,
    /// Referents for schools that have none.
    pub appointments: Vec<Appointment>,
    /// Schools that keep what was agreed on this year as the priorities of the next, by UAI.
    pub kept_priorities: BTreeSet<String>,
}
