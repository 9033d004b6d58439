//! What the conditions of rules may ask of a letter.

use super::mission_letter::Letter;
use crate::records::people::{Assignment, Establishment};
use crate::records::values::SchoolYear;
use crate::rules::{Circumstances, Ruleset};

/// The circumstances of a school and an assignment, before the allowance is looked up.
/// `has_referent` says whether a person is named.
pub(super) fn circumstances(
    school: &Establishment,
    assignment: Option<&Assignment>,
    has_referent: bool,
    year: SchoolYear,
) -> Circumstances {
    Circumstances {
        kind: school.kind.value,
        sector: school.sector.value,
        digital_workspace: school.digital_workspace.is_some(),
        authority: school.authority.is_some(),
        allowance: assignment.is_some_and(|a| a.allowance.is_some()),
        allowance_granted: assignment.is_some_and(|a| a.granted(year).is_some()),
        training_with: assignment.is_some_and(|a| !a.training_with.is_empty()),
        referent: has_referent,
    }
}

/// The circumstances of a letter: an allowance that is not in force does not count.
pub(super) fn of_letter(
    letter: &Letter<'_>,
    ruleset: &Ruleset<'_>,
    year: SchoolYear,
) -> Circumstances {
    let assignment = letter.referent.map(|(_, assignment)| assignment);
    let mut facts = circumstances(letter.establishment, assignment, assignment.is_some(), year);
    let in_force = assignment
        .and_then(|assignment| assignment.allowance.as_ref())
        .is_some_and(|id| ruleset.allowance_for(&id.value, &facts).is_some());
    facts.allowance = in_force;
    facts.allowance_granted &= in_force;
    facts
}
