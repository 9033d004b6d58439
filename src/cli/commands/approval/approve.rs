//! `missive approve`: a person says that what was proofread may leave.

use crate::app::approval::approve::{ApprovalOutcome, ApprovalRequest, approve};
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
use crate::records::table_reader::ValueError;
use crate::records::values::{CampaignId, SingleLine};
use clap::Args;
use serde_json::json;

/// What `approve` is asked.
#[derive(Clone, Debug, Args)]
pub struct ApproveArgs {
    /// Qui approuve : le nom tel qu'il sera noté au journal
    #[arg(long, value_name = "NOM", required = true, value_parser = single_line, help_heading = OPTIONS)]
    pub by: SingleLine,
    /// Précision à noter avec l'approbation
    #[arg(long, value_name = "TEXTE", value_parser = single_line, help_heading = OPTIONS)]
    pub why: Option<SingleLine>,
    /// Prendre le journal des envois à un ordinateur en panne
    #[arg(long, help_heading = OPTIONS)]
    pub take_over: bool,
}

fn single_line(text: &str) -> Result<SingleLine, ValueError> {
    text.parse()
}

/// Approves what the last proof showed.
pub fn run(output: &Output, common: &Common, args: &ApproveArgs) -> Result<Exit, CommandError> {
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
            output.document("approve", campaign, json!({ "check": found }));
            return Ok(Exit::Invalid);
        }
    };
    let Some((ledger, _)) = &run.ledger else { return Err(ProofError::NothingGenerated.into()) };
    let (by, why) = (args.by.clone(), args.why.clone());
    let request = ApprovalRequest { by, why, day: context::today(common) };
    let outcome = approve(&run, ledger, &request)?;
    output.value("approve", campaign, &outcome);
    say(output, &outcome);
    Ok(Exit::Done)
}

fn say(output: &Output, outcome: &ApprovalOutcome) {
    if outcome.approved == 0 {
        output.say(&match outcome.approved_before {
            0 => "Rien à approuver : aucun message n'est à envoyer. Ensuite : missive status"
                .to_owned(),
            number => format!(
                "Rien à approuver : {} déjà. Ensuite : missive send",
                count(number, "message l'est", "messages le sont")
            ),
        });
        return;
    }
    output.say(&format!(
        "Approuvé au nom de {} : {} ({}).",
        outcome.by,
        count(outcome.approved, "message", "messages"),
        count(outcome.letters.len(), "lettre", "lettres")
    ));
    output.say("Noté avec le compte de cet ordinateur. C'est une organisation du travail, non une preuve ; ce qui change ensuite est à approuver de nouveau.");
    if !outcome.required {
        output.say("Les réglages n'exigent pas d'approbation : pour que rien ne parte sans, écrire approval = \"required\" dans [letters].");
    }
    output.say("Ensuite : missive send");
}
