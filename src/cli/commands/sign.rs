//! `missive sign`: letters out to the authority's signing tool, and back, before they are sent.

use crate::app::returns::countersign::sign_export::{LIST, sign_export};
use crate::app::returns::countersign::sign_import::{
    SignImportCounts, SignImportOutcome, SignedFiles,
};
use crate::app::returns::countersign::signing_project::SigningProject;
use crate::app::wording::count;
use crate::cli::args::{Common, OPTIONS};
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use clap::Subcommand;
use std::path::{Path, PathBuf};

/// Letters out to the issuing authority, and back.
#[derive(Clone, Debug, Subcommand)]
pub enum SignAction {
    /// Écrire les lettres prêtes dans un dossier, avec la liste que lit l'outil de signature
    #[command(visible_alias = "exporter")]
    Export {
        /// Dossier à créer, ou vide
        #[arg(value_name = "DOSSIER")]
        folder: PathBuf,
        /// Seulement ces établissements, référents ou lettres : nom ou partie du nom, ville, UAI,
        /// identifiant, référence
        #[arg(long, value_name = "NOM,…", value_delimiter = ',', num_args = 1, help_heading = OPTIONS)]
        only: Vec<String>,
    },
    /// Reprendre les lettres signées, après avoir prouvé que chacune est la nôtre
    #[command(visible_alias = "reprendre")]
    Import {
        /// Fichiers ou dossiers
        #[arg(value_name = "CHEMIN", required = true)]
        paths: Vec<PathBuf>,
        /// Prendre le journal à un ordinateur en panne
        #[arg(long, help_heading = OPTIONS)]
        take_over: bool,
    },
}

/// Runs one of the two.
pub fn run(output: &Output, common: &Common, action: &SignAction) -> Result<Exit, CommandError> {
    match action {
        SignAction::Export { folder, only } => export(output, common, folder, only),
        SignAction::Import { paths, take_over } => import(output, common, paths, *take_over),
    }
}

fn export(
    output: &Output,
    common: &Common,
    folder: &Path,
    only: &[String],
) -> Result<Exit, CommandError> {
    let signing = SigningProject::open(context::find_project(common)?)?;
    let campaign = context::campaign_to_read(common, &signing.workspace)?;
    let ledger = context::read_ledger(output, common, &signing.workspace.project)?;
    let ledger = ledger.as_ref().map(|(ledger, _)| ledger);
    let outcome = sign_export(&signing, ledger, &campaign, only, folder)?;
    output.value("sign-export", Some(campaign.as_str()), &outcome);
    let Some(lost) = &outcome.lost else {
        output.say(&format!(
            "Aucune lettre à faire signer ; {}. Ensuite : missive plan",
            count(outcome.signed, "lettre prête est signée", "lettres prêtes sont signées")
        ));
        return Ok(Exit::Done);
    };
    output.say(&format!(
        "Écrit : {} dans {}, avec la liste {LIST}. Les faire signer telles quelles, sans les réenregistrer. Ensuite : missive sign import DOSSIER",
        count(outcome.files.len() - lost.len(), "lettre à signer", "lettres à signer"),
        printable_text::of_path(folder)
    ));
    context::lost_originals(lost)?;
    Ok(Exit::Done)
}

fn import(
    output: &Output,
    common: &Common,
    paths: &[PathBuf],
    take_over: bool,
) -> Result<Exit, CommandError> {
    let signing = SigningProject::open(context::find_project(common)?)?;
    let files = SignedFiles::prepare(&signing, paths)?;
    files.warnings.iter().for_each(|warning| output.warn(warning));
    let (project, now) = (&signing.workspace.project, context::clock(common).now());
    let campaign = context::campaign_to_read(common, &signing.workspace)?;
    let (ledger, _) = context::open_ledger(output, common, project, take_over)?;
    let bar = output.files(0);
    let outcome = files.import(&ledger, now, || bar.inc(1));
    bar.finish_and_clear();
    let outcome = outcome?;
    output.value("sign-import", Some(campaign.as_str()), &outcome);
    let counts = outcome.counts();
    say_import(output, &outcome, counts);
    if let Some(failure) = outcome.failure {
        return Err(failure.into());
    }
    if counts.signed > 0 {
        output.say("Ensuite : missive generate, puis missive send");
    } else if counts.refused > 0 {
        output.say("Ensuite : faire signer de nouveau les lettres refusées, telles que missive sign export les écrit");
    }
    Ok(if outcome.is_partial() { Exit::Partial } else { Exit::Done })
}

/// Says what became of each file.
fn say_import(output: &Output, outcome: &SignImportOutcome, counts: SignImportCounts) {
    output.say(&format!(
        "Repris : {}, {}, {}.",
        count(counts.signed, "lettre signée", "lettres signées"),
        count(counts.unchanged, "déjà reprise", "déjà reprises"),
        count(counts.refused, "refusée", "refusées")
    ));
    for file in &outcome.files {
        let Some(why) = &file.refused else { continue };
        let name = file.reference.as_deref().map_or(String::new(), |name| format!(" ({name})"));
        output.say(&format!("  {}{name} : {why}", file.label));
    }
    for problem in &outcome.problems {
        output.say(&format!("  {} : {}", problem.label, problem.message));
    }
}
