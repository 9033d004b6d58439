//! Collects what `report.html` shows, and writes it.

use crate::app::approval::approval_state::{ApprovalState, UnapprovedMessage};
use crate::app::approval::proof_error::HOW_TO_APPROVE;
use crate::app::exports::report_page::{
    CampaignReport, ReportDepartement, ReportLine, ReportSchool, ReportUnstaffed, ReportWarning,
};
use crate::app::generate::outcome::GenerateOutcome;
use crate::app::names::labels::Labels;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::delivery_issues::{delivery_issues, todo};
use crate::app::sending::designations::designation_status::{DesignationStatus, SchoolDesignation};
use crate::clock::Clock;
use crate::diagnostic::LocatedProblem;
use crate::files;
use crate::letter::french;
use crate::letter::french::noun;
use crate::letter::mailing::Mailing;
use crate::letter::mission_letter::Letter;
use crate::plan::account::Account;
use crate::plan::act_state::ActState;
use crate::plan::history::CampaignHistory;
use crate::plan::letter_state::LetterState;
use crate::project::outbox::Outbox;
use crate::records::values::Departement;
use crate::records::word_lists::Act;
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

/// What the ledger says of a campaign on a day.
#[derive(Clone, Copy)]
pub struct LedgerFacts<'k> {
    /// Each letter in one state.
    pub account: &'k Account,
    /// What the ledger knows.
    pub history: &'k CampaignHistory,
    /// The day it is.
    pub today: Date,
}

/// Writes `report.html` into the campaign's output folder. `known` is what the ledger says, where there
/// is one.
pub fn write(
    resolved: &ResolvedCampaign<'_>,
    outcome: &GenerateOutcome,
    known: Option<LedgerFacts<'_>>,
    problems: &[LocatedProblem],
) -> Result<(), ReportWriteError> {
    let folder = resolved.project.path(&resolved.output);
    let page = report(resolved, outcome, known, problems).to_html();
    let path = folder.join("report.html");
    let written = files::write_whole(&path, page.as_bytes(), false);
    written.map(|_| ()).map_err(|error| ReportWriteError { path, error })
}

fn report(
    resolved: &ResolvedCampaign<'_>,
    outcome: &GenerateOutcome,
    known: Option<LedgerFacts<'_>>,
    problems: &[LocatedProblem],
) -> CampaignReport {
    let account = known.map(|known| known.account);
    let desired = &resolved.desired;
    let outbox = outbox(&resolved.project.path(&resolved.output));
    let labels = Labels::of_campaign(desired);
    let mailings = desired.mailings.iter();
    let schools: Vec<ReportSchool> =
        mailings.flat_map(|mailing| schools(resolved, account, &outbox, mailing)).collect();
    let mut totals = totals(desired.rehearsal.is_some(), &schools, desired.other_years);
    totals.extend(account.map(act_totals).unwrap_or_default());
    let approval = known.and_then(|known| ApprovalState::of_ledger(resolved, known.history));
    totals.extend(approval.iter().filter(|one| one.waiting > 0).map(|approval| {
        let words = ("message attend une approbation", "messages attendent une approbation");
        (noun(approval.waiting, words.0, words.1).to_owned(), approval.waiting)
    }));
    let mut issues = known.map(|known| followed(resolved, known.history)).unwrap_or_default();
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
        rehearsal: desired.rehearsal.map(|date| {
            format!(
                "Répétition sous les règles du {} : ces lettres ne sont pas à diffuser.",
                french::date(date)
            )
        }),
        account: totals,
        departements: departements(&schools),
        schools,
        without_referent: without_referent(resolved, known),
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
    known: Option<LedgerFacts<'_>>,
) -> Vec<ReportUnstaffed> {
    let Some(LedgerFacts { history, today, .. }) = known else { return Vec::new() };
    let status = DesignationStatus::of(resolved, history, today);
    status.schools.into_iter().map(unstaffed).collect()
}

fn unstaffed(school: SchoolDesignation) -> ReportUnstaffed {
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
    ReportUnstaffed {
        school: format!("{} ({})", school.name, school.uai),
        place: school.place,
        head: school.head,
        email: school.email,
        phone: school.phone,
        state,
    }
}

/// Messages that did not simply leave: the server's words, and what to do.
fn followed(resolved: &ResolvedCampaign<'_>, history: &CampaignHistory) -> Vec<ReportWarning> {
    let clock = Clock::new(None);
    let schools = &resolved.desired.letters;
    delivery_issues(history.all_messages())
        .into_iter()
        .map(|issue| {
            let mut schools = schools.iter().map(|letter| letter.establishment);
            let school = schools.find(|school| school.uai.as_str() == issue.school);
            let name = school.map_or(issue.school.clone(), |school| school.name.to_string());
            let due = issue.due.map(|due| clock.dated(due));
            let state = issue.state.map_or("", |state| state.french().0);
            let said =
                if issue.reply.is_empty() { String::new() } else { format!(" : {}", issue.reply) };
            ReportWarning {
                place: issue.message_id.clone(),
                message: format!("{name} ({}), {} : {state}{said}", issue.school, issue.address),
                help: todo(&issue, due.as_deref()),
            }
        })
        .collect()
}

/// Messages that were approved and changed since.
fn lapsed(approval: &ApprovalState, labels: &Labels) -> Vec<ReportWarning> {
    let lapsed = approval.messages.iter().filter(|one| one.has_lapsed());
    let warning = |message: &UnapprovedMessage| {
        let changes: Vec<&str> = message.changes.iter().map(|change| change.french()).collect();
        ReportWarning {
            place: String::new(),
            message: format!(
                "{} : approbation caduque ({})",
                labels.school(&message.uai),
                changes.join(", ")
            ),
            help: HOW_TO_APPROVE.to_owned(),
        }
    };
    lapsed.map(warning).collect()
}

/// Each letter in exactly one state; the first number is the sum of those that follow.
fn totals(rehearsal: bool, schools: &[ReportSchool], other_years: usize) -> Vec<(String, usize)> {
    let lines: Vec<&ReportLine> = schools.iter().flat_map(|school| &school.letters).collect();
    let mut account = vec![(noun(lines.len(), "lettre", "lettres").to_owned(), lines.len())];
    let states = LetterState::ALL.into_iter().map(LetterState::french);
    for (one, many) in states.chain([ABSENT]) {
        let number = lines.iter().filter(|line| line.state == one).count();
        let usual = one == LetterState::Ready.french().0;
        let always = usual || (one == LetterState::Deposited.french().0 && !rehearsal);
        if number > 0 || always {
            account.push((noun(number, one, many).to_owned(), number));
        }
    }
    if other_years > 0 {
        let (one, many) = ("désignation d'une autre année", "désignations d'autres années");
        account.push((noun(other_years, one, many).to_owned(), other_years));
    }
    account
}

/// Acts by state, after their number; corrections that have not left.
fn act_totals(account: &Account) -> Vec<(String, usize)> {
    let mut totals = Vec::new();
    let corrections = account.corrections.len();
    if corrections > 0 {
        let words = ("correction pas encore transmise", "corrections pas encore transmises");
        totals.push((noun(corrections, words.0, words.1).to_owned(), corrections));
    }
    if account.acts.is_empty() {
        return totals;
    }
    let all = account.acts.len();
    let kind = |number| match account.acts_of(Act::End) {
        0 => noun(number, "avenant", "avenants"),
        ends if ends == all => noun(number, "acte de fin de mission", "actes de fin de mission"),
        _ => noun(number, "avenant ou fin de mission", "avenants et fins de mission"),
    };
    totals.push((kind(all).to_owned(), all));
    for state in ActState::ALL {
        let number = account.count_acts(state);
        let (one, many) = state.french();
        if number > 0 {
            totals.push((format!("{} {}", kind(number), noun(number, one, many)), number));
        }
    }
    totals
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
            letters: lines.len(),
            states: counted.map(|(number, one, many)| french::count(number, one, many)).collect(),
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

/// The lines of one message: one a school.
fn schools(
    resolved: &ResolvedCampaign<'_>,
    account: Option<&Account>,
    outbox: &HashMap<String, u32>,
    mailing: &Mailing<'_>,
) -> Vec<ReportSchool> {
    let folder = resolved.project.path(&resolved.output);
    let there = |path: String| folder.join(&path).is_file().then_some(path);
    let letters: Vec<&Letter<'_>> =
        mailing.letters.iter().map(|at| &resolved.desired.letters[*at]).collect();
    let uai = mailing.uai.as_str();
    let message =
        outbox.get(uai).map(|number| format!("outbox/{}", Outbox::file_name(uai, *number)));
    let mut links = Vec::new();
    for (label, path) in [
        ("PDF", there(format!("covers/{}.pdf", mailing.uai))),
        ("page", there(format!("covers/{}.html", mailing.uai))),
        ("message", message),
    ] {
        links.extend(path.map(|path| (label.to_owned(), path)));
    }
    let mut list: Vec<ReportSchool> = Vec::new();
    for letter in letters {
        let school = letter.establishment;
        let link = there(format!("letters/{}", letter.file_name()));
        let reference = letter.reference.to_string();
        let known = account.and_then(|account| account.letters.get(&reference).copied());
        let (state, _) = match (&link, letter.blocked, known) {
            (None, ..) => ABSENT,
            (Some(_), None, Some(state)) => state.french(),
            (Some(_), Some(_), _) => LetterState::Blocked.french(),
            (Some(_), None, None) => LetterState::Ready.french(),
        };
        let acts = account.map(|account| account.acts_of_letter(&reference)).unwrap_or_default();
        let line = ReportLine { reference, person: person(letter), link, state, acts };
        match list.iter_mut().find(|known| known.uai == school.uai.as_str()) {
            Some(known) => known.letters.push(line),
            None => list.push(ReportSchool {
                uai: school.uai.value.to_string(),
                name: school.name.value.to_string(),
                city: school.city.value.to_string(),
                email: school.email.as_ref().map(|email| email.as_str().to_owned()),
                letters: vec![line],
                links: links.clone(),
                blocked: letter.blocked.map(|block| block.reason().to_owned()),
            }),
        }
    }
    list
}
