//! All the letters that a campaign calls for, and which of them share a message.

use super::content::EnclosureView;
use super::content::mission_period::{Colleague, MissionPeriod, at_the_same_time, predecessor};
use super::exclusions::Exclusions;
use super::french;
use super::issue::Issue;
use super::mailing::Mailing;
use super::mission_letter::{Block, Letter};
use super::reference::Reference;
use crate::diagnostic::Problem;
use crate::records::Records;
use crate::records::campaign::{Campaign, EffectiveDates};
use crate::records::people::{Assignment, Establishment, Referent};
use crate::records::settings::Settings;
use crate::records::values::{EmailAddress, Slug, Uai};
use crate::records::word_lists::WithoutReferent;
use crate::rules::Ruleset;
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The letters and messages of a campaign.
pub struct CampaignLetters<'r> {
    pub(super) settings: &'r Settings,
    /// The record of the campaign.
    pub campaign: &'r Campaign,
    /// The dates that are printed.
    pub dates: EffectiveDates,
    /// The date of a rehearsal.
    pub rehearsal: Option<Date>,
    records: &'r Records,
    ruleset: Ruleset<'r>,
    pub(super) schools: HashMap<&'r Uai, &'r Establishment>,
    pub(super) colleagues: HashMap<&'r Uai, Vec<Colleague<'r>>>,
    pub(super) allowances: BTreeSet<&'r Slug>,
    pub(super) exclusions: &'r Exclusions,
    /// The letters, by reference.
    pub letters: Vec<Letter<'r>>,
    /// The messages, by lowest UAI.
    pub mailings: Vec<Mailing<'r>>,
    /// Letters left out on demand, with those that share their message or cannot be made alone.
    pub left_out: usize,
    /// Assignments that do not touch the campaign's school year.
    pub other_years: usize,
    pub(super) enclosures: Vec<EnclosureView>,
}

/// What the letters of a campaign are found from.
pub struct CampaignInputs<'r> {
    /// The records, without those that are left out.
    pub records: &'r Records,
    /// The settings of `missive.toml`.
    pub settings: &'r Settings,
    /// The record of the campaign.
    pub campaign: &'r Campaign,
    /// The dates that are printed.
    pub dates: EffectiveDates,
    /// The date of a rehearsal.
    pub rehearsal: Option<Date>,
    /// What is left out.
    pub exclusions: &'r Exclusions,
    /// The documents of the campaign, as covers name them.
    pub enclosures: Vec<EnclosureView>,
}

impl<'r> CampaignLetters<'r> {
    /// Finds the letters of a campaign, but those to leave out. What is wrong with them is added to
    /// `problems`.
    pub fn resolve(inputs: CampaignInputs<'r>, problems: &mut Vec<Problem>) -> Self {
        let CampaignInputs { records, settings, campaign, dates, rehearsal, .. } = inputs;
        let mut found = Self {
            settings,
            campaign,
            dates,
            rehearsal,
            records,
            ruleset: Ruleset::at(records, dates.rules_date),
            schools: records.establishments.iter().map(|s| (&s.uai.value, s)).collect(),
            colleagues: HashMap::new(),
            allowances: records.allowances.iter().map(|a| &a.id.value).collect(),
            letters: Vec::new(),
            mailings: Vec::new(),
            left_out: 0,
            other_years: 0,
            enclosures: inputs.enclosures,
            exclusions: inputs.exclusions,
        };
        found.find_letters(records, problems);
        found.letters.sort_by(|a, b| a.reference.cmp(&b.reference));
        found.report_same_references(problems);
        found.group();
        found.leave_out(inputs.exclusions);
        found
    }

    fn find_letters(&mut self, records: &'r Records, problems: &mut Vec<Problem>) {
        for referent in &records.referents {
            for assignment in &referent.assignments {
                let until = assignment.until.as_ref().map(|until| until.value.0);
                let since = assignment.since.value.0;
                if !self.campaign.school_year.value.touches(since, until) {
                    self.other_years += 1;
                    continue;
                }
                let uai = &assignment.establishment.value;
                let Some(school) = self.schools.get(uai).copied() else {
                    continue;
                };
                let period = MissionPeriod::of(assignment, school, self.campaign.school_year.value);
                let colleague = Colleague { referent, period };
                self.colleagues.entry(&school.uai.value).or_default().push(colleague);
                self.allowance_in_force(school, assignment, problems);
                self.add(school, Some((referent, assignment)));
            }
        }
        if self.settings.letters.without_referent == WithoutReferent::Open {
            for school in &records.establishments {
                let closed =
                    school.closed.as_ref().is_some_and(|day| day.value.0 <= self.dates.date);
                if !closed && !self.colleagues.contains_key(&school.uai.value) {
                    self.add(school, None);
                }
            }
        }
    }

    fn add(&mut self, school: &'r Establishment, referent: Option<(&'r Referent, &'r Assignment)>) {
        let id = referent.map(|(referent, _)| &referent.id.value);
        let blocked = self.block_of(school);
        self.letters.push(Letter {
            reference: Reference::new(&self.campaign.id.value, &school.uai.value, id),
            establishment: school,
            referent,
            blocked,
        });
    }

    /// What keeps a message from being sent to a school.
    pub(super) fn block_of(&self, school: &Establishment) -> Option<Block> {
        let allowed = |email: &EmailAddress| {
            let domain = email.domain();
            self.settings.mail.allowed_domains.iter().any(|allowed| allowed.covers(&domain))
        };
        match &school.email {
            None => Some(Block::NoAddress),
            Some(email) if !allowed(email) && school.email_exception.is_none() => {
                Some(Block::ForeignDomain)
            }
            Some(_) => None,
        }
    }

    /// The schools of the records, in no order.
    pub fn schools(&self) -> impl Iterator<Item = &'r Establishment> {
        self.schools.values().copied()
    }

    fn allowance_in_force(
        &self,
        school: &'r Establishment,
        assignment: &'r Assignment,
        problems: &mut Vec<Problem>,
    ) {
        let Some(id) = &assignment.allowance else {
            return;
        };
        if !self.allowances.contains(&id.value) {
            // It does not exist, which is another problem.
            return;
        }
        let letter = self.circumstances(school, Some(assignment));
        if self.ruleset.allowance_for(&id.value, &letter).is_none() {
            problems.push(
                Problem::warning(
                    "W-ALLOWANCE",
                    format!(
                        "l'indemnité « {} » n'est pas en vigueur le {} pour cet établissement : la lettre n'en parle pas",
                        id.value,
                        french::date(self.ruleset.date)
                    ),
                )
                .at(id.span)
                .help("vérifier les dates et la condition de l'indemnité dans data/rules"),
            );
        }
    }

    fn report_same_references(&self, problems: &mut Vec<Problem>) {
        for pair in self.letters.windows(2) {
            let distinct = pair[0].referent.map(|(r, _)| &r.id.value)
                != pair[1].referent.map(|(r, _)| &r.id.value);
            if pair[0].reference == pair[1].reference && distinct {
                problems.push(
                    Problem::error(
                        "E-REFERENCE",
                        format!("deux lettres auraient la même référence {}", pair[1].reference),
                    )
                    .at(pair[1].place())
                    .related(pair[0].place(), "l'autre désignation")
                    .help("changer un peu l'identifiant (« id ») de l'un des deux référents"),
                );
            }
        }
    }

    fn group(&mut self) {
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, letter) in self.letters.iter().enumerate() {
            let school = letter.establishment;
            let key = match (&school.email, letter.blocked) {
                (Some(email), None) => email.key(),
                // No address can hold a space, so no mailbox is called like that.
                _ => format!("bloqué {}", school.uai.value),
            };
            groups.entry(key).or_default().push(index);
        }
        for letters in groups.into_values() {
            let first = &self.letters[letters[0]];
            let address = match first.blocked {
                None => first.establishment.email.as_ref().map(|email| &email.value),
                Some(_) => None,
            };
            let uai = &first.establishment.uai.value;
            self.mailings.push(Mailing { uai, address, letters });
        }
        self.mailings.sort_by_key(|mailing| mailing.uai);
    }

    /// Leaves out whole messages: of a letter that is named, and of one that would not be the same
    /// without a record that is left out and could not be read.
    fn leave_out(&mut self, exclusions: &Exclusions) {
        if exclusions.is_empty() {
            return;
        }
        let is_excluded = |letter: &Letter<'_>| {
            let uai = letter.establishment.uai.as_str();
            let neighbours = letter.referent.iter().flat_map(|(_, a)| &a.training_with);
            exclusions.references.contains(&letter.reference)
                || exclusions.records.holds(uai)
                || letter.referent.is_some_and(|(r, _)| exclusions.records.holds(r.id.as_str()))
                || exclusions.records.mentions(uai)
                || letter
                    .establishment
                    .email
                    .as_ref()
                    .is_some_and(|email| exclusions.records.mentions(email.as_str()))
                || neighbours.into_iter().any(|uai| !self.schools.contains_key(&uai.value))
        };
        let dropped: BTreeSet<usize> = self
            .mailings
            .iter()
            .filter(|mailing| mailing.letters.iter().any(|at| is_excluded(&self.letters[*at])))
            .flat_map(|mailing| mailing.letters.iter().copied())
            .collect();
        self.left_out = dropped.len();
        let letters = std::mem::take(&mut self.letters).into_iter().enumerate();
        self.letters = letters.filter(|(at, _)| !dropped.contains(at)).map(|(_, l)| l).collect();
        self.mailings.clear();
        self.group();
    }

    /// The other referents of a letter's school in the campaign's school year.
    fn others(&self, letter: &Letter<'r>) -> impl Iterator<Item = Colleague<'r>> {
        let referent = letter.referent.map(|(referent, _)| &referent.id.value);
        let colleagues = self.colleagues.get(&letter.establishment.uai.value);
        let colleagues = colleagues.into_iter().flatten().copied();
        colleagues.filter(move |colleague| Some(&colleague.referent.id.value) != referent)
    }

    /// The days of a letter's mission in the campaign's school year.
    fn period(&self, letter: &Letter<'r>) -> Option<MissionPeriod> {
        let (_, assignment) = letter.referent?;
        let year = self.campaign.school_year.value;
        Some(MissionPeriod::of(assignment, letter.establishment, year))
    }

    /// Those who exercise the mission in the same school at the same time, from the day of the letter on.
    pub(super) fn colleagues_of(&self, letter: &Letter<'r>, day: Date) -> Vec<Colleague<'r>> {
        let period = self.period(letter);
        period.map_or_else(Vec::new, |period| at_the_same_time(self.others(letter), period, day))
    }

    /// The referent from whom the one of a letter takes over.
    pub(super) fn predecessor_of(&self, letter: &Letter<'r>) -> Option<&'r Referent> {
        let period = self.period(letter)?;
        predecessor(self.others(letter), period).map(|colleague| colleague.referent)
    }

    /// The last day of the mission of a letter within the school year; none where it names nobody.
    pub fn last_day(&self, letter: &Letter<'r>) -> Option<Date> {
        self.period(letter).map(|period| period.last)
    }

    /// Whether the mission of a letter is over on a day: it ended before the school year did.
    pub fn is_over(&self, letter: &Letter<'r>, day: Date) -> bool {
        let year = self.campaign.school_year.value;
        self.last_day(letter).is_some_and(|last| last < day && last < year.last_day())
    }

    /// The rules in force.
    pub fn ruleset(&self) -> &Ruleset<'r> {
        &self.ruleset
    }

    /// The rules of a revision: those of the campaign, or of the day a late letter was first made.
    pub fn ruleset_of(&self, issue: &Issue) -> Cow<'_, Ruleset<'r>> {
        let date = self.dates.rules_date_of(issue.first_made);
        match date == self.ruleset.date {
            true => Cow::Borrowed(&self.ruleset),
            false => Cow::Owned(Ruleset::at(self.records, date)),
        }
    }

    /// Number and dates of a letter's first revision.
    pub fn first_issue(&self) -> Issue {
        let EffectiveDates { date, amended, .. } = self.dates;
        Issue::first(date, amended)
    }

    /// The day the signed copy of a revision is due.
    pub fn reply_by(&self, issue: &Issue) -> Date {
        issue.due(self.campaign)
    }

    /// The name of a message: its letter's reference, or campaign and lowest UAI for several.
    pub fn mailing_name(&self, mailing: &Mailing<'_>) -> String {
        match mailing.letters.as_slice() {
            [only] => self.letters[*only].reference.to_string(),
            _ => format!("{}-{}", self.campaign.id.value, mailing.uai),
        }
    }

    /// The referents of a message that get a visible copy: those with an allowed address.
    pub fn copies(&self, mailing: &Mailing<'r>) -> Vec<&'r EmailAddress> {
        if !self.settings.mail.copy_referent {
            return Vec::new();
        }
        let mut copies: Vec<&EmailAddress> = mailing
            .letters
            .iter()
            .filter_map(|at| self.referent_address(&self.letters[*at]))
            .collect();
        copies.sort_by_key(|email| email.key());
        copies.dedup_by_key(|email| email.key());
        copies
    }

    /// The address of the referent whom a letter names, if it may be written to.
    pub fn referent_address(&self, letter: &Letter<'r>) -> Option<&'r EmailAddress> {
        let (referent, _) = letter.referent?;
        let email = referent.email.as_ref().map(|email| &email.value)?;
        let domain = email.domain();
        let is_allowed = self.settings.mail.allowed_domains.iter().any(|one| one.covers(&domain));
        is_allowed.then_some(email)
    }
}
