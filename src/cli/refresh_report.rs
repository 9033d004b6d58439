//! After a command that changed what letters stand at: the report is written anew, or a person is told why not.

use super::args::Common;
use super::command_line::Command;
use super::commands::archive::args::ArchiveAction;
use super::commands::sign::SignAction;
use super::context;
use super::ui::output::Output;
use crate::app::exports::report::refresh::refresh_reports;

/// Whether a command may change what letters stand at without making letters.
pub fn changes_states(command: &Command) -> bool {
    match command {
        Command::Resolve(_) | Command::Approve(_) => true,
        Command::Send { deposit, args, .. } => {
            args.remind || args.ask_referent || deposit.deposited.is_some()
        }
        Command::Archive { action } => matches!(
            action,
            ArchiveAction::Add(_)
                | ArchiveAction::Review(_)
                | ArchiveAction::Declare { .. }
                | ArchiveAction::Waive { .. }
        ),
        Command::Sign { action } => matches!(action, SignAction::Import { .. }),
        _ => false,
    }
}

/// Writes the reports anew. Fails nothing.
pub fn refresh(output: &Output, common: &Common) {
    let Ok(project) = context::find_project(common) else { return };
    for stale in refresh_reports(project, context::actor(common)) {
        output.warn(&format!(
            "le rapport de la campagne {} (report.html) dit encore l'état d'avant : {}. Il sera refait par la prochaine commande qui change un état, ou par missive generate",
            stale.campaign, stale.error
        ));
    }
}
