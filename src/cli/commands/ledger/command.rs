//! `missive ledger`: the project and its ledger opened, and each of its commands but `verify`.

use super::args::LedgerAction;
use super::verify;
use crate::app::exports::sent_files::write_sent_letters;
use crate::app::verification::back_up::back_up;
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::ledger::Ledger;
use crate::project::folder::Project;
use serde_json::json;
use std::path::Path;

/// Runs one of the ledger's commands.
pub fn run(output: &Output, common: &Common, action: &LedgerAction) -> Result<Exit, CommandError> {
    let project = context::find_project(common)?;
    let Some((ledger, opened)) = context::read_ledger(output, common, &project)? else {
        return Err(CommandError::usage(
            "il n'y a pas encore de journal des envois",
            "produire d'abord les lettres : missive generate",
        ));
    };
    match action {
        LedgerAction::Verify { replay, witness } => {
            let witness = witness.as_deref();
            verify::run(output, common, &project, &ledger, (*replay, witness))
        }
        LedgerAction::ExportSent { folder, only } => {
            export_sent(output, common, &ledger, folder, only)
        }
        LedgerAction::Backup { file } => backup(output, &ledger, file),
        LedgerAction::Accept { why } => {
            drop(ledger);
            match opened.older {
                true => accept(output, common, &project, why),
                false => {
                    output.say("Rien à accepter : ce journal est bien le dernier que cet ordinateur a connu.");
                    output.document("ledger", None, json!({ "accepted": false }));
                    Ok(Exit::Done)
                }
            }
        }
    }
}

fn accept(
    output: &Output,
    common: &Common,
    project: &Project,
    why: &str,
) -> Result<Exit, CommandError> {
    let (ledger, _) = context::open_ledger(output, common, project, false)?;
    ledger.accept_older(why)?;
    output.document("ledger", None, json!({ "accepted": true }));
    output.say("Noté : ce journal est désormais la référence. Ensuite : missive plan");
    Ok(Exit::Done)
}

fn export_sent(
    output: &Output,
    common: &Common,
    ledger: &Ledger,
    folder: &Path,
    only: &[String],
) -> Result<Exit, CommandError> {
    let campaign = common.campaign.as_deref();
    let files = write_sent_letters(ledger, campaign, folder, only)?;
    output.value("ledger", campaign, &files);
    output.say(&format!(
        "Écrit : {} dans {}, telles qu'elles ont été transmises.",
        count(files.written.len(), "lettre", "lettres"),
        printable_text::of_path(folder)
    ));
    context::lost_originals(&files.lost)?;
    Ok(Exit::Done)
}

fn backup(output: &Output, ledger: &Ledger, file: &Path) -> Result<Exit, CommandError> {
    let shown = printable_text::of_path(file);
    back_up(ledger, file)?;
    output.document("ledger", None, json!({ "backup": printable_text::path_value(file) }));
    output.say(&format!(
        "Copié dans {shown}. Copier aussi data/ledger/objects/ : ses fichiers ne changent jamais, il n'y a qu'à ajouter les nouveaux."
    ));
    Ok(Exit::Done)
}
