//! `missive archive declare` and `archive waive`: what a person says of a return that missive cannot see.

use crate::app::returns::after_return::ReturnsContext;
use crate::app::returns::declare::{self, PaperOriginal};
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
    end(output, declared.after)
}

/// Releases a letter from its return, or asks for it again.
pub fn waive(
    output: &Output,
    common: &Common,
    project: &Project,
    word: &str,
    why: Option<&str>,
) -> Result<Exit, CommandError> {
    let (ledger, _) = context::open_ledger(output, common, project, false)?;
    let context = ReturnsContext { project, ledger: &ledger, day: context::today(common) };
    let waived = declare::waive(context, word, why)?;
    output.value("archive-waive", Some(&waived.campaign), &waived);
    let reference = context::labels(project).letter(&waived.reference);
    output.say(&match waived.waived {
        true => format!("Noté : plus aucun retour n'est attendu de {reference}."),
        false => format!("Noté : un retour de {reference} est de nouveau attendu."),
    });
    end(output, waived.after)
}
