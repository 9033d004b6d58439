//! The start that `generate`, `run` and `send` share: the campaign checked and resolved, the project
//! locked, the ledger open for writing.

use crate::app::campaign::check::{self, CheckOutcome};
use crate::app::campaign::run::{self, RunOptions};
use crate::app::generate::outcome::GenerateRequest;
use crate::app::letters::dump_contents::dump_contents;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::workspace::OpenedProject;
use crate::cli::args::Common;
use crate::cli::commands::check::say_summary;
use crate::cli::commands::generate::args::{GenerateArgs, MaterialityArg};
use crate::cli::commands::send::args::DepositArgs;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::ledger::{Ledger, LedgerOpening};
use crate::plan::orders::OrderedMateriality;
use crate::plan::{Materiality, Orders};
use crate::project::lock::Lock;

/// A campaign that a command works on.
pub struct CampaignRun<'w> {
    /// The campaign.
    pub resolved: ResolvedCampaign<'w>,
    /// What the check found; no error is among it.
    pub check: CheckOutcome,
    /// What is to be made.
    pub request: GenerateRequest,
    /// The ledger; a rehearsal has none.
    pub ledger: Option<(Ledger, LedgerOpening)>,
    _lock: Lock,
}

impl CampaignRun<'_> {
    /// Whether the ledger is older than the one this computer has known.
    pub fn has_older_ledger(&self) -> bool {
        self.ledger.as_ref().is_some_and(|(_, opened)| opened.older)
    }
}

/// How a run starts.
pub enum RunStart<'w> {
    /// With everything it needs.
    Ready(Box<CampaignRun<'w>>),
    /// Not at all: the project has errors, which were shown.
    Invalid(CheckOutcome),
}

/// Starts a run; `deposit` is given where messages are to leave.
pub fn start<'w>(
    output: &Output,
    common: &Common,
    opened: &'w OpenedProject,
    args: &GenerateArgs,
    deposit: Option<&DepositArgs>,
) -> Result<RunStart<'w>, CommandError> {
    let day = context::today(common);
    let options = ResolveOptions::rehearsal(day, args.as_of);
    let workspace = &opened.workspace;
    let (resolved, found) = check::check(workspace, opened.campaign.as_ref(), options);
    let Some(resolved) = resolved else {
        output.located_problems(&found.problems, true);
        say_summary(output, &found);
        output.say(
            "Rien n'a été écrit. Ensuite : corriger les erreurs ; « missive check » les redonne.",
        );
        return Ok(RunStart::Invalid(found));
    };
    let options = RunOptions {
        only: &args.selection.only,
        sends: deposit.is_some(),
        limit: deposit.and_then(|deposit| deposit.limit),
        jobs: args.selection.jobs,
        force: args.force,
        day,
    };
    let mut request = run::request(&resolved, &options)?;
    let lock = Lock::take(&workspace.project)?;
    let ledger = match args.as_of {
        Some(_) => None,
        None => {
            let take_over = args.selection.take_over;
            Some(context::open_ledger(output, common, &workspace.project, take_over)?)
        }
    };
    request.deposit &= ledger.as_ref().is_none_or(|(_, opened)| !opened.older);
    if let Some(folder) = &args.dump_data {
        dump_contents(&resolved, folder).map_err(|error| {
            let todo = "choisir pour --dump-data un dossier où vous pouvez écrire";
            CommandError::new(Exit::Environment, error.to_string(), todo)
        })?;
    }
    let run = CampaignRun { resolved, check: found, request, ledger, _lock: lock };
    Ok(RunStart::Ready(Box::new(run)))
}

/// What the person ordered about changes of letters that were handed over.
pub fn orders(args: &GenerateArgs) -> Orders {
    let judged = args.materiality.map(|word| {
        let materiality = match word {
            MaterialityArg::Cosmetic => Materiality::Cosmetic,
            MaterialityArg::Substantive => Materiality::Substantive,
        };
        OrderedMateriality { materiality, why: args.why.clone().unwrap_or_default() }
    });
    Orders { judged, reason: args.reason.clone(), reply_by: args.reply_by }
}
