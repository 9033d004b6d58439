//! `missive archive list`: what was sent to each school, what came back and what is missing.

use crate::app::returns::file_returns::CARRIER;
use crate::app::returns::findings::ReturnFindings;
use crate::app::returns::named_letter::selected_letters;
use crate::app::workspace::Workspace;
use crate::archive::file_kind::FileKind;
use crate::archive::return_verdict::ReturnVerdict;
use crate::archive::store::path_of;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::{Output, count};
use crate::ledger::read::returns::{Received, Returned};
use crate::plan::account::Account;
use crate::plan::history::{CampaignHistory, ReturnState};
use crate::plan::letter_state::LetterState;
use crate::project::Project;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The letters of one school.
struct SchoolReturns<'a> {
    uai: &'a str,
    name: Option<String>,
    letters: Vec<&'a str>,
}

/// Shows, school by school, what was sent, what came back and what is missing.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    only: &[String],
    missing: bool,
) -> Result<Exit, CommandError> {
    let Some((ledger, _)) = context::read_ledger(output, common, project)? else {
        return Ok(Exit::Done);
    };
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    let campaign = context::campaign_to_read(common, &workspace)?;
    let past = ledger.history(campaign.as_str())?;
    let account = Account::of(&past, []);
    let wanted = selected_letters(&ledger, only)?;
    let received: HashMap<String, Received> =
        ledger.all_received()?.into_iter().map(|own| (own.object.clone(), own)).collect();
    let mut returned: HashMap<String, Vec<Returned>> = HashMap::new();
    let mut filed: BTreeSet<String> = BTreeSet::new();
    for own in ledger.all_returned()? {
        filed.extend(own.object.clone());
        returned.entry(own.reference.clone()).or_default().push(own);
    }
    let mut schools: BTreeMap<&str, SchoolReturns<'_>> = BTreeMap::new();
    for (reference, letter) in &past.letters {
        let state = account.letters.get(reference).copied().unwrap_or(LetterState::Draft);
        let awaited = matches!(
            state,
            LetterState::HandedOver
                | LetterState::Bounced
                | LetterState::PartlySigned
                | LetterState::ToReview
        );
        if (missing && !awaited) || wanted.as_ref().is_some_and(|own| !own.contains(reference)) {
            continue;
        }
        let name = workspace
            .loaded
            .records
            .establishments
            .iter()
            .find(|own| own.uai.value.as_str() == letter.uai);
        let school = schools.entry(&letter.uai).or_insert_with(|| SchoolReturns {
            uai: &letter.uai,
            name: name.map(|own| own.name.value.to_string()),
            letters: Vec::new(),
        });
        school.letters.push(reference);
    }
    let unfiled: Vec<&Received> = {
        let mut own: Vec<&Received> = received
            .values()
            .filter(|own| own.verdict != CARRIER && !filed.contains(&own.object))
            .collect();
        own.sort_by(|a, b| a.label.cmp(&b.label));
        own
    };
    let known = ledger.sent_revisions()?;
    let numbers: HashMap<i64, u32> = known.iter().map(|own| (own.id, own.number)).collect();
    let none = Vec::new();
    let of = |reference: &str| returned.get(reference).unwrap_or(&none);
    output.document(
        "archive-list",
        Some(campaign.as_str()),
        json!({
            "schools": schools.values().map(|school| json!({
                "uai": school.uai, "name": school.name,
                "letters": school.letters.iter().map(|reference| json!({
                    "reference": reference,
                    "state": account.letters.get(*reference).map(|state| state.as_str()),
                    "sent_on": sent_on(&past, reference),
                    "returns": of(reference).iter().map(|own| return_json(own, &received)).collect::<Vec<_>>(),
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "unfiled": unfiled.iter().map(|own| json!({
                "path": own.label, "verdict": own.verdict, "hints": ReturnFindings::read(&own.findings).hints,
                "stored": path_of(&own.object, FileKind::from_word(&own.kind)), "day": own.day,
            })).collect::<Vec<_>>(),
        }),
    );
    for school in schools.values() {
        output.say(&match &school.name {
            Some(name) => format!("{} — {name}", school.uai),
            None => school.uai.to_owned(),
        });
        for reference in &school.letters {
            let state = account.letters.get(*reference).map_or("", |state| state.french().0);
            let sent = sent_on(&past, reference)
                .map_or(String::new(), |day| format!(", dernier envoi le {day}"));
            output.say(&format!("  {reference} : {state}{sent}"));
            for own in of(reference) {
                output.say(&format!(
                    "      {}",
                    return_line(own, numbers.get(&own.revision).copied().unwrap_or(1), &received)
                ));
            }
        }
    }
    if !unfiled.is_empty() && wanted.is_none() {
        output.say("Sans lettre connue :");
        for own in &unfiled {
            let verdict = own.verdict.as_str();
            let french = match verdict {
                "unreadable" => ReturnVerdict::Unreadable.french().0,
                _ => ReturnVerdict::Unknown.french().0,
            };
            output.say(&format!("  {} : {french}, archivé le {}", own.label, own.day));
        }
    }
    output.say(&match schools.len() {
        0 if missing => "Rien ne manque.".to_owned(),
        0 => "Rien n'est encore parti ni revenu.".to_owned(),
        number => count(number, "établissement.", "établissements."),
    });
    Ok(Exit::Done)
}

fn sent_on(past: &CampaignHistory, reference: &str) -> Option<String> {
    past.last_sent(reference).and_then(|message| message.left_on).map(|day| day.to_string())
}

fn return_json(own: &Returned, received: &HashMap<String, Received>) -> Value {
    let file = own.object.as_ref().and_then(|object| received.get(object));
    json!({
        "verdict": own.verdict, "state": own.state.as_str(), "pages": own.pages, "day": own.day,
        "path": file.map(|file| &file.label),
        "stored": file.map(|file| path_of(&file.object, FileKind::from_word(&file.kind))),
        "review": own.review,
    })
}

fn return_line(own: &Returned, number: u32, received: &HashMap<String, Received>) -> String {
    let file = own.object.as_ref().and_then(|object| received.get(object));
    let by = own.review.as_ref().and_then(|own| own["by"].as_str());
    let by = by.map_or(String::new(), |by| format!(" (vu par {by})"));
    let day = &own.day;
    let state = match (own.state, own.verdict.as_str()) {
        (ReturnState::ToReview, "altered") => "modifié : appeler l'établissement",
        (ReturnState::NotSigned, "unsigned-copy") => "copie sans signature",
        (state, _) => state.french(),
    };
    match file {
        Some(file) => format!("révision {number}, {} : {state}{by}, archivé le {day}", file.label),
        None => format!("révision {number}, original sur papier : {state}{by}, noté le {day}"),
    }
}
