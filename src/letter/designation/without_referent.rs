//! The schools of a campaign that have no referent: nobody is assigned for the school year, or the mission of the last
//! one is over.
//!
//! Must not know what they were asked before.

use crate::letter::campaign_letters::CampaignLetters;
use crate::letter::content::mission_period::Colleague;
use crate::letter::mission_letter::Block;
use crate::records::people::{Establishment, Referent};
use crate::records::values::EmailAddress;
use crate::records::word_lists::WithoutReferent;
use jiff::civil::Date;

/// A school without a referent.
#[derive(Clone, Copy, Debug)]
pub struct SchoolWithoutReferent<'r> {
    /// Its record.
    pub establishment: &'r Establishment,
    /// The referent whose mission ended last within the school year; none if nobody served it.
    pub former: Option<FormerReferent<'r>>,
    /// What keeps a message from being sent to it.
    pub blocked: Option<Block>,
}

/// A referent whose mission is over.
#[derive(Clone, Copy, Debug)]
pub struct FormerReferent<'r> {
    /// The record of the person.
    pub referent: &'r Referent,
    /// The last day of the mission.
    pub last_day: Date,
}

impl<'r> SchoolWithoutReferent<'r> {
    /// Where a message goes; nothing when it is blocked.
    pub fn address(&self) -> Option<&'r EmailAddress> {
        let email = self.establishment.email.as_ref().filter(|_| self.blocked.is_none());
        email.map(|email| &email.value)
    }
}

impl<'r> CampaignLetters<'r> {
    /// The schools that have no referent on a day, by UAI; none where they get a letter with a blank for the name.
    /// Schools that are closed by then, merged or left out are not among them.
    pub fn without_referent(&self, today: Date) -> Vec<SchoolWithoutReferent<'r>> {
        if self.settings.letters.without_referent != WithoutReferent::Skip {
            return Vec::new();
        }
        let schools = self.schools.values().copied();
        let mut found: Vec<SchoolWithoutReferent<'r>> = schools
            .filter(|school| self.is_open(school, today) && !self.is_left_out(school))
            .filter_map(|school| self.school_without_referent(school, today))
            .collect();
        found.sort_by_key(|school| &school.establishment.uai.value);
        found
    }

    /// Whether somebody is, or will be, a school's referent in the school year.
    pub fn has_referent(&self, uai: &str, today: Date) -> bool {
        let mut schools = self.schools.values().filter(|school| school.uai.as_str() == uai);
        schools.next().is_some_and(|school| self.school_without_referent(school, today).is_none())
    }

    /// Whether a school of the records is one that is asked for a referent, if a person left it out or not.
    pub fn may_be_asked(&self, uai: &str, today: Date) -> bool {
        let is_skipped = self.settings.letters.without_referent == WithoutReferent::Skip;
        let mut schools = self.schools.values().filter(|school| school.uai.as_str() == uai);
        is_skipped
            && schools.next().is_some_and(|school| {
                self.is_open(school, today) && self.school_without_referent(school, today).is_some()
            })
    }

    fn school_without_referent(
        &self,
        establishment: &'r Establishment,
        today: Date,
    ) -> Option<SchoolWithoutReferent<'r>> {
        let year_end = self.campaign.school_year.value.last_day();
        let served = self.colleagues.get(&establishment.uai.value);
        let missions = served.into_iter().flatten();
        let is_over = |one: &Colleague<'r>| one.period.last < today && one.period.last < year_end;
        if missions.clone().any(|one| !is_over(one)) {
            return None;
        }
        let last = missions.max_by_key(|one| one.period.last);
        let former =
            last.map(|one| FormerReferent { referent: one.referent, last_day: one.period.last });
        let blocked = self.block_of(establishment);
        Some(SchoolWithoutReferent { establishment, former, blocked })
    }

    /// Whether a school is still open when the letters of the campaign are dated, and goes on by itself.
    fn is_open(&self, school: &Establishment, today: Date) -> bool {
        let day = today.max(self.dates.date);
        let is_closed = school.closed.as_ref().is_some_and(|closed| closed.value.0 <= day);
        !is_closed && school.merged_into.is_none()
    }

    /// Whether a person left a school out, or a record that could not be read and may serve it.
    fn is_left_out(&self, school: &Establishment) -> bool {
        let excluded = &self.exclusions.records;
        excluded.holds(school.uai.as_str()) || excluded.mentions(school.uai.as_str())
    }
}
