//! Schools and people as templates see them: the views of `[[establishment]]` and `[[referent]]`.

use super::mission_period::EarlyEnd;
use crate::records::people::{Assignment, Establishment, Head, Opinion, Referent};
use crate::records::table_reader::Located;
use crate::records::values::{Day, EmailAddress, SchoolYear, SingleLine, Uai};
use crate::records::word_lists::{Civility, Kind, Sector};
use jiff::civil::Date;
use serde::Serialize;

/// What templates may print of a school.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of [[establishment]], documented in records::people")]
pub struct EstablishmentView<'r> {
    pub uai: &'r str,
    pub kind: Kind,
    pub sector: Sector,
    pub name: &'r str,
    pub site: Option<&'r str>,
    pub address: Vec<&'r str>,
    pub postcode: &'r str,
    pub city: &'r str,
    pub email: Option<&'r str>,
    pub head: Option<HeadView<'r>>,
    pub authority: Option<&'r str>,
    pub digital_workspace: Option<&'r str>,
    pub priorities: Vec<&'r str>,
    pub opinions: Vec<OpinionView<'r>>,
}

impl<'r> EstablishmentView<'r> {
    /// What the letters of a school year may print of a school.
    pub fn new(school: &'r Establishment, year: SchoolYear) -> Self {
        Self {
            uai: school.uai.as_str(),
            kind: school.kind.value,
            sector: school.sector.value,
            name: &school.name,
            site: text(&school.site),
            address: lines(&school.address),
            postcode: &school.postcode,
            city: &school.city,
            email: school.email.as_ref().map(|email| email.as_str()),
            head: school.head.as_ref().map(HeadView::new),
            authority: text(&school.authority),
            digital_workspace: text(&school.digital_workspace),
            priorities: school.priorities_of(year).iter().map(|text| &*text.value).collect(),
            opinions: school
                .opinions
                .iter()
                .filter(|opinion| opinion.is_of(year))
                .map(OpinionView::new)
                .collect(),
        }
    }
}

/// What templates may print of the head of a school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the keys of head, documented in records::people")]
pub struct HeadView<'r> {
    pub civility: Option<Civility>,
    pub given_name: &'r str,
    pub family_name: &'r str,
    pub function: &'r str,
    pub since: Option<Date>,
    pub acting: bool,
}

impl<'r> HeadView<'r> {
    /// What may be printed of a head.
    pub fn new(head: &'r Head) -> Self {
        Self {
            civility: value(&head.civility),
            given_name: &head.given_name,
            family_name: &head.family_name,
            function: &head.function,
            since: day(&head.since),
            acting: head.acting,
        }
    }
}

/// What templates may print of an opinion of a council.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of opinions, documented in records::people")]
pub struct OpinionView<'r> {
    pub body: &'r str,
    pub date: Date,
}

impl<'r> OpinionView<'r> {
    fn new(opinion: &'r Opinion) -> Self {
        Self { body: &opinion.body, date: opinion.date.value.0 }
    }
}

/// What templates may print of a referent.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of [[referent]], documented in records::people")]
pub struct ReferentView<'r> {
    pub id: &'r str,
    pub civility: Option<Civility>,
    pub given_name: &'r str,
    pub family_name: &'r str,
    pub email: Option<&'r str>,
    pub post: &'r str,
}

impl<'r> ReferentView<'r> {
    /// What may be printed of a referent.
    pub fn new(referent: &'r Referent) -> Self {
        Self {
            id: referent.id.as_str(),
            civility: value(&referent.civility),
            given_name: &referent.given_name,
            family_name: &referent.family_name,
            email: referent.email.as_ref().map(|email| email.as_str()),
            post: &referent.post,
        }
    }
}

/// A person named in passing.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of [[referent]], documented in records::people")]
pub struct PersonView<'r> {
    pub civility: Option<Civility>,
    pub given_name: &'r str,
    pub family_name: &'r str,
}

impl<'r> PersonView<'r> {
    /// What may be printed of a colleague.
    pub fn new(referent: &'r Referent) -> Self {
        Self {
            civility: value(&referent.civility),
            given_name: &referent.given_name,
            family_name: &referent.family_name,
        }
    }
}

/// A colleague in the same school.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of [[referent]], documented in records::people")]
pub struct ColleagueView<'r> {
    #[serde(flatten)]
    pub person: PersonView<'r>,
    /// From when on, where the mission begins after the letter.
    pub since: Option<Date>,
}

/// What templates may print of an assignment.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of an assignment, documented in records::people")]
pub struct AssignmentView<'r> {
    pub since: Date,
    pub until: Option<Date>,
    pub end_reason: Option<&'r str>,
    pub allowance_granted: Option<Date>,
    pub training_with: Vec<NeighbourView<'r>>,
}

impl<'r> AssignmentView<'r> {
    /// What the letters of a school year may print of an assignment in a school; `neighbours` are the
    /// schools of `training_with`.
    pub fn new(
        assignment: &'r Assignment,
        school: &'r Establishment,
        neighbours: Vec<&'r Establishment>,
        year: SchoolYear,
    ) -> Self {
        let end = EarlyEnd::of(assignment, school, year);
        Self {
            since: assignment.since.value.0,
            until: end.map(|end| end.day.value.0),
            end_reason: end.and_then(|end| end.reason),
            allowance_granted: assignment.granted(year).map(|day| day.value.0),
            training_with: neighbours.into_iter().map(NeighbourView::new).collect(),
        }
    }
}

/// A school that shares a training session.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the keys of [[establishment]], documented in records::people")]
pub struct NeighbourView<'r> {
    pub uai: &'r Uai,
    pub name: &'r str,
    pub city: &'r str,
}

impl<'r> NeighbourView<'r> {
    fn new(school: &'r Establishment) -> Self {
        Self { uai: &school.uai.value, name: &school.name, city: &school.city }
    }
}

pub(super) fn lines(list: &[Located<SingleLine>]) -> Vec<&str> {
    list.iter().map(|line| &*line.value).collect()
}

pub(in crate::letter) fn text(value: &Option<Located<SingleLine>>) -> Option<&str> {
    value.as_ref().map(|line| &*line.value)
}

pub(super) fn value<T: Copy>(value: &Option<Located<T>>) -> Option<T> {
    value.as_ref().map(|value| value.value)
}

pub(super) fn day(value: &Option<Located<Day>>) -> Option<Date> {
    value.as_ref().map(|day| day.value.0)
}

/// The address as text; a helper for callers that hold a located one.
pub(in crate::letter) fn address(email: &Located<EmailAddress>) -> &str {
    email.as_str()
}
