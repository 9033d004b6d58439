//! The rules in force on a day, and which of them a letter has.
//!
//! [`Ruleset::at`] keeps the versions in force on a day; [`Ruleset::missions_for`] and its
//! sisters keep those whose condition holds for one letter.

use crate::records::Records;
use crate::records::rule::{
    Allowance, AllowanceVersion, Clause, ClauseVersion, Condition, Mission, MissionVersion, Version,
};
use crate::records::values::Slug;
use crate::records::word_lists::{Kind, Rank, Sector};
use jiff::civil::Date;

/// The rules in force on a day (cadre en vigueur).
#[derive(Clone, Debug)]
pub struct Ruleset<'r> {
    /// The day on which the rules are in force.
    pub date: Date,
    pub(super) missions: Vec<(&'r Mission, Vec<&'r MissionVersion>)>,
    pub(super) clauses: Vec<(&'r Clause, Vec<&'r ClauseVersion>)>,
    pub(super) allowances: Vec<(&'r Allowance, Vec<&'r AllowanceVersion>)>,
}

/// What a condition can ask of one letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// Kind of the school.
    pub kind: Kind,
    /// Sector of the school.
    pub sector: Sector,
    /// The school has an ENT.
    pub digital_workspace: bool,
    /// The authority in charge of the equipment is known.
    pub authority: bool,
    /// The assignment has an allowance in force.
    pub allowance: bool,
    /// The allowance was awarded.
    pub allowance_granted: bool,
    /// Schools share a training session.
    pub training_with: bool,
    /// The letter names a referent.
    pub referent: bool,
}

/// Whether a condition holds.
pub fn holds(condition: &Condition, letter: &Circumstances) -> bool {
    let flag = |asked: Option<bool>, is: bool| asked.is_none_or(|asked| asked == is);
    let kinds = condition.kind.as_ref();
    let sectors = condition.sector.as_ref();
    kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind.value == letter.kind))
        && sectors.is_none_or(|sectors| sectors.iter().any(|s| s.value == letter.sector))
        && flag(condition.digital_workspace, letter.digital_workspace)
        && flag(condition.authority, letter.authority)
        && flag(condition.allowance, letter.allowance)
        && flag(condition.allowance_granted, letter.allowance_granted)
        && flag(condition.training_with, letter.training_with)
        && flag(condition.referent, letter.referent)
}

fn in_force<V: Version>(versions: &[V], day: Date) -> Vec<&V> {
    versions.iter().filter(|version| version.is_in_force(day)).collect()
}

impl<'r> Ruleset<'r> {
    /// The rules in force on a day, missions by rank then number, clauses by order then place.
    pub fn at(records: &'r Records, date: Date) -> Self {
        let mut missions: Vec<_> = records
            .missions
            .iter()
            .map(|mission| (mission, in_force(&mission.versions, date)))
            .filter(|(_, versions)| !versions.is_empty())
            .collect();
        missions.sort_by_key(|(mission, _)| mission.number.value);
        let mut clauses: Vec<_> = records
            .clauses
            .iter()
            .map(|clause| (clause, in_force(&clause.versions, date)))
            .filter(|(_, versions)| !versions.is_empty())
            .collect();
        clauses.sort_by_key(|(clause, _)| clause.order.as_ref().map_or(u32::MAX, |o| o.value));
        let allowances = records
            .allowances
            .iter()
            .map(|allowance| (allowance, in_force(&allowance.versions, date)))
            .filter(|(_, versions)| !versions.is_empty())
            .collect();
        Self { date, missions, clauses, allowances }
    }

    /// The missions of a letter in printing order: priority ones first, then by number. `chosen`
    /// restricts them when it is not empty.
    pub fn missions_for(
        &self,
        letter: &Circumstances,
        chosen: &[&Slug],
    ) -> Vec<(&'r Mission, &'r MissionVersion)> {
        let mut list: Vec<_> = self
            .missions
            .iter()
            .filter(|(mission, _)| chosen.is_empty() || chosen.contains(&&mission.id.value))
            .filter_map(|(mission, versions)| {
                let version = versions.iter().find(|v| holds(&v.when, letter))?;
                Some((*mission, *version))
            })
            .collect();
        list.sort_by_key(|(_, version)| version.rank.value == Rank::Secondary);
        list
    }

    /// The clauses of a letter in printing order.
    pub fn clauses_for(&self, letter: &Circumstances) -> Vec<(&'r Clause, &'r ClauseVersion)> {
        self.clauses
            .iter()
            .filter_map(|(clause, versions)| {
                let version = versions.iter().find(|v| holds(&v.when, letter))?;
                Some((*clause, *version))
            })
            .collect()
    }

    /// The rate of an allowance for a letter, if it is in force and meant for it. The flags of
    /// `letter` that speak of the allowance itself are not looked at.
    pub fn allowance_for(
        &self,
        id: &Slug,
        letter: &Circumstances,
    ) -> Option<(&'r Allowance, &'r AllowanceVersion)> {
        let with = Circumstances { allowance: true, ..*letter };
        let (allowance, versions) = self.allowances.iter().find(|(a, _)| a.id.value == *id)?;
        let version = versions.iter().find(|v| holds(&v.when, &with))?;
        Some((allowance, version))
    }
}
