//! `missive send`: messages over the relay, or into the outbox.

use super::command::Desk;
use super::outcome_view;
use super::reminders;
use crate::app::workspace::OpenedProject;
use crate::cli::args::{Choice, Common, Deposit, Make, Sending};
use crate::cli::campaign_run::{self, CampaignRun};
use crate::cli::commands::generate::{end, make_and_show};
use crate::cli::commands::generate_view::Step;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::records::values::CampaignId;
use serde_json::json;

/// Sends what is ready.
pub fn run(
    output: &Output,
    common: &Common,
    choice: Choice,
    deposit: &Deposit,
    sending: &Sending,
) -> Result<Exit, CommandError> {
    let make = Make { choice, ..Make::default() };
    let opened = context::open_project(common, &make.choice.except.except)?;
    let campaign = opened.campaign.as_ref().map(CampaignId::as_str);
    let run = match campaign_run::begin(output, common, &opened, &make, Some(deposit))? {
        Ok(run) => run,
        Err(found) => {
            output.document("send", campaign, json!({ "check": found }));
            return Ok(Exit::Invalid);
        }
    };
    if let Some(desk) = Desk::new(output, common, &opened, &run) {
        let ended = desk.send(deposit, sending);
        output.document("send", campaign, ended.body.clone());
        return ended.end();
    }
    if sending.remind {
        return remind(output, common, &run, deposit);
    }
    if sending.test_to.is_some() {
        return Err(CommandError::usage(
            "un essai demande un serveur de messagerie : ici les messages sont déposés en fichiers",
            "ouvrir un fichier de outbox/, ou écrire transport = \"smtp\" et [mail.relay] dans missive.toml",
        ));
    }
    let made = make_and_show(output, &run, &make, Step::Send)?;
    output.value("send", campaign, &made.outcome.deposits());
    end(&made, run.has_older_ledger())
}

impl<'d> Desk<'d> {
    /// What sending over the relay needs; none where there is no relay, or in a rehearsal.
    pub(in crate::cli) fn new(
        output: &'d Output,
        common: &'d Common,
        opened: &'d OpenedProject,
        run: &'d CampaignRun<'d>,
    ) -> Option<Self> {
        let (ledger, ledger_opened) = run.ledger.as_ref()?;
        Some(Self {
            output,
            common,
            workspace: &opened.workspace,
            resolved: &run.resolved,
            ledger,
            opened: ledger_opened,
            settings: run.resolved.relay_settings()?,
            only: run.request.only.as_ref(),
            jobs: run.request.jobs,
            problems: &run.check.problems,
            made: None,
        })
    }
}

/// Deposits reminders in the outbox.
fn remind(
    output: &Output,
    common: &Common,
    run: &CampaignRun<'_>,
    deposit: &Deposit,
) -> Result<Exit, CommandError> {
    if run.has_older_ledger() {
        return Err(context::older_ledger());
    }
    let Some((ledger, _)) = &run.ledger else { return Ok(Exit::Done) };
    let clock = context::clock(common);
    let (resolved, only) = (&run.resolved, run.request.only.as_ref());
    let (exit, body) =
        reminders::into_outbox(output, resolved, ledger, only, deposit.limit, &clock);
    if !body.is_null() {
        let mut whole = outcome_view::nothing();
        whole["deposited"] = body["deposited"].clone();
        output.document("send", Some(resolved.desired.campaign.id.as_str()), whole);
    }
    Ok(exit)
}
