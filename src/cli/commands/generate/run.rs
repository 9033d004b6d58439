//! `missive run`: check, generate and send in one go.

use crate::app::campaign::campaign_run::RunStart;
use crate::app::campaign::run::RunOutcome;
use crate::app::sending::outcome::SendReport;
use crate::cli::args::Common;
use crate::cli::commands::generate::args::GenerateArgs;
use crate::cli::commands::generate::campaign_run;
use crate::cli::commands::generate::command::{end, make_and_show, with_timings};
use crate::cli::commands::generate::generate_view::Step;
use crate::cli::commands::send::args::{DepositArgs, SendArgs};
use crate::cli::commands::send::end::SendEnd;
use crate::cli::commands::send::run::relay_command;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::records::values::CampaignId;
use serde_json::json;

/// Runs the yearly work.
pub fn run(
    output: &Output,
    common: &Common,
    args: &GenerateArgs,
    deposit: &DepositArgs,
) -> Result<Exit, CommandError> {
    let opened = context::open_project(common, &args.selection.except.except)?;
    let campaign = opened.campaign.as_ref().map(CampaignId::as_str);
    let run = match campaign_run::start(output, common, &opened, args, Some(deposit))? {
        RunStart::Ready(run) => run,
        RunStart::Invalid(found) => {
            let outcome = RunOutcome { check: &found, generate: None, send: None };
            output.value("run", campaign, &outcome);
            return Ok(Exit::Invalid);
        }
    };
    let made = make_and_show(output, &run, args, Step::Run)?;
    let clock = context::clock(common);
    let sent =
        relay_command(output, &opened, &run, &clock, Some(&made.outcome)).map(|command| match made
            .stop(false)
        {
            None => {
                command.run(deposit, &SendArgs { why: args.why.clone(), ..SendArgs::default() })
            }
            Some(_) => SendEnd::new(Exit::Done, SendReport::default()),
        });
    let send = match &sent {
        Some(sent) => json!(sent.report),
        None => json!(made.outcome.deposits()),
    };
    let outcome = RunOutcome { check: &run.check, generate: Some(&made.outcome), send: Some(send) };
    output.document("run", campaign, with_timings(json!(outcome), &run, args));
    let exit = end(&made, run.has_older_ledger())?;
    match sent {
        None => Ok(exit),
        Some(sent) if sent.exit == Exit::Done => sent.end().map(|_| exit),
        Some(sent) => sent.end(),
    }
}
