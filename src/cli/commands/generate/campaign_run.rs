//! The start that `generate`, `run` and `send` share, with what is shown of it.

use crate::app::campaign::campaign_run::{self, RunStart, StartRequest};
use crate::app::campaign::check_orders::check_orders;
use crate::app::campaign::run::RunOptions;
use crate::app::letters::dump_contents::dump_contents;
use crate::app::workspace::OpenedProject;
use crate::cli::args::Common;
use crate::cli::commands::check::say_summary;
use crate::cli::commands::generate::args::{GenerateArgs, MaterialityArg};
use crate::cli::commands::send::args::DepositArgs;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::ui::output::Output;
use crate::plan::orders::{OrderedMateriality, SignaturesOrder};
use crate::plan::{Materiality, Orders};

/// Starts a run; `deposit` is given where messages are to leave. Errors of the project are shown.
pub fn start<'w>(
    output: &Output,
    common: &Common,
    opened: &'w OpenedProject,
    args: &GenerateArgs,
    deposit: Option<&DepositArgs>,
) -> Result<RunStart<'w>, CommandError> {
    check_orders(&orders(args))?;
    let selection = &args.selection;
    let started = campaign_run::start(
        opened,
        StartRequest {
            options: RunOptions {
                only: selection.choice(),
                sends: deposit.is_some(),
                limit: deposit.and_then(|deposit| deposit.limit),
                jobs: selection.jobs,
                force: args.force,
                day: context::today(common),
            },
            as_of: args.as_of,
            take_over: selection.take_over,
            actor: context::actor(common),
        },
    )?;
    match &started {
        RunStart::Ready(run) => {
            if let Some((_, opening)) = &run.ledger {
                context::warn_of_opening(output, opening);
            }
            if let Some(folder) = &args.dump_data {
                dump_contents(&run.resolved, &run.request.late, folder)?;
            }
        }
        RunStart::Invalid(found) => {
            output.project_problems(&found.problems, false);
            say_summary(output, found);
            output.say(
                "Rien n'a été écrit. Ensuite : corriger les erreurs ; « missive check » les redonne.",
            );
        }
    }
    Ok(started)
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
    let signatures = match (args.keep_signatures, args.void_signatures) {
        (true, _) => Some(SignaturesOrder::Keep),
        (false, true) => Some(SignaturesOrder::Void),
        (false, false) => None,
    };
    Orders {
        judged,
        reason: args.reason.clone(),
        signatures,
        again: args.again.clone(),
        reply_by: args.reply_by,
    }
}
