//! `missive archive declare` and `archive waive`: what a person says of a return that missive cannot see.

use crate::app::returns::after_return::ReturnsContext;
use crate::app::returns::declare::{self, PaperOriginal};
use crate::app::returns::waive::{self, WaiveRequest};
use crate::cli::args::Common;
use crate::cli::commands::archive::after_return::end;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::project::folder::Project;

/// Writes down an original on paper, with what a person said of it.
pub fn declare(
    output: &Output,
    common: &Common,
    project: &Project,
    original: PaperOriginal<'_>,
) -> Result<Exit, CommandError> {
    let (ledger, _) = context::open_ledger(output, common, project, false)?;
    let context = ReturnsContext { project, ledger: &ledger, day: context::today(common) };
    let declared = declare::declare_paper(context, original)?;
    output.value("archive-declare", Some(&declared.campaign), &declared);
    output.say(&format!(
        "Noté : original sur papier de {} (révision {}), {}, vu par {}.",
        context::labels(project).letter(&declared.reference),
        declared.revision,
        declared.state.french(),
        original.seen_by
    ));
    end(output, declared.after, &context::labels(project))
}

/// Releases a letter from its return, or asks for it again.
pub fn waive(
    output: &Output,
    common: &Common,
    project: &Project,
    request: WaiveRequest<'_>,
) -> Result<Exit, CommandError> {
    let (ledger, _) = context::open_ledger(output, common, project, false)?;
    let context = ReturnsContext { project, ledger: &ledger, day: context::today(common) };
    let waived = waive::waive(context, request)?;
    output.value("archive-waive", Some(&waived.campaign), &waived);
    let documents = waived.revisions.iter().map(|number| format!("révision {number}"));
    let label = context::labels(project).letter(&waived.reference);
    let name = match request.revision {
        Some(_) => format!("{label} ({})", documents.collect::<Vec<_>>().join(", ")),
        None => label,
    };
    output.say(&match waived.waived {
        true => format!("Noté : plus aucun retour n'est attendu de {name}."),
        false => format!("Noté : un retour de {name} est de nouveau attendu."),
    });
    end(output, waived.after, &context::labels(project))
}
