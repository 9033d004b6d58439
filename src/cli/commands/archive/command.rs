//! `missive archive`: which of its commands is meant.

use crate::app::returns::declare::PaperOriginal;
use crate::app::returns::waive::WaiveRequest;
use crate::app::selection::LetterChoice;
use crate::cli::args::Common;
use crate::cli::commands::archive::args::ArchiveAction;
use crate::cli::commands::archive::{add, declare, export, list, review, verify};
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::plan::history::ReturnState;

/// Runs one of the archive's commands.
pub fn run(output: &Output, common: &Common, action: &ArchiveAction) -> Result<Exit, CommandError> {
    let project = context::find_project(common)?;
    if context::read_ledger(output, common, &project)?.is_none() {
        return Err(CommandError::usage(
            "il n'y a pas encore de journal des envois",
            "produire et envoyer d'abord les lettres : missive run",
        ));
    }
    match action {
        ArchiveAction::Add(args) => add::run(output, common, &project, args),
        ArchiveAction::Review(args) => review::run(output, common, &project, args),
        ArchiveAction::Declare { reference, paper: _, seen_by, partly, declined, note } => {
            let state = match (partly, declined) {
                (true, _) => ReturnState::PartlySigned,
                (_, true) => ReturnState::Declined,
                _ => ReturnState::Signed,
            };
            let note = note.as_deref();
            let original = PaperOriginal { letter: reference, state, seen_by, note };
            declare::declare(output, common, &project, original)
        }
        ArchiveAction::Waive { reference, revision, why, .. } => {
            let why = why.as_deref();
            let request = WaiveRequest { letter: reference, revision: *revision, why };
            declare::waive(output, common, &project, request)
        }
        ArchiveAction::List(args) => list::run(output, common, &project, args),
        ArchiveAction::Verify { manifest } => {
            verify::run(output, common, &project, manifest.as_deref())
        }
        ArchiveAction::Export { folder, seda, only, departement } => {
            let letters =
                LetterChoice { names: only, departement: departement.departement.as_ref() };
            export::run(output, common, &project, folder, *seda, letters)
        }
    }
}
