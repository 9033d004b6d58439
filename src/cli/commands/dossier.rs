//! `missive dossier`: everything of one school in one folder that reads without missive.

use crate::app::exports::dossier::{DossierRequest, write_dossier};
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use std::path::Path;

/// Writes the dossier of a school.
pub fn run(
    output: &Output,
    common: &Common,
    uai: &str,
    folder: &Path,
) -> Result<Exit, CommandError> {
    let project = context::find_project(common)?;
    let ledger = context::read_ledger(output, common, &project)?;
    let dossier = write_dossier(DossierRequest {
        project: &project,
        ledger: ledger.as_ref().map(|(ledger, _)| ledger),
        uai,
        folder,
        today: context::today(common),
    })?;
    output.value("dossier", common.campaign.as_deref(), &dossier);
    output.say(&format!(
        "Écrit : {} ({}). Ensuite : ouvrir {}",
        printable_text::of_path(folder),
        count(dossier.letters.len(), "lettre", "lettres"),
        printable_text::of_path(folder.join("index.html"))
    ));
    context::lost_originals(&dossier.lost)?;
    Ok(Exit::Done)
}
