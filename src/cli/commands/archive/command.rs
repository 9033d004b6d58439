//! `missive archive`: which of its commands is meant.

use crate::cli::args::Common;
use crate::cli::commands::archive::args::ArchiveAction;
use crate::cli::commands::archive::{add, declare, export, list, review, verify};
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::plan::history::ReturnState;
use serde_json::json;

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
        ArchiveAction::Add { paths, jobs, take_over } => {
            add::run(output, common, &project, paths, *jobs, *take_over)
        }
        ArchiveAction::Review {
            name,
            answer,
            letter,
            seen_by,
            priorities,
            note,
            pictures,
            take_over,
        } => {
            let request = review::ReviewRequest {
                name: name.as_deref(),
                answer: *answer,
                letter: letter.as_deref(),
                seen_by: seen_by.as_deref(),
                priorities: priorities.as_deref(),
                note: note.as_deref(),
                take_over: *take_over,
            };
            match pictures {
                Some(folder) => review::pictures(output, common, &project, &request, folder),
                None => review::run(output, common, &project, &request),
            }
        }
        ArchiveAction::Declare { reference, paper: _, seen_by, partly, declined, note } => {
            let state = match (partly, declined) {
                (true, _) => ReturnState::PartlySigned,
                (_, true) => ReturnState::Declined,
                _ => ReturnState::Signed,
            };
            let statement = json!({ "by": seen_by, "note": note });
            declare::declare(output, common, &project, reference, (state, &statement))
        }
        ArchiveAction::Waive { reference, why, .. } => {
            declare::waive(output, common, &project, reference, why.as_deref())
        }
        ArchiveAction::List { only, missing } => {
            list::run(output, common, &project, only, *missing)
        }
        ArchiveAction::Verify { manifest } => {
            verify::run(output, common, &project, manifest.as_deref())
        }
        ArchiveAction::Export { folder, seda, only } => {
            export::run(output, common, &project, folder, *seda, only)
        }
    }
}
