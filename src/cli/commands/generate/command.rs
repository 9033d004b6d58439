//! `missive generate`: letters and covers into `out/`.

use crate::app::campaign::campaign_run::{CampaignRun, RunStart};
use crate::app::campaign::run::GenerateRun;
use crate::app::sending::unsent_letters::UnsentLetters;
use crate::cli::args::Common;
use crate::cli::commands::check::say_summary;
use crate::cli::commands::generate::args::GenerateArgs;
use crate::cli::commands::generate::campaign_run;
use crate::cli::commands::generate::generate_view::{GenerateView, Step};
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::records::values::CampaignId;
use serde_json::{Value, json};

/// Makes letters and covers.
pub fn run(output: &Output, common: &Common, args: &GenerateArgs) -> Result<Exit, CommandError> {
    let opened = context::open_project(common, &args.selection.except.except)?;
    let campaign = opened.campaign.as_ref().map(CampaignId::as_str);
    let run = match campaign_run::start(output, common, &opened, args, None)? {
        RunStart::Ready(run) => run,
        RunStart::Invalid(found) => {
            output.document("generate", campaign, json!({ "check": found }));
            return Ok(Exit::Invalid);
        }
    };
    let made = make_and_show(output, &run, args, Step::Generate)?;
    let body = with_timings(json!(made.outcome), &run, args);
    output.document("generate", campaign, body);
    end(&made, false)
}

/// Makes what the campaign calls for, and shows what was done.
pub(crate) fn make_and_show(
    output: &Output,
    run: &CampaignRun<'_>,
    args: &GenerateArgs,
    step: Step,
) -> Result<GenerateRun, CommandError> {
    let (resolved, request) = (&run.resolved, &run.request);
    let bar = output.bar(run.chosen_letters());
    let made = run.generate(&campaign_run::orders(args), |letters| bar.inc(letters as u64));
    bar.finish_and_clear();
    let made = made?;
    say_summary(output, &run.check);
    if !run.check.problems.is_empty() {
        let by_line = "« missive check --all » les montre ligne par ligne";
        output.say(&match resolved.desired.rehearsal {
            None => format!("Les avertissements sont dans le rapport ; {by_line}."),
            Some(_) => "Les avertissements sont dans le rapport.".to_owned(),
        });
    }
    let history = made.after.as_ref().map(|after| &after.history);
    let unsent = history.map(|history| UnsentLetters::of(resolved, history, request.only.as_ref()));
    GenerateView { output, resolved, request, outcome: &made.outcome, unsent, step }.show();
    Ok(made)
}

/// Adds where the time went, if that was asked for.
pub(crate) fn with_timings(mut body: Value, run: &CampaignRun<'_>, args: &GenerateArgs) -> Value {
    if args.timings {
        body["timings"] = json!(run.resolved.engine.stages());
    }
    body
}

/// How a command ends that made documents. `blocks_sending` says that messages were to leave and
/// the ledger is an older one.
pub(crate) fn end(made: &GenerateRun, blocks_sending: bool) -> Result<Exit, CommandError> {
    match made.stop(blocks_sending) {
        Some(stop) => Err(stop.into()),
        None if made.outcome.is_partial() => Ok(Exit::Partial),
        None => Ok(Exit::Done),
    }
}
