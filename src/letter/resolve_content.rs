//! What one letter or cover must say: its content, for the template.

use super::campaign_letters::CampaignLetters;
use super::content::act_views::{ActView, SupersedesView};
use super::content::attachment_name;
use super::content::mission_period::{EarlyEnd, MissionPeriod};
use super::content::record_views::{
    AssignmentView, ColleagueView, EstablishmentView, HeadView, PersonView, ReferentView, address,
};
use super::content::{
    self, AllowanceView, ClauseView, CoverContent, LetterContent, LetterView, MissionView,
    NameView, PictureView, SourceView,
};
use super::fill_placeholders::PlaceholderValues;
use super::issue::Issue;
use super::mailing::{self, LetterInMessage, Mailing, Occasion};
use super::mission_letter::Letter;
use super::page_code;
use crate::diagnostic::Problem;
use crate::records::people::{Assignment, Establishment};
use crate::records::values::{SchoolYear, SignatureRequest, Slug};
use crate::records::word_lists::{Act, Signer};
use crate::rules::{Circumstances, Ruleset};
use std::borrow::Cow;

impl<'r> CampaignLetters<'r> {
    /// What one letter must say, its QR codes included.
    pub fn letter(&self, letter: &Letter<'r>, issue: &Issue) -> Result<LetterContent<'r>, Problem> {
        let mut content = self.words(letter, issue)?;
        content.qr = page_code::codes(&letter.reference.to_string(), issue.revision)?;
        Ok(content)
    }

    /// What one letter must say, without the QR codes, which take longer than all the rest.
    pub fn words(&self, letter: &Letter<'r>, issue: &Issue) -> Result<LetterContent<'r>, Problem> {
        let school = letter.establishment;
        let year = self.campaign.school_year.value;
        let reply_by = self.reply_by(issue);
        let ruleset = self.ruleset_of(issue);
        let (organisation, campaign) =
            content::common(self.settings, self.campaign, ruleset.date, reply_by);
        let assignment = letter.referent.map(|(_, assignment)| assignment);
        let facts = self.circumstances_of(letter, &ruleset);
        let allowance = assignment
            .and_then(|assignment| assignment.allowance.as_ref())
            .and_then(|id| ruleset.allowance_for(&id.value, &facts));
        let values = PlaceholderValues {
            settings: self.settings,
            campaign: self.campaign,
            school,
            referent: letter.referent.map(|(referent, _)| referent),
            allowance: allowance.map(|(_, rate)| rate),
            reply_by,
            date: issue.date,
            last_day: assignment
                .map_or(year.last_day(), |held| MissionPeriod::of(held, school, year).last),
        };
        Ok(LetterContent {
            reference: letter.reference.clone(),
            revision: issue.revision,
            date: issue.date,
            supersedes: issue.supersedes.as_ref().map(|former| SupersedesView {
                act: ActView::new(former),
                boxes: self.settings.letters.writable.iter().map(|w| w.value).collect(),
                agreed: former.agreed.clone(),
                changes: None,
            }),
            rehearsal: self.rehearsal,
            organisation,
            reply_to: address(&self.settings.mail.reply_to),
            campaign,
            establishment: EstablishmentView::new(school, year),
            referent: letter.referent.map(|(referent, _)| ReferentView::new(referent)),
            assignment: assignment
                .map(|a| AssignmentView::new(a, school, self.neighbours(a, school), year)),
            other_referents: self.colleague_views(letter, issue),
            predecessor: self.predecessor_of(letter).map(PersonView::new),
            missions: missions(&ruleset, assignment, &values, &facts)?,
            clauses: clauses(&ruleset, &values, &facts)?,
            allowance: allowance.map(|(allowance, rate)| AllowanceView {
                id: allowance.id.as_str(),
                label: &rate.label,
                amount: rate.amount.value,
                granted: assignment.and_then(|a| a.granted(year)).map(|day| day.value.0),
                source: SourceView::new(&rate.source),
            }),
            signatures: self.signatures(issue.signature()),
            issuer_image: self.settings.letters.issuer_image.as_ref().map(PictureView::new),
            // What was agreed in the boxes of a letter stays so; a mission that ends has nothing to agree on.
            writable: match issue.asks_signature() && !issue.prints_changes_only() {
                true => self.settings.letters.writable.iter().map(|w| w.value).collect(),
                false => Vec::new(),
            },
            qr: Vec::new(),
        })
    }

    /// The boxes to sign: what is for information is signed by the authority alone.
    fn signatures(&self, request: SignatureRequest) -> Vec<Signer> {
        let boxes = self.settings.letters.signatures.iter().map(|signer| signer.value);
        let is_asked = request != SignatureRequest::Information;
        boxes.filter(|signer| is_asked || *signer == Signer::Issuer).collect()
    }

    /// The schools that share a training session with an assignment, but those that closed before it began.
    pub(super) fn neighbours(
        &self,
        assignment: &Assignment,
        school: &Establishment,
    ) -> Vec<&'r Establishment> {
        let period = MissionPeriod::of(assignment, school, self.campaign.school_year.value);
        let known = assignment.training_with.iter();
        known
            .filter_map(|uai| self.schools.get(&uai.value).copied())
            .filter(|other| other.closed.as_ref().is_none_or(|day| day.value.0 >= period.first))
            .collect()
    }

    /// The colleagues that a letter names; from when on, where their mission begins later.
    fn colleague_views(&self, letter: &Letter<'r>, issue: &Issue) -> Vec<ColleagueView<'r>> {
        let colleagues = self.colleagues_of(letter, issue.date).into_iter();
        let views = colleagues.map(|colleague| ColleagueView {
            person: PersonView::new(colleague.referent),
            since: Some(colleague.period.first).filter(|first| *first > issue.date),
        });
        views.collect()
    }

    /// What the cover of a message must say, in a form: `pdf` or `html`.
    pub fn cover(
        &self,
        mailing: &Mailing<'r>,
        occasion: &Occasion<'_>,
        form: &'static str,
    ) -> Result<CoverContent<'r>, Problem> {
        let letters: Vec<&Letter<'r>> =
            mailing.letters.iter().map(|at| &self.letters[*at]).collect();
        let schools = distinct_schools(&letters);
        let (first, year) = (schools[0], self.campaign.school_year.value);
        let reply_by = occasion.letters.iter().map(|letter| self.reply_by(&letter.issue)).max();
        let reply_by = reply_by.unwrap_or(self.dates.reply_by);
        // The cover is under the rules of its latest letter.
        let issues = occasion.letters.iter().map(|letter| self.ruleset_of(&letter.issue));
        let ruleset = issues.max_by_key(|ruleset| ruleset.date);
        let ruleset = ruleset.unwrap_or(Cow::Borrowed(self.ruleset()));
        let (organisation, campaign) =
            content::common(self.settings, self.campaign, ruleset.date, reply_by);
        let referent = letters[0].referent.map(|(referent, _)| referent);
        let last_day = letters[0].referent.map_or(year.last_day(), |(_, assignment)| {
            MissionPeriod::of(assignment, first, year).last
        });
        let values = PlaceholderValues {
            settings: self.settings,
            campaign: self.campaign,
            school: first,
            referent,
            allowance: None,
            reply_by,
            date: occasion.date,
            last_day,
        };
        let facts =
            Circumstances { referent: referent.is_some(), ..self.circumstances(first, None) };
        // A cover speaks of no allowance; clauses that quote one are meant for letters.
        let clauses = clauses(&ruleset, &values, &facts)?;
        Ok(CoverContent {
            form,
            reference: self.mailing_name(mailing),
            date: occasion.date,
            rehearsal: self.rehearsal,
            organisation,
            reply_to: address(&self.settings.mail.reply_to),
            campaign,
            head: shared_head(&schools),
            establishments: schools
                .into_iter()
                .map(|school| EstablishmentView::new(school, year))
                .collect(),
            letters: letters
                .iter()
                .zip(occasion.letters)
                .map(|(letter, sent)| listed(letter, sent, year))
                .collect(),
            file: self.settings.mail.attach_cover.then(|| mailing.attachment_name()),
            enclosures: match mailing::carries_enclosures(occasion.letters) {
                true => self.enclosures.clone(),
                false => Vec::new(),
            },
            clauses,
            signatures: self.signatures(asked_of(occasion)),
            writable: self.settings.letters.writable.iter().map(|w| w.value).collect(),
        })
    }
}

fn missions<'r>(
    ruleset: &Ruleset<'r>,
    assignment: Option<&'r Assignment>,
    values: &PlaceholderValues<'r>,
    facts: &Circumstances,
) -> Result<Vec<MissionView<'r>>, Problem> {
    let chosen = assignment.into_iter().flat_map(|assignment| &assignment.missions);
    let chosen: Vec<&Slug> = chosen.map(|id| &id.value).collect();
    let mut missions = Vec::new();
    for (mission, version) in ruleset.missions_for(facts, &chosen) {
        let mut activities = Vec::with_capacity(version.activities.len());
        for activity in &version.activities {
            activities.push(values.fill(activity, activity.span)?);
        }
        missions.push(MissionView {
            id: mission.id.as_str(),
            number: mission.number.value,
            rank: version.rank.value,
            title: values.fill(&version.title, version.title.span)?,
            text: values.fill(&version.text, version.text.span)?,
            activities,
            source: SourceView::new(&version.source),
        });
    }
    Ok(missions)
}

fn clauses<'r>(
    ruleset: &Ruleset<'r>,
    values: &PlaceholderValues<'r>,
    facts: &Circumstances,
) -> Result<Vec<ClauseView<'r>>, Problem> {
    let mut clauses = Vec::new();
    for (clause, version) in ruleset.clauses_for(facts) {
        clauses.push(ClauseView {
            id: clause.id.as_str(),
            slot: clause.slot.as_str(),
            text: values.fill(&version.text, version.text.span)?,
            source: SourceView::new(&version.source),
        });
    }
    Ok(clauses)
}

/// What a cover asks for: nothing to sign where all its documents are for information.
fn asked_of(occasion: &Occasion<'_>) -> SignatureRequest {
    let informs = occasion.letters.iter().all(|letter| {
        letter.for_information || letter.issue.signature() == SignatureRequest::Information
    });
    match informs && !occasion.letters.is_empty() {
        true => SignatureRequest::Information,
        false => SignatureRequest::Asked,
    }
}

/// The schools of some letters, each once, in their order.
fn distinct_schools<'r>(letters: &[&Letter<'r>]) -> Vec<&'r Establishment> {
    let mut schools: Vec<&'r Establishment> = Vec::new();
    for letter in letters {
        if !schools.iter().any(|school| school.uai.value == letter.establishment.uai.value) {
            schools.push(letter.establishment);
        }
    }
    schools
}

/// The head of all these schools, if they have the same one by civility and name.
pub(super) fn shared_head<'r>(schools: &[&'r Establishment]) -> Option<HeadView<'r>> {
    let head = |school: &'r Establishment| school.head.as_ref().map(HeadView::new);
    let name = |school: &'r Establishment| {
        head(school).map(|head| (head.civility, head.given_name, head.family_name))
    };
    let is_shared = schools.iter().all(|school| name(school) == name(schools[0]));
    if is_shared { head(schools[0]) } else { None }
}

/// A letter as its cover lists it.
fn listed<'r>(letter: &Letter<'r>, sent: &LetterInMessage, year: SchoolYear) -> LetterView<'r> {
    let end = letter
        .referent
        .and_then(|(_, assignment)| EarlyEnd::of(assignment, letter.establishment, year))
        .filter(|_| sent.issue.act() == Some(Act::End));
    LetterView {
        reference: letter.reference.clone(),
        revision: sent.issue.revision,
        date: sent.issue.date,
        supersedes: sent.issue.supersedes.as_ref().map(ActView::new),
        readdressed: sent.readdressed,
        for_information: sent.for_information,
        amendment_number: sent.amendment_number,
        ends_on: end.map(|end| end.day.value.0),
        file: attachment_name::of_letter(letter, sent),
        establishment: NameView {
            uai: letter.establishment.uai.as_str(),
            name: &letter.establishment.name,
        },
        referent: letter.referent.map(|(referent, _)| ReferentView::new(referent)),
    }
}
