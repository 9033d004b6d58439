//! What the conditions of rules may ask of a letter.

use super::campaign_letters::CampaignLetters;
use super::mission_letter::Letter;
use crate::records::people::{Assignment, Establishment};
use crate::rules::later_versions::LetterCircumstances;
use crate::rules::{Circumstances, Ruleset};

impl<'r> CampaignLetters<'r> {
    /// The circumstances of a school and an assignment, before the allowance is looked up.
    pub(super) fn circumstances(
        &self,
        school: &'r Establishment,
        assignment: Option<&'r Assignment>,
    ) -> Circumstances {
        let year = self.campaign.school_year.value;
        Circumstances {
            kind: school.kind.value,
            sector: school.sector.value,
            digital_workspace: school.digital_workspace.is_some(),
            authority: school.authority.is_some(),
            allowance: assignment.is_some_and(|a| a.allowance.is_some()),
            allowance_granted: assignment.is_some_and(|a| a.granted(year).is_some()),
            training_with: assignment.is_some_and(|a| !self.neighbours(a, school).is_empty()),
            referent: assignment.is_some(),
        }
    }

    /// What decides which rules each letter prints.
    pub fn rule_facts(&self) -> Vec<LetterCircumstances<'r>> {
        let facts = |letter: &Letter<'r>| {
            let assignment = letter.referent.map(|(_, assignment)| assignment);
            let missions = assignment.into_iter().flat_map(|assignment| &assignment.missions);
            LetterCircumstances {
                circumstances: self.circumstances(letter.establishment, assignment),
                missions: missions.map(|id| &id.value).collect(),
                allowance: assignment
                    .and_then(|assignment| assignment.allowance.as_ref())
                    .map(|id| &id.value),
            }
        };
        self.letters.iter().map(facts).collect()
    }

    /// The circumstances of a letter: an allowance that is not in force does not count.
    pub(super) fn circumstances_of(
        &self,
        letter: &Letter<'r>,
        ruleset: &Ruleset<'r>,
    ) -> Circumstances {
        let assignment = letter.referent.map(|(_, assignment)| assignment);
        let mut facts = self.circumstances(letter.establishment, assignment);
        let in_force = assignment
            .and_then(|assignment| assignment.allowance.as_ref())
            .is_some_and(|id| ruleset.allowance_for(&id.value, &facts).is_some());
        facts.allowance = in_force;
        facts.allowance_granted &= in_force;
        facts
    }
}
