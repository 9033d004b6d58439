//! `missive archive verify`: every file of the archive, compared with ledger and manifest.

use crate::app::returns::fixity::{FixityProblem, FixityReport, ManifestCopy, check_archive};
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::project::folder::Project;
use indicatif::ProgressBar;
use std::path::Path;

/// Checks the archive; `kept_manifest` is a copy of the manifest that was kept elsewhere.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    kept_manifest: Option<&Path>,
) -> Result<Exit, CommandError> {
    let kept_manifest = kept_manifest.map(ManifestCopy::read).transpose()?;
    let (ledger, _) = context::open_ledger(output, common, project, false)?;
    let mut bar: Option<ProgressBar> = None;
    let found = check_archive(project, &ledger, kept_manifest.as_ref(), |_, all| {
        bar.get_or_insert_with(|| output.files(all)).inc(1);
    })?;
    bar.iter().for_each(ProgressBar::finish_and_clear);
    output.value("archive-verify", common.campaign.as_deref(), &found);
    Ok(say(output, &found))
}

fn say(output: &Output, found: &FixityReport) -> Exit {
    output.say(&format!(
        "Archive relue : {}, {} Mo.",
        count(found.files, "fichier", "fichiers"),
        found.octets.div_ceil(1_000_000)
    ));
    if found.leftovers > 0 {
        output.say(&format!(
            "{} d'une commande interrompue : reprendre par « missive archive add ».",
            count(found.leftovers, "fichier reste", "fichiers restent")
        ));
    }
    for finding in &found.findings {
        let label = &finding.label;
        let from = if label.is_empty() { String::new() } else { format!(" ({label})") };
        output.say(&format!("  anomalie : {}{from} {}", finding.path, finding.problem.french()));
    }
    if found.findings.is_empty() {
        output.say("Tout est en ordre.");
        return Exit::Done;
    }
    let only_extra = found.findings.iter().all(|finding| finding.problem == FixityProblem::Extra);
    output.say(match only_extra {
        true => "Ensuite : si une commande a été interrompue, relancer missive archive add sur les mêmes fichiers ; sinon, voir d'où viennent ceux-ci.",
        false => "Ensuite : remettre ces fichiers d'une sauvegarde de data/archive ; ne rien effacer.",
    });
    Exit::Partial
}
