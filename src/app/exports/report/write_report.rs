//! Collects what `report.html` shows, and writes it.

use crate::app::approval::approval_state::ApprovalState;
use crate::app::exports::report::letter_group::LetterGroup;
use crate::app::exports::report::report_issues::{followed, lapsed};
use crate::app::exports::report::report_page::{
    CampaignReport, ProgressCounts, ReportDepartement, ReportWarning,
};
use crate::app::exports::report::report_rows::{
    LetterProgress, ReportDue, ReportLine, ReportLink, ReportSchool,
};
use crate::app::exports::report::unstaffed_schools::UnstaffedSchool;
use crate::app::generate::outcome::GenerateOutcome;
use crate::app::names::labels::Labels;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::designations::designation_status::{DesignationStatus, SchoolDesignation};
use crate::clock::Clock;
use crate::diagnostic::LocatedProblem;
use crate::files;
use crate::letter::french;
use crate::letter::french::noun;
use crate::letter::mailing::Mailing;
use crate::letter::mission_letter::Letter;
use crate::plan::account::Account;
use crate::plan::history::CampaignHistory;
use crate::plan::letter_state::LetterState;
use crate::plan::returned::owed_documents;
use crate::project::outbox::Outbox;
use crate::records::values::Departement;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};

/// Why the report cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{} ne peut pas être écrit : {}", printable_text::of_path(.path), files::reason(.error))]
pub struct ReportWriteError {
    path: PathBuf,
    error: io::Error,
}

/// What a report is made with, besides the campaign.
#[derive(Clone, Copy)]
pub struct ReportBasis<'a> {
    /// What the ledger says, where there is one.
    pub known: Option<(&'a Account, &'a CampaignHistory)>,
    /// What the check of the project found.
    pub problems: &'a [LocatedProblem],
    /// The time that the page tells.
    pub clock: &'a Clock,
}

/// Writes `report.html` into the campaign's output folder. `outcome` is what the same command made before.
pub fn write(
    resolved: &ResolvedCampaign<'_>,
    outcome: &GenerateOutcome,
    basis: ReportBasis<'_>,
) -> Result<(), ReportWriteError> {
    let folder = resolved.project.path(&resolved.output);
    let page = report(resolved, outcome, basis).to_html();
    let path = folder.join("report.html");
    // `out/` may have been deleted.
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| files::write_whole(&path, page.as_bytes(), false));
    written.map(|_| ()).map_err(|error| ReportWriteError { path, error })
}

fn report(
    resolved: &ResolvedCampaign<'_>,
    outcome: &GenerateOutcome,
    basis: ReportBasis<'_>,
) -> CampaignReport {
    let ReportBasis { known, problems, clock } = basis;
    let account = known.map(|(account, _)| account);
    let desired = &resolved.desired;
    let outbox = outbox(&resolved.project.path(&resolved.output));
    let labels = Labels::of_campaign(desired);
    let mailings = desired.mailings.iter();
    let acts = account.map(act_groups).unwrap_or_default();
    let facts = LineFacts { resolved, known, acts: &acts, today: clock.day() };
    let schools: Vec<ReportSchool> =
        mailings.flat_map(|mailing| schools(facts, &outbox, mailing)).collect();
    let mut totals = totals(&schools, desired.other_years);
    let approval = known.and_then(|(_, history)| ApprovalState::of_ledger(resolved, history));
    totals.extend(approval.iter().filter(|one| one.waiting > 0).map(|approval| {
        let words = ("message attend une approbation", "messages attendent une approbation");
        (noun(approval.waiting, words.0, words.1).to_owned(), approval.waiting)
    }));
    let mut issues =
        known.map(|(_, history)| followed(resolved, history, clock)).unwrap_or_default();
    issues.extend(approval.iter().flat_map(|approval| lapsed(approval, &labels)));
    let warning = |problem: &LocatedProblem, before: String| ReportWarning {
        place: problem.place(),
        message: format!("{before}{}", problem.sentence()),
        help: problem.help.as_deref().unwrap_or_default().to_owned(),
    };
    CampaignReport {
        title: format!(
            "Lettres de mission {} – campagne {}",
            desired.campaign.school_year.value, desired.campaign.id.value
        ),
        organisation: format!(
            "{} – {}",
            resolved.settings.organisation.name.value, resolved.settings.organisation.service.value
        ),
        moment: moment(clock),
        rehearsal: desired.rehearsal.map(|date| {
            format!(
                "Répétition sous les règles du {} : ces lettres ne sont pas à diffuser.",
                french::date(date)
            )
        }),
        account: totals,
        acts: account.map(act_sentences).unwrap_or_default(),
        departements: departements(&schools),
        schools,
        without_referent: without_referent(resolved, known, clock.day()),
        left_out: resolved.left_out_labels.clone(),
        warnings: problems
            .iter()
            .map(|problem| warning(problem, String::new()))
            .chain(outcome.long.iter().map(|reference| ReportWarning {
                place: String::new(),
                message: format!("La lettre {} dépasse deux pages", labels.letter(reference)),
                help:
                    "la relire, et raccourcir si possible les textes de l'établissement".to_owned(),
            }))
            .collect(),
        issues,
        failures: outcome
            .failures
            .iter()
            .map(|failure| {
                warning(&failure.problem, {
                    let names: Vec<String> =
                        failure.names.iter().map(|name| labels.message(name)).collect();
                    format!("{} : ", names.join(", "))
                })
            })
            .collect(),
    }
}

/// The schools without a referent, and those that were asked for one; nothing in a rehearsal.
fn without_referent(
    resolved: &ResolvedCampaign<'_>,
    known: Option<(&Account, &CampaignHistory)>,
    today: Date,
) -> Vec<UnstaffedSchool> {
    let Some((_, history)) = known else { return Vec::new() };
    let status = DesignationStatus::of(resolved, history, today);
    status.schools.into_iter().map(unstaffed).collect()
}

fn unstaffed(school: SchoolDesignation) -> UnstaffedSchool {
    let mut state = match school.blocked {
        Some(block) => block.reason().to_owned(),
        None => school.state.french().0.to_owned(),
    };
    if let Some(day) = school.asked_on {
        state.push_str(&format!(", demandé le {}", french::date(day)));
    }
    if school.reminders > 0 {
        state.push_str(&format!(", {}", french::count(school.reminders, "rappel", "rappels")));
    }
    UnstaffedSchool {
        school: format!("{} ({})", school.name, school.uai),
        place: school.place,
        head: school.head,
        email: school.email,
        phone: school.phone,
        state,
    }
}

/// Each letter in exactly one state; the first number is the sum of those that follow.
fn totals(schools: &[ReportSchool], other_years: usize) -> Vec<(String, usize)> {
    let lines: Vec<&ReportLine> = schools.iter().flat_map(|school| &school.letters).collect();
    let mut account = vec![(noun(lines.len(), "lettre", "lettres").to_owned(), lines.len())];
    let states = LetterState::ALL.into_iter().map(LetterState::french);
    for (one, many) in states.chain([ABSENT]) {
        let number = lines.iter().filter(|line| line.state == one).count();
        if number > 0 {
            account.push((noun(number, one, many).to_owned(), number));
        }
    }
    if other_years > 0 {
        let (one, many) = ("désignation d'une autre année", "désignations d'autres années");
        account.push((noun(other_years, one, many).to_owned(), other_years));
    }
    account
}

/// Acts and corrections that have not left, by state; a sentence each.
fn act_sentences(account: &Account) -> Vec<String> {
    account.corrections_sentence().into_iter().chain(account.acts_sentence()).collect()
}

/// "Arrêté au 28 novembre 2026 à 14 h 05"; without the hour where only a day is pretended.
fn moment(clock: &Clock) -> String {
    let hour =
        clock.time().map(|time| format!(" à {}\u{a0}h\u{a0}{:02}", time.hour(), time.minute()));
    format!("Arrêté au {}{}", french::date(clock.day()), hour.unwrap_or_default())
}

/// The letters by département and state.
fn departements(schools: &[ReportSchool]) -> Vec<ReportDepartement> {
    let mut found: BTreeMap<String, Vec<&ReportLine>> = BTreeMap::new();
    for school in schools {
        let departement = Departement::of_uai(&school.uai);
        found.entry(departement.code().to_owned()).or_default().extend(&school.letters);
    }
    let states = || LetterState::ALL.into_iter().map(LetterState::french).chain([ABSENT]);
    let row = |(code, lines): (String, Vec<&ReportLine>)| {
        let number = |one: &str| lines.iter().filter(|line| line.state == one).count();
        let counted = states().map(|(one, many)| (number(one), one, many));
        let counted = counted.filter(|(number, ..)| *number > 0);
        ReportDepartement {
            name: Departement::of_uai(&code).to_string(),
            counts: ProgressCounts::of(lines.iter().copied()),
            states: counted.map(|(number, one, many)| french::count(number, one, many)).collect(),
            code,
        }
    };
    found.into_iter().map(row).collect()
}

/// A letter whose file is not there.
const ABSENT: (&str, &str) = ("non produite", "non produites");

fn person(letter: &Letter<'_>) -> String {
    letter.referent.map_or("nom à compléter".to_owned(), |(referent, _)| referent.label())
}

/// The number of the latest message of each school in the outbox, by UAI.
fn outbox(folder: &Path) -> HashMap<String, u32> {
    let mut latest: HashMap<String, u32> = HashMap::new();
    let Ok(entries) = std::fs::read_dir(folder.join("outbox")) else { return latest };
    for name in entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()) {
        if let Some((uai, revision)) = Outbox::message_of(&name) {
            let known = latest.entry(uai.to_owned()).or_default();
            *known = revision.max(*known);
        }
    }
    latest
}

/// What is known of letters.
#[derive(Clone, Copy)]
struct LineFacts<'a> {
    resolved: &'a ResolvedCampaign<'a>,
    known: Option<(&'a Account, &'a CampaignHistory)>,
    /// The most urgent of what came after each letter, by reference.
    acts: &'a HashMap<&'a str, LetterGroup>,
    today: Date,
}

/// What is next for the acts and the correction of each letter that has any, by reference.
fn act_groups(account: &Account) -> HashMap<&str, LetterGroup> {
    let acts = account.acts.iter();
    let acts = acts.map(|act| (act.reference.as_str(), LetterGroup::of_act(act.state)));
    let corrections = account.corrections.iter();
    let corrections = corrections
        .map(|(reference, state)| (reference.as_str(), LetterGroup::of_letter(Some(*state))));
    let mut groups: HashMap<&str, LetterGroup> = HashMap::new();
    for (reference, group) in acts.chain(corrections) {
        let first = groups.entry(reference).or_insert(group);
        *first = group.min(*first);
    }
    groups
}

impl LineFacts<'_> {
    /// The path of a file of the campaign, if it is there.
    fn path(&self, path: String) -> Option<String> {
        let folder = self.resolved.project.path(&self.resolved.output);
        folder.join(&path).is_file().then_some(path)
    }

    fn line(&self, letter: &Letter<'_>) -> ReportLine {
        let reference = letter.reference.to_string();
        let link = self.path(format!("letters/{}", letter.file_name()));
        let account = self.known.map(|(account, _)| account);
        let state = match account.and_then(|account| account.letters.get(&reference).copied()) {
            None | Some(LetterState::Draft) if link.is_none() => None,
            None | Some(LetterState::Draft | LetterState::Ready) if letter.is_blocked() => {
                Some(LetterState::Blocked)
            }
            known => Some(known.unwrap_or(LetterState::Ready)),
        };
        // To look for the acts of each letter takes a while where there are thousands.
        let has_acts = self.acts.contains_key(reference.as_str());
        let acts = account.filter(|_| has_acts).map(|account| account.acts_of_letter(&reference));
        let acts = acts.unwrap_or_default();
        let due = self.due(letter, &reference);
        ReportLine {
            person: person(letter),
            link,
            state: state.map_or(ABSENT.0, |state| state.french().0),
            group: self.group(&reference, state, due),
            progress: progress(state),
            due,
            acts,
            reference,
        }
    }

    /// What is next for a letter and what came after it. A copy that waits for a person's eye comes before
    /// one that is late.
    fn group(
        &self,
        reference: &str,
        state: Option<LetterState>,
        due: Option<ReportDue>,
    ) -> LetterGroup {
        let alone = LetterGroup::of_letter(state);
        let first = self.acts.get(reference).map_or(alone, |acts| alone.min(*acts));
        match due.and_then(|due| due.late_by) {
            Some(_) if first != LetterGroup::ToDo => LetterGroup::Late,
            _ => first,
        }
    }

    /// When the oldest signed copy of a letter is owed; nothing once its mission is over.
    fn due(&self, letter: &Letter<'_>, reference: &str) -> Option<ReportDue> {
        let desired = &self.resolved.desired;
        let (_, history) = self.known?;
        let entry = history.letters.get(reference).filter(|entry| !entry.withdrawn)?;
        let owed = owed_documents(entry).into_iter().map(|owed| desired.reply_by(&owed.issue));
        let day = owed.min().filter(|_| !desired.is_over(letter, self.today))?;
        let late_by = (self.today - day).get_days();
        Some(ReportDue { day, late_by: Some(late_by).filter(|days| *days > 0) })
    }
}

/// How far a letter in a state has come.
fn progress(state: Option<LetterState>) -> LetterProgress {
    match state {
        Some(
            LetterState::ToReview
            | LetterState::PartlySigned
            | LetterState::Signed
            | LetterState::Declined,
        ) => LetterProgress::Returned,
        Some(LetterState::HandedOver | LetterState::Waived) => LetterProgress::Sent,
        _ => LetterProgress::NotSent,
    }
}

/// The schools of one message.
fn schools(
    facts: LineFacts<'_>,
    outbox: &HashMap<String, u32>,
    mailing: &Mailing<'_>,
) -> Vec<ReportSchool> {
    let uai = mailing.uai.as_str();
    let message =
        outbox.get(uai).map(|number| format!("outbox/{}", Outbox::file_name(uai, *number)));
    let links: Vec<ReportLink> = [
        ("PDF", facts.path(format!("covers/{uai}.pdf"))),
        ("page", facts.path(format!("covers/{uai}.html"))),
        ("message", message),
    ]
    .into_iter()
    .filter_map(|(label, path)| Some(ReportLink { label, path: path? }))
    .collect();
    let mut list: Vec<ReportSchool> = Vec::new();
    for letter in mailing.letters.iter().map(|at| &facts.resolved.desired.letters[*at]) {
        let school = letter.establishment;
        let line = facts.line(letter);
        match list.iter_mut().find(|known| known.uai == school.uai.as_str()) {
            Some(known) => known.letters.push(line),
            None => list.push(ReportSchool {
                uai: school.uai.value.to_string(),
                name: school.name.value.to_string(),
                city: school.city.value.to_string(),
                departement: Departement::of_uai(school.uai.as_str()).code().to_owned(),
                phone: school.phone.as_ref().map(|phone| phone.value.to_string()),
                email: school.email.as_ref().map(|email| email.as_str().to_owned()),
                letters: vec![line],
                links: links.clone(),
                blocked: letter.blocked.map(|block| block.reason().to_owned()),
            }),
        }
    }
    list
}
