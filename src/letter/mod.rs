//! Records under the rules of a date become letters and covers: what each must say.
//!
//! [`CampaignLetters::resolve`] finds which letters a campaign calls for and which of them share a
//! message; [`CampaignLetters::letter`] and [`CampaignLetters::cover`] give the content of one. Pure: must not
//! know files or the clock.

pub mod content;
pub mod former;
pub mod french;
pub mod issue;
pub mod origin;
pub mod qr;
mod quote;
pub mod reference;
pub mod specimen;

use crate::diagnostic::{Problem, Span};
use crate::records::Records;
use crate::records::campaign::{Campaign, EffectiveDates};
use crate::records::exclusion::LeftOut;
use crate::records::people::{Assignment, Establishment, Referent};
use crate::records::settings::Settings;
use crate::records::values::{EmailAddress, SchoolYear, Slug, Uai};
use crate::records::word_lists::WithoutReferent;
use crate::rules::{Circumstances, Ruleset};
use content::{
    AllowanceView, AssignmentView, ClauseView, CoverContent, EnclosureView, EstablishmentView,
    HeadView, LetterContent, LetterView, MissionView, NameView, PersonView, ReferentView,
    SourceView,
};
use issue::{Deed, Issue};
use jiff::civil::Date;
use quote::Quote;
use reference::Reference;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// QR codes handed to the template: more than a letter has pages.
pub const QR_PAGES: usize = 4;

/// One letter a campaign calls for.
#[derive(Clone, Debug)]
pub struct Letter<'r> {
    /// Its name.
    pub reference: Reference,
    /// The school.
    pub establishment: &'r Establishment,
    /// The referent and the assignment; absent for a letter with a blank for the name.
    pub referent: Option<(&'r Referent, &'r Assignment)>,
    /// What keeps it from being sent.
    pub blocked: Option<Block>,
}

impl Letter<'_> {
    /// Whether the address lies outside the allowed domains or is missing.
    pub fn is_blocked(&self) -> bool {
        self.blocked.is_some()
    }

    /// The place of the record a person would mend.
    pub fn place(&self) -> Span {
        self.referent.map_or(self.establishment.place, |(_, assignment)| assignment.place)
    }

    /// The name of the PDF in `out/<campaign>/letters/`.
    pub fn file_name(&self) -> String {
        format!("{}.pdf", self.reference)
    }

    /// The name of the PDF as an attachment.
    pub fn attachment_name(&self) -> String {
        format!("Lettre_de_mission_{}.pdf", self.reference)
    }
}

/// What a person leaves out by name.
#[derive(Clone, Debug, Default)]
pub struct Except {
    /// Schools and referents.
    pub records: LeftOut,
    /// Letters.
    pub references: Vec<Reference>,
}

impl Except {
    /// Whether nothing is left out.
    pub fn is_empty(&self) -> bool {
        self.records.names().is_empty() && self.references.is_empty()
    }

    /// The names, for a person.
    pub fn names(&self) -> Vec<String> {
        let references = self.references.iter().map(ToString::to_string);
        self.records.names().iter().cloned().chain(references).collect()
    }
}

/// Why a letter is made, but not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// The school has no address.
    NoAddress,
    /// The address lies outside the allowed domains, and nobody said why.
    ForeignDomain,
}

impl Block {
    /// Stable code, for JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoAddress => "no-address",
            Self::ForeignDomain => "foreign-domain",
        }
    }

    /// What a person reads.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoAddress => "l'établissement n'a pas d'adresse électronique",
            Self::ForeignDomain => "l'adresse est hors des domaines permis",
        }
    }
}

/// The letters that go to one address, under one cover. Blocked letters have one per school.
#[derive(Clone, Debug)]
pub struct Mailing<'r> {
    /// The lowest UAI: it names the cover and the message.
    pub uai: &'r Uai,
    /// Where to; absent when blocked.
    pub address: Option<&'r EmailAddress>,
    /// Its letters, by reference, as places in [`CampaignLetters::letters`].
    pub letters: Vec<usize>,
}

impl Mailing<'_> {
    /// The name of the cover as an attachment.
    pub fn attachment_name(&self) -> String {
        format!("Courrier_{}.pdf", self.uai)
    }
}

/// What one message is for.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// Printed date.
    pub date: Date,
    /// The revision of each of its letters, in the order of the mailing.
    pub letters: &'a [Going],
}

/// A letter in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Going {
    /// Which revision.
    pub issue: Issue,
    /// Whether it went before, and goes once more as the head or the address changed.
    pub readdressed: bool,
}

/// The QR codes of a revision, one SVG a page; more than a letter has pages.
pub fn codes(reference: &str, revision: u32) -> Result<Vec<String>, Problem> {
    (1..=QR_PAGES).map(|page| qr::svg(&qr::payload(reference, revision, page))).collect()
}

/// All a campaign calls for.
pub struct CampaignLetters<'r> {
    settings: &'r Settings,
    /// The campaign.
    pub campaign: &'r Campaign,
    /// The dates that are printed.
    pub dates: EffectiveDates,
    /// The date of a rehearsal.
    pub rehearsal: Option<Date>,
    ruleset: Ruleset<'r>,
    schools: HashMap<&'r Uai, &'r Establishment>,
    colleagues: HashMap<&'r Uai, Vec<&'r Referent>>,
    allowances: BTreeSet<&'r Slug>,
    /// The letters, by reference.
    pub letters: Vec<Letter<'r>>,
    /// The messages, by lowest UAI.
    pub mailings: Vec<Mailing<'r>>,
    /// Letters left out on demand, with those that share their message or cannot be made alone.
    pub left_out: usize,
    /// Assignments that do not touch the campaign's school year.
    pub other_years: usize,
    enclosures: Vec<EnclosureView>,
}

impl<'r> CampaignLetters<'r> {
    /// Finds the letters of a campaign, but those to leave out; `enclosures` are the names the documents of the campaign get as attachments.
    pub fn resolve(
        records: &'r Records,
        settings: &'r Settings,
        campaign: &'r Campaign,
        (dates, rehearsal): (EffectiveDates, Option<Date>),
        except: &Except,
        enclosures: Vec<EnclosureView>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut desired = Self {
            settings,
            campaign,
            dates,
            rehearsal,
            ruleset: Ruleset::at(records, dates.rules_date),
            schools: records.establishments.iter().map(|s| (&s.uai.value, s)).collect(),
            colleagues: HashMap::new(),
            allowances: records.allowances.iter().map(|a| &a.id.value).collect(),
            letters: Vec::new(),
            mailings: Vec::new(),
            left_out: 0,
            other_years: 0,
            enclosures,
        };
        desired.find_letters(records, problems);
        desired.letters.sort_by(|a, b| a.reference.cmp(&b.reference));
        desired.same_reference(problems);
        desired.group();
        desired.leave_out(except);
        desired
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
                self.colleagues.entry(&school.uai.value).or_default().push(referent);
                self.allowance_in_force(school, assignment, problems);
                self.push(school, Some((referent, assignment)));
            }
        }
        if self.settings.letters.without_referent == WithoutReferent::Open {
            for school in &records.establishments {
                let closed =
                    school.closed.as_ref().is_some_and(|day| day.value.0 <= self.dates.date);
                if !closed && !self.colleagues.contains_key(&school.uai.value) {
                    self.push(school, None);
                }
            }
        }
    }

    fn push(&mut self, school: &'r Establishment, of: Option<(&'r Referent, &'r Assignment)>) {
        let id = of.map(|(referent, _)| &referent.id.value);
        let allowed = |email: &EmailAddress| {
            let domain = email.domain();
            self.settings.mail.allowed_domains.iter().any(|allowed| allowed.covers(&domain))
        };
        let blocked = match &school.email {
            None => Some(Block::NoAddress),
            Some(email) if !allowed(email) && school.email_exception.is_none() => {
                Some(Block::ForeignDomain)
            }
            Some(_) => None,
        };
        self.letters.push(Letter {
            reference: Reference::new(&self.campaign.id.value, &school.uai.value, id),
            establishment: school,
            referent: of,
            blocked,
        });
    }

    fn allowance_in_force(
        &self,
        school: &Establishment,
        assignment: &Assignment,
        problems: &mut Vec<Problem>,
    ) {
        let Some(id) = &assignment.allowance else {
            return;
        };
        if !self.allowances.contains(&id.value) {
            // Told already: it does not exist.
            return;
        }
        let year = self.campaign.school_year.value;
        let letter = circumstances(school, Some(assignment), false, year);
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

    fn same_reference(&self, problems: &mut Vec<Problem>) {
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
    fn leave_out(&mut self, except: &Except) {
        if except.is_empty() {
            return;
        }
        let gone = |letter: &Letter<'_>| {
            let uai = letter.establishment.uai.as_str();
            let neighbours = letter.referent.iter().flat_map(|(_, a)| &a.training_with);
            except.references.contains(&letter.reference)
                || except.records.holds(uai)
                || letter.referent.is_some_and(|(r, _)| except.records.holds(r.id.as_str()))
                || except.records.mentions(uai)
                || letter
                    .establishment
                    .email
                    .as_ref()
                    .is_some_and(|email| except.records.mentions(email.as_str()))
                || neighbours.into_iter().any(|uai| !self.schools.contains_key(&uai.value))
        };
        let dropped: BTreeSet<usize> = self
            .mailings
            .iter()
            .filter(|mailing| mailing.letters.iter().any(|at| gone(&self.letters[*at])))
            .flat_map(|mailing| mailing.letters.iter().copied())
            .collect();
        self.left_out = dropped.len();
        let letters = std::mem::take(&mut self.letters).into_iter().enumerate();
        self.letters = letters.filter(|(at, _)| !dropped.contains(at)).map(|(_, l)| l).collect();
        self.mailings.clear();
        self.group();
    }

    /// The rules in force.
    pub fn ruleset(&self) -> &Ruleset<'r> {
        &self.ruleset
    }

    /// The first revision.
    pub fn first_issue(&self) -> Issue {
        let EffectiveDates { date, amended, .. } = self.dates;
        Issue { revision: 1, date, reply_by: None, amended, supersedes: None, reason_given: false }
    }

    /// The day the signed copy of a revision is due.
    pub fn reply_by(&self, issue: &Issue) -> Date {
        issue.due(self.campaign)
    }

    /// What one letter must say, its QR codes included.
    pub fn letter(&self, letter: &Letter<'r>, issue: &Issue) -> Result<LetterContent<'r>, Problem> {
        let mut content = self.words(letter, issue)?;
        content.qr = codes(&letter.reference.to_string(), issue.revision)?;
        Ok(content)
    }

    /// What one letter must say, without the QR codes, which take longer than all the rest.
    pub fn words(&self, letter: &Letter<'r>, issue: &Issue) -> Result<LetterContent<'r>, Problem> {
        let school = letter.establishment;
        let reply_by = self.reply_by(issue);
        let (organisation, campaign) =
            content::common(self.settings, self.campaign, self.dates.rules_date, reply_by);
        let mut quote =
            Quote { desired: self, school, of: letter.referent, allowance: None, reply_by };
        let assignment = letter.referent.map(|(_, assignment)| assignment);
        let facts = self.facts(letter);
        let allowance = assignment
            .and_then(|assignment| assignment.allowance.as_ref())
            .and_then(|id| self.ruleset.allowance_for(&id.value, &facts));
        quote.allowance = allowance.map(|(_, rate)| rate);
        let chosen: Vec<&Slug> =
            assignment.map_or_else(Vec::new, |a| a.missions.iter().map(|id| &id.value).collect());
        let mut missions = Vec::new();
        for (mission, version) in self.ruleset.missions_for(&facts, &chosen) {
            let mut activities = Vec::with_capacity(version.activities.len());
            for activity in &version.activities {
                activities.push(quote.fill(activity, activity.span)?);
            }
            missions.push(MissionView {
                id: mission.id.as_str(),
                number: mission.number.value,
                rank: version.rank.value,
                title: quote.fill(&version.title, version.title.span)?,
                text: quote.fill(&version.text, version.text.span)?,
                activities,
                source: SourceView::new(&version.source),
            });
        }
        let own = letter.referent.map(|(referent, _)| &referent.id.value);
        let year = self.campaign.school_year.value;
        Ok(LetterContent {
            reference: letter.reference.clone(),
            revision: issue.revision,
            date: issue.date,
            supersedes: issue.supersedes.clone(),
            rehearsal: self.rehearsal,
            organisation,
            reply_to: content::address(&self.settings.mail.reply_to),
            campaign,
            establishment: EstablishmentView::new(school, year),
            referent: letter.referent.map(|(referent, _)| ReferentView::new(referent)),
            assignment: assignment.map(|a| AssignmentView::new(a, self.neighbours(a), year)),
            other_referents: self
                .colleagues
                .get(&school.uai.value)
                .into_iter()
                .flatten()
                .filter(|colleague| Some(&colleague.id.value) != own)
                .map(|colleague| PersonView::new(colleague))
                .collect(),
            missions,
            clauses: self.clauses(&quote, &facts)?,
            allowance: allowance.map(|(allowance, rate)| AllowanceView {
                id: allowance.id.as_str(),
                label: &rate.label,
                amount: rate.amount.value,
                granted: assignment.and_then(|a| a.granted(year)).map(|day| day.value.0),
                source: SourceView::new(&rate.source),
            }),
            signatures: self.settings.letters.signatures.iter().map(|s| s.value).collect(),
            // A mission that ends has no priorities to agree on any more.
            writable: match &issue.supersedes {
                Some(former) if former.act == Deed::End => Vec::new(),
                _ => self.settings.letters.writable.iter().map(|w| w.value).collect(),
            },
            qr: Vec::new(),
        })
    }

    /// What the conditions of rules may ask of a letter.
    fn facts(&self, letter: &Letter<'_>) -> Circumstances {
        let assignment = letter.referent.map(|(_, assignment)| assignment);
        let named = letter.referent.is_some();
        let year = self.campaign.school_year.value;
        let mut facts = circumstances(letter.establishment, assignment, named, year);
        let in_force = assignment
            .and_then(|assignment| assignment.allowance.as_ref())
            .is_some_and(|id| self.ruleset.allowance_for(&id.value, &facts).is_some());
        facts.allowance = in_force;
        facts.allowance_granted &= in_force;
        facts
    }

    fn clauses(
        &self,
        quote: &Quote<'_, 'r>,
        facts: &Circumstances,
    ) -> Result<Vec<ClauseView<'r>>, Problem> {
        let mut clauses = Vec::new();
        for (clause, version) in self.ruleset.clauses_for(facts) {
            clauses.push(ClauseView {
                id: clause.id.as_str(),
                slot: clause.slot.as_str(),
                text: quote.fill(&version.text, version.text.span)?,
                source: SourceView::new(&version.source),
            });
        }
        Ok(clauses)
    }

    fn neighbours(&self, assignment: &Assignment) -> Vec<&'r Establishment> {
        assignment
            .training_with
            .iter()
            .filter_map(|uai| self.schools.get(&uai.value).copied())
            .collect()
    }

    /// What the cover of a message must say.
    pub fn cover(
        &self,
        mailing: &Mailing<'r>,
        occasion: &Occasion<'_>,
        form: &'static str,
    ) -> Result<CoverContent<'r>, Problem> {
        let letters: Vec<&Letter<'r>> =
            mailing.letters.iter().map(|at| &self.letters[*at]).collect();
        let mut schools: Vec<&'r Establishment> = Vec::new();
        for letter in &letters {
            if !schools.iter().any(|s| s.uai.value == letter.establishment.uai.value) {
                schools.push(letter.establishment);
            }
        }
        let first = schools[0];
        let head = schools
            .iter()
            .all(|school| {
                let view = |s: &'r Establishment| s.head.as_ref().map(HeadView::new);
                view(school).map(|h| (h.civility, h.given_name, h.family_name))
                    == view(first).map(|h| (h.civility, h.given_name, h.family_name))
            })
            .then(|| first.head.as_ref().map(HeadView::new))
            .flatten();
        let reply_by = occasion.letters.iter().map(|going| self.reply_by(&going.issue)).max();
        let reply_by = reply_by.unwrap_or(self.dates.reply_by);
        let (organisation, campaign) =
            content::common(self.settings, self.campaign, self.dates.rules_date, reply_by);
        let of = letters[0].referent;
        let quote = Quote { desired: self, school: first, of, allowance: None, reply_by };
        let facts = circumstances(first, None, of.is_some(), self.campaign.school_year.value);
        // A cover speaks of no allowance; clauses that quote one are meant for letters.
        let clauses = self.clauses(&quote, &facts)?;
        Ok(CoverContent {
            form,
            reference: self.mailing_name(mailing),
            date: occasion.date,
            rehearsal: self.rehearsal,
            organisation,
            reply_to: content::address(&self.settings.mail.reply_to),
            campaign,
            establishments: schools
                .into_iter()
                .map(|school| EstablishmentView::new(school, self.campaign.school_year.value))
                .collect(),
            head,
            letters: letters
                .iter()
                .zip(occasion.letters)
                .map(|(letter, going)| LetterView {
                    reference: letter.reference.clone(),
                    revision: going.issue.revision,
                    date: going.issue.date,
                    supersedes: going.issue.supersedes.clone(),
                    readdressed: going.readdressed,
                    file: letter.attachment_name(),
                    establishment: NameView {
                        uai: letter.establishment.uai.as_str(),
                        name: &letter.establishment.name,
                    },
                    referent: letter.referent.map(|(referent, _)| ReferentView::new(referent)),
                })
                .collect(),
            file: self.settings.mail.attach_cover.then(|| mailing.attachment_name()),
            enclosures: self.enclosures.clone(),
            clauses,
            signatures: self.settings.letters.signatures.iter().map(|s| s.value).collect(),
            writable: self.settings.letters.writable.iter().map(|w| w.value).collect(),
        })
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
            .filter_map(|at| self.letters[*at].referent)
            .filter_map(|(referent, _)| referent.email.as_ref().map(|email| &email.value))
            .filter(|email| {
                let domain = email.domain();
                self.settings.mail.allowed_domains.iter().any(|allowed| allowed.covers(&domain))
            })
            .collect();
        copies.sort_by_key(|email| email.key());
        copies.dedup_by_key(|email| email.key());
        copies
    }
}

/// What conditions may ask, before the allowance is looked up.
fn circumstances(
    school: &Establishment,
    assignment: Option<&Assignment>,
    referent: bool,
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
        referent,
    }
}
