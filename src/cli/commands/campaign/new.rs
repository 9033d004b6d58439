//! `missive campaign new`: next year from this year's records, as a person confirms.

use super::new_year_prompts::{ask_decisions, confirm_writing};
use super::new_year_view::{say_outcome, say_questions};
use crate::app::importing::import_error::ImportError;
use crate::app::names::labels::Labels;
use crate::app::new_year::answer_sheet::read_answers;
use crate::app::new_year::campaign_file::{CampaignDates, proposed_dates};
use crate::app::new_year::decisions::NewYearDecisions;
use crate::app::new_year::new_year_outcome::NewYearOutcome;
use crate::app::new_year::next_campaign::NextCampaign;
use crate::app::new_year::question_sheet::write_questions;
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::cli::args::Common;
use crate::cli::commands::campaign::args::NewYearArgs;
use crate::cli::context::{self, find_project, today};
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt;
use crate::import::read_spreadsheet::read_spreadsheet;
use crate::project::lock::Lock;
use std::path::Path;

/// Opens the campaign of the next year.
pub fn run(output: &Output, common: &Common, args: &NewYearArgs) -> Result<Exit, CommandError> {
    let project = find_project(common)?;
    let _lock = args.apply.then(|| Lock::take(&project, &context::actor(common))).transpose()?;
    let (workspace, _) = Workspace::open(project, &[]);
    let mut campaign = NextCampaign::begin(&workspace, &args.from, &args.id)?;
    if let Some((ledger, _)) = context::read_ledger(output, common, &workspace.project)? {
        campaign = campaign.with_letters(&ledger.history(&args.from)?);
    }
    if let Some(path) = &args.questions {
        let written = write_questions(&campaign, path)?;
        say_questions(output, &campaign, &written);
        document(output, &campaign, &written);
        return Ok(Exit::Done);
    }
    let mut dates = dates(args, &campaign);
    let interactive = args.answers.is_none() && prompt::can(common);
    let decisions = match &args.answers {
        Some(path) => decisions_of_sheet(output, &workspace, &campaign, path)?,
        None if interactive => ask_decisions(output, &campaign, &mut dates),
        None => NewYearDecisions::default(),
    };
    let prepared = campaign.prepare(&decisions, dates, today(common))?;
    let mut outcome = NewYearOutcome::new(&campaign, dates, &prepared);
    let labels = Labels::of_records(&workspace.loaded.records);
    say_outcome(output, &campaign, &outcome, &labels);
    if let Err(error) = campaign.require_writable(&prepared) {
        if prepared.undecided.is_empty() {
            output.problems(&prepared.errors, &prepared.sources, false);
        }
        document(output, &campaign, &outcome);
        return Err(error.into());
    }
    let write = args.apply || interactive && confirm_writing();
    if !write {
        document(output, &campaign, &outcome);
        output.say("Rien n'est écrit. Ensuite, pour l'écrire : la même commande avec --apply");
        return Ok(Exit::Done);
    }
    outcome.written = campaign.write(&prepared)?;
    outcome.applied = true;
    document(output, &campaign, &outcome);
    output.say(&format!("Écrit : {}.", outcome.written.join(", ")));
    output.say(&format!(
        "Ensuite : relire {}, puis missive campaign close {} quand ses retours sont là, et missive check --campaign {}",
        campaign.campaign_file(),
        outcome.from,
        outcome.id
    ));
    Ok(Exit::Done)
}

fn document(output: &Output, campaign: &NextCampaign<'_>, body: &impl serde::Serialize) {
    let body = serde_json::to_value(body).unwrap_or_default();
    output.document("campaign-new", Some(campaign.id.as_str()), body);
}

fn dates(args: &NewYearArgs, campaign: &NextCampaign<'_>) -> CampaignDates {
    let proposed = proposed_dates(campaign.from, campaign.next);
    CampaignDates {
        date: args.date.unwrap_or(proposed.date),
        reply_by: args.reply_by.unwrap_or(proposed.reply_by),
        report_by: args.report_by.unwrap_or(proposed.report_by),
    }
}

/// The decisions of a sheet; each row that cannot be understood is shown, and nothing is done then.
fn decisions_of_sheet(
    output: &Output,
    workspace: &Workspace,
    campaign: &NextCampaign<'_>,
    path: &Path,
) -> Result<NewYearDecisions, CommandError> {
    let workbook = read_spreadsheet(path)
        .map_err(|error| ImportError::Spreadsheet { path: path.to_owned(), error })?;
    let answers =
        read_answers(&workbook, &campaign.cases, &campaign.agreed, &workspace.loaded.records);
    if answers.wrong.is_empty() {
        return Ok(answers.decisions);
    }
    let shown = printable_text::of_path(path);
    for wrong in &answers.wrong {
        output.warn(&format!("{shown}, ligne {} : {}", wrong.row, wrong.reason));
    }
    let number =
        count(answers.wrong.len(), "réponse ne se comprend pas", "réponses ne se comprennent pas");
    Err(CommandError::usage(
        format!("{number} : rien n'est écrit"),
        "les corriger dans le tableur, puis relancer",
    ))
}
