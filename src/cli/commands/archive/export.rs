//! `missive archive export`: the archive of a campaign as a BagIt bag, with a SEDA manifest if asked.

use crate::app::exports::bag::{BagError, BagRequest, BagSources, sent_letters, write_bag};
use crate::app::exports::letter_history::read_letters;
use crate::app::exports::target::require_new_folder;
use crate::app::returns::named_letter::selected_letters;
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::archive::store::Archive;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::project::folder::Project;
use serde_json::json;
use std::path::Path;

/// Writes the bag.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    folder: &Path,
    with_seda: bool,
    only: &[String],
) -> Result<Exit, CommandError> {
    let Some((ledger, _)) = context::read_ledger(output, common, project)? else {
        return Ok(Exit::Done);
    };
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    let campaign = context::campaign_to_read(common, &workspace)?;
    let settings = workspace.loaded.records.settings.as_ref();
    let settings = settings.ok_or(BagError::SettingsInvalid)?;
    let day = context::today(common);
    let request = BagRequest::new(settings, campaign.as_str(), day, with_seda)?;
    let selected = selected_letters(&ledger, only)?;
    let history = ledger.history(campaign.as_str())?;
    let references = sent_letters(&history, selected.as_ref())?;
    require_new_folder(project, folder)?;
    let letters = read_letters(&ledger, &references)?;
    let documents = request.documents(&letters);
    let archive = Archive::new(project.root());
    let sources = BagSources { ledger: &ledger, archive: &archive };
    let bar = output.files(documents.len());
    let written = write_bag(sources, &request, (&letters, &documents), folder, || bar.inc(1));
    bar.finish_and_clear();
    let lost = written?;
    output.document(
        "archive-export",
        Some(campaign.as_str()),
        json!({
            "folder": printable_text::path_value(folder), "letters": references.len(),
            "files": documents.len() - lost.len(), "seda": with_seda, "lost": lost,
        }),
    );
    output.say(&format!(
        "Écrit : {} ({}, {}), sommes SHA-512 et SHA-256 dans les manifestes.",
        printable_text::of_path(folder),
        count(references.len(), "lettre", "lettres"),
        count(documents.len() - lost.len(), "fichier", "fichiers")
    ));
    context::lost_originals(&lost)?;
    Ok(Exit::Done)
}
