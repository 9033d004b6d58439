//! `missive archive list`: what was sent to each school, what came back and what is missing.

use crate::app::names::labels::Labels;
use crate::app::returns::returns_list::{ListRequest, ListedReturn, ReturnsList, returns_list};
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::archive::verdict::return_verdict::ReturnVerdict;
use crate::cli::args::Common;
use crate::cli::commands::archive::args::ListArgs;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::letter::french;
use crate::plan::history::ReturnState;
use crate::project::folder::Project;
use serde_json::json;

/// Shows the returns of a campaign, school by school.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    args: &ListArgs,
) -> Result<Exit, CommandError> {
    let ListArgs { only, missing, departement } = args;
    let departement = departement.departement.as_ref();
    let Some((ledger, _)) = context::read_ledger(output, common, project)? else {
        return Ok(Exit::Done);
    };
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    let campaign = context::campaign_to_read(common, &workspace)?;
    let request =
        ListRequest { campaign: campaign.as_str(), only, only_missing: *missing, departement };
    let list = returns_list(&ledger, &workspace.loaded.records, request)?;
    output.document("archive-list", Some(campaign.as_str()), json!(list));
    say_schools(output, &list, &Labels::of_records(&workspace.loaded.records));
    if !list.unfiled.is_empty() && only.is_empty() && departement.is_none() {
        output.say("Sans lettre connue :");
        for file in &list.unfiled {
            let verdict = match file.verdict.as_str() {
                "unreadable" => ReturnVerdict::Unreadable.french().0,
                _ => ReturnVerdict::Unknown.french().0,
            };
            output.say(&format!(
                "  {} : {verdict}, archivé le {}",
                file.path,
                french::date_of(&file.day)
            ));
        }
    }
    output.say(&match list.schools.len() {
        0 if *missing => "Rien ne manque.".to_owned(),
        0 => "Rien n'est encore parti ni revenu.".to_owned(),
        number => count(number, "établissement.", "établissements."),
    });
    Ok(Exit::Done)
}

fn say_schools(output: &Output, list: &ReturnsList, labels: &Labels) {
    for school in &list.schools {
        output.say(&match &school.name {
            Some(name) => format!("{name} ({})", school.uai),
            None => school.uai.clone(),
        });
        for letter in &school.letters {
            let state = letter.state.map_or("", |state| state.french().0);
            let sent = letter
                .sent_on
                .map_or(String::new(), |day| format!(", dernier envoi le {}", french::date(day)));
            output.say(&format!(
                "  {} ({}) : {state}{sent}",
                labels.person(&letter.reference),
                letter.reference
            ));
            for act in &letter.acts {
                let (revision, state) = (act.revision, act.state.french().0);
                output.say(&format!("      {} (révision {revision}) : {state}", act.act.french()));
            }
            for returned in &letter.returns {
                output.say(&format!("      {}", line(returned)));
            }
        }
    }
}

/// A return in one line.
fn line(returned: &ListedReturn) -> String {
    let by = returned.review.as_ref().and_then(|review| review["by"].as_str());
    let by = by.map_or(String::new(), |by| format!(" (vu par {by})"));
    let (number, day) = (returned.number, french::date_of(&returned.day));
    let state = match (returned.state, returned.verdict.as_str()) {
        (ReturnState::ToReview, "altered") => "modifié : appeler l'établissement",
        (ReturnState::NotSigned, "unsigned-copy") => "copie sans signature",
        (state, _) => state.french(),
    };
    match &returned.path {
        Some(path) => format!("révision {number}, {path} : {state}{by}, archivé le {day}"),
        None => format!("révision {number}, original sur papier : {state}{by}, noté le {day}"),
    }
}
