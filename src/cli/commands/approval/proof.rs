//! `missive proof`: one PDF to proofread before anything leaves.

use crate::app::approval::make_proof::{ProofLetters, ProofOutcome, ProofRequest, make_proof};
use crate::app::approval::proof_error::ProofError;
use crate::app::campaign::campaign_run::RunStart;
use crate::app::wording::count;
use crate::cli::args::{Common, OPTIONS};
use crate::cli::commands::generate::args::GenerateArgs;
use crate::cli::commands::generate::campaign_run;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::records::values::CampaignId;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// What `proof` is asked.
#[derive(Clone, Debug, Args)]
pub struct ProofArgs {
    /// Fichier PDF à écrire
    #[arg(value_name = "FICHIER.pdf")]
    pub file: PathBuf,
    /// Toutes les lettres, et non une par cas
    #[arg(long, help_heading = OPTIONS)]
    pub all: bool,
    /// Remplacer le fichier s'il existe
    #[arg(long, help_heading = OPTIONS)]
    pub force: bool,
    /// Prendre le journal des envois à un ordinateur en panne
    #[arg(long, help_heading = OPTIONS)]
    pub take_over: bool,
}

/// Writes the proof.
pub fn run(output: &Output, common: &Common, args: &ProofArgs) -> Result<Exit, CommandError> {
    let opened = context::open_project(common, &[])?;
    let campaign = opened.campaign.as_ref().map(CampaignId::as_str);
    if context::read_ledger(output, common, &opened.workspace.project)?.is_none() {
        return Err(ProofError::NothingGenerated.into());
    }
    let mut generate = GenerateArgs::default();
    generate.selection.take_over = args.take_over;
    let run = match campaign_run::start(output, common, &opened, &generate, None)? {
        RunStart::Ready(run) => run,
        RunStart::Invalid(found) => {
            output.document("proof", campaign, json!({ "check": found }));
            return Ok(Exit::Invalid);
        }
    };
    let Some((ledger, _)) = &run.ledger else { return Err(ProofError::NothingGenerated.into()) };
    let letters = if args.all { ProofLetters::All } else { ProofLetters::Chosen };
    let day = context::today(common);
    let request = ProofRequest { file: &args.file, replace: args.force, letters, day };
    let outcome = make_proof(&run, ledger, &request)?;
    output.value("proof", campaign, &outcome);
    say(output, &outcome);
    Ok(Exit::Done)
}

fn say(output: &Output, outcome: &ProofOutcome) {
    if outcome.messages == 0 {
        return output.say(&format!(
            "Rien à relire : {}. Aucun fichier n'est écrit ; pour tout relire encore : --all. Ensuite : missive send",
            count(
                outcome.approved_before,
                "message est approuvé tel qu'il est",
                "messages sont approuvés tels qu'ils sont"
            )
        ));
    }
    output.say(&format!(
        "Écrit : {} à relire sur {}, avec {}, dans {} ({}).",
        count(outcome.letters.len(), "lettre", "lettres"),
        outcome.covered,
        if outcome.letters.len() > 1 { "leurs courriers" } else { "son courrier" },
        printable_text::of_path(&outcome.file),
        count(outcome.pages, "page", "pages")
    ));
    if outcome.approved_before > 0 {
        output.say(&format!(
            "{} : pas dans cette épreuve (--all pour tout relire).",
            count(outcome.approved_before, "message déjà approuvé", "messages déjà approuvés")
        ));
    }
    output.say("La première page dit pourquoi chaque lettre est là. Ensuite : relire, puis missive approve --by \"Nom\"");
}
