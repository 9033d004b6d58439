//! `missive archive add`: files that came back are taken in, and what was found in them is shown.

use crate::app::returns::filing::add_returns::{AddOptions, ReturnsToAdd};
use crate::cli::args::Common;
use crate::cli::commands::archive::add_view;
use crate::cli::commands::archive::after_return::{say_settled, say_withdrawn};
use crate::cli::commands::archive::args::AddArgs;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::ctrl_c::{self, CancelWords};
use crate::cli::ui::output::Output;
use crate::project::folder::Project;
use cancel_token::CancelToken;

/// What Ctrl-C says.
const ON_CTRL_C: CancelWords =
    CancelWords { first: "arrêt après les fichiers en cours\n", urgent: None };

/// Takes files in.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    args: &AddArgs,
) -> Result<Exit, CommandError> {
    let asked = common.campaign.as_deref();
    let returns = ReturnsToAdd::prepare(project, &args.paths, asked, context::today(common))?;
    returns.warnings.iter().for_each(|warning| output.warn(warning));
    let (ledger, _) = context::open_ledger(output, common, project, args.take_over)?;
    let cancel = CancelToken::default();
    ctrl_c::cancels(&cancel, ON_CTRL_C);
    let clock = context::clock(common);
    let options =
        AddOptions { jobs: args.jobs, now: clock.now(), day: clock.day(), cancel: &cancel };
    let bar = output.files(0);
    let outcome = returns.add(&ledger, &options, || bar.inc(1));
    bar.finish_and_clear();
    let outcome = outcome?;
    output.value("archive-add", Some(returns.campaign.as_str()), &outcome);
    let labels = context::labels(project);
    add_view::say(output, &outcome, &labels);
    say_settled(output, &outcome.settled, &labels);
    outcome.withdrawn.values().for_each(|number| say_withdrawn(output, *number));
    if outcome.is_interrupted {
        output.warn(
            "interrompu : ce qui est archivé le reste ; relancer la même commande pour le reste",
        );
    }
    let is_partial = outcome.is_interrupted || outcome.need_a_person() > 0;
    match outcome.failure {
        Some(failure) => Err(failure.into()),
        None if is_partial => Ok(Exit::Partial),
        None => Ok(Exit::Done),
    }
}
