//! `missive archive export`: the archive of a campaign as a BagIt bag, with a SEDA manifest if asked.

use crate::app::exports::bag::{BagExport, export_bag};
use crate::app::selection::LetterChoice;
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::project::folder::Project;
use indicatif::ProgressBar;
use std::path::Path;

/// Writes the bag.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    folder: &Path,
    with_seda: bool,
    letters: LetterChoice<'_>,
) -> Result<Exit, CommandError> {
    let Some((ledger, _)) = context::read_ledger(output, common, project)? else {
        return Ok(Exit::Done);
    };
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    let campaign = context::campaign_to_read(common, &workspace)?;
    let (campaign, day) = (campaign.as_str(), context::today(common));
    let LetterChoice { names: only, departement } = letters;
    let export = BagExport { campaign, only, departement, day, with_seda, folder };
    let mut bar: Option<ProgressBar> = None;
    let bag = export_bag(&workspace, &ledger, export, |_, all| {
        bar.get_or_insert_with(|| output.files(all)).inc(1);
    });
    bar.iter().for_each(ProgressBar::finish_and_clear);
    let bag = bag?;
    output.value("archive-export", Some(campaign), &bag);
    output.say(&format!(
        "Écrit : {} ({}, {}), sommes SHA-512 et SHA-256 dans les manifestes.",
        printable_text::of_path(folder),
        count(bag.letters, "lettre", "lettres"),
        count(bag.files, "fichier", "fichiers")
    ));
    context::lost_originals(&bag.lost)?;
    Ok(Exit::Done)
}
