//! `missive send`: messages over the relay, or into the outbox.

use super::args::{DepositArgs, SendArgs};
use super::follow_up::{ask_referent, reminders};
use super::send_command::SendCommand;
use crate::app::campaign::campaign_run::{CampaignRun, RunStart};
use crate::app::campaign::run::GenerateRun;
use crate::app::error::OlderLedger;
use crate::app::generate::outcome::GenerateOutcome;
use crate::app::sending::again::bounced_letters;
use crate::app::workspace::OpenedProject;
use crate::cli::args::{Common, SelectionArgs};
use crate::cli::commands::generate::args::GenerateArgs;
use crate::cli::commands::generate::campaign_run;
use crate::cli::commands::generate::command::{end, make_and_show};
use crate::cli::commands::generate::generate_view::Step;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::clock::Clock;
use crate::records::values::CampaignId;
use serde_json::json;

/// Sends what is ready.
pub fn run(
    output: &Output,
    common: &Common,
    selection: SelectionArgs,
    deposit: &DepositArgs,
    args: &SendArgs,
) -> Result<Exit, CommandError> {
    if args.remind && args.test_to.is_some() && !args.ask_referent {
        return Err(CommandError::usage(
            "--test-to ne va pas avec --remind",
            "essayer les lettres (--test-to seul) ou les demandes (--ask-referent --test-to)",
        ));
    }
    let is_again = !args.again.is_empty();
    let mut args = args.clone();
    let only = match (is_again, args.ask_referent) {
        (true, _) => args.again.clone(),
        // Schools without a referent have no letter that a choice could name.
        (false, true) => {
            args.asked = selection.only;
            Vec::new()
        }
        (false, false) => selection.only,
    };
    let args = &args;
    let selection = SelectionArgs { only, ..selection };
    let mut generate = GenerateArgs { selection, ..GenerateArgs::default() };
    let opened = context::open_project(common, &generate.selection.except.except)?;
    let campaign = opened.campaign.as_ref().map(CampaignId::as_str);
    let run = match campaign_run::start(output, common, &opened, &generate, Some(deposit))? {
        RunStart::Ready(run) => run,
        RunStart::Invalid(found) => {
            output.document("send", campaign, json!({ "check": found }));
            return Ok(Exit::Invalid);
        }
    };
    let clock = context::clock(common);
    if is_again {
        generate.again = bounced_letters(&run, &args.again)?;
        let made = make_and_show(output, &run, &generate, Step::Send)?;
        return send_again(output, (&opened, &run, &clock), deposit, &made);
    }
    if let Some(command) = relay_command(output, &opened, &run, &clock, None) {
        let sent = command.run(deposit, args);
        output.value("send", campaign, &sent.report);
        return sent.end();
    }
    if args.test_to.is_some() {
        return Err(CommandError::usage(
            "un essai demande un serveur de messagerie : ici les messages sont déposés en fichiers",
            "ouvrir un fichier de outbox/, ou écrire transport = \"smtp\" et [mail.relay] dans missive.toml",
        ));
    }
    if args.remind || args.ask_referent {
        return follow_up(output, common, &run, deposit, args);
    }
    let made = make_and_show(output, &run, &generate, Step::Send)?;
    output.value("send", campaign, &made.outcome.deposits());
    end(&made, run.has_older_ledger())
}

/// Sends the letters that were made ready to go once more: under the guards of any sending over the relay;
/// in the outbox they lie already.
fn send_again(
    output: &Output,
    (opened, run, clock): (&OpenedProject, &CampaignRun<'_>, &Clock),
    deposit: &DepositArgs,
    made: &GenerateRun,
) -> Result<Exit, CommandError> {
    let campaign = opened.campaign.as_ref().map(CampaignId::as_str);
    let relay = relay_command(output, opened, run, clock, Some(&made.outcome));
    let Some(command) = relay.filter(|_| made.stop(false).is_none()) else {
        output.value("send", campaign, &made.outcome.deposits());
        return end(made, run.has_older_ledger());
    };
    let sent = command.run(deposit, &SendArgs::default());
    output.value("send", campaign, &sent.report);
    sent.end()
}

/// A sending over the relay; none where there is no relay, or in a rehearsal. `made` is what the same
/// command made before.
pub(crate) fn relay_command<'c>(
    output: &'c Output,
    opened: &'c OpenedProject,
    run: &'c CampaignRun<'c>,
    clock: &'c Clock,
    made: Option<&'c GenerateOutcome>,
) -> Option<SendCommand<'c>> {
    let context = run.send_context(clock, made.is_some())?;
    let (workspace, problems) = (&opened.workspace, &run.check.problems[..]);
    Some(SendCommand { output, workspace, context, problems, made })
}

/// Deposits reminders, or requests to designate a referent, in the outbox.
fn follow_up(
    output: &Output,
    common: &Common,
    run: &CampaignRun<'_>,
    deposit: &DepositArgs,
    args: &SendArgs,
) -> Result<Exit, CommandError> {
    if run.has_older_ledger() {
        return Err(OlderLedger.into());
    }
    let Some((ledger, _)) = &run.ledger else { return Ok(Exit::Done) };
    let clock = context::clock(common);
    let (resolved, only) = (&run.resolved, run.request.only.as_ref());
    let (exit, report) = match args.ask_referent {
        true => ask_referent::into_outbox(output, resolved, ledger, args, (deposit.limit, &clock)),
        false => reminders::into_outbox(output, resolved, ledger, only, deposit.limit, &clock),
    };
    if let Some(report) = report {
        output.value("send", Some(resolved.desired.campaign.id.as_str()), &report);
    }
    Ok(exit)
}
