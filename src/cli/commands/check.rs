//! `missive check`: every problem in one pass, drawn or as JSON.

use crate::app::campaign::check::{self, CheckAdvice, CheckOutcome};
use crate::app::names::labels::Labels;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::wording::count;
use crate::cli::args::{Common, ExceptArgs, OPTIONS};
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::records::values::CampaignId;
use clap::Args;

/// What `check` is asked.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// Letters that are left out.
    #[command(flatten)]
    pub except: ExceptArgs,
    /// Montrer chaque avertissement à sa ligne, et non un exemple par genre
    #[arg(long, help_heading = OPTIONS)]
    pub all: bool,
}

/// Checks a project.
pub fn run(output: &Output, common: &Common, args: &CheckArgs) -> Result<Exit, CommandError> {
    let CheckArgs { except, all } = args;
    let all = *all;
    let opened = context::open_project(common, &except.except)?;
    let options = ResolveOptions::today(context::today(common));
    let (resolved, mut found) = check::check(&opened.workspace, opened.campaign.as_ref(), options);
    if let Some(resolved) = resolved.filter(ResolvedCampaign::needs_approval) {
        let ledger = context::read_ledger(output, common, &opened.workspace.project)?;
        found.approval = check::approval(&resolved, ledger.as_ref().map(|(ledger, _)| ledger))?;
    }
    output.project_problems(&found.problems, all);
    output.value("check", opened.campaign.as_ref().map(CampaignId::as_str), &found);
    say_summary(output, &found);
    let labels = Labels::of_records(&opened.workspace.loaded.records);
    let approval = found.approval.as_ref().map(|approval| approval.sentences(&labels));
    approval.into_iter().flatten().for_each(|sentence| output.say(&sentence));
    for advice in &found.advice {
        output.say(match advice {
            CheckAdvice::ControlCopy => "Conseil : régler control_copy dans [mail] (une boîte du service, en copie invisible) ; après une panne ou une restauration, ces copies disent seules ce qui était parti.",
        });
    }
    if found.has_errors() {
        output.say("Ensuite : corriger ces erreurs, puis relancer « missive check ».");
        return Ok(Exit::Invalid);
    }
    let folder =
        common.project.as_ref().map(|folder| format!(" -C {}", printable_text::of_path(folder)));
    output.say(&format!("Ensuite : missive run{}", folder.unwrap_or_default()));
    Ok(Exit::Done)
}

/// Says what was read and found.
pub(crate) fn say_summary(output: &Output, found: &CheckOutcome) {
    let counts = &found.counts;
    let problems = match (counts.errors, counts.warnings) {
        (0, 0) => "aucun problème".to_owned(),
        (0, warnings) => count(warnings, "avertissement", "avertissements"),
        (errors, 0) => count(errors, "erreur", "erreurs"),
        (errors, warnings) => format!(
            "{} et {}",
            count(errors, "erreur", "erreurs"),
            count(warnings, "avertissement", "avertissements")
        ),
    };
    let letters = match found.is_resolved {
        true => format!(", {}", count(counts.letters, "lettre", "lettres")),
        false => String::new(),
    };
    output.say(&format!(
        "Vérifié : {}, {}{letters} ; {problems}.",
        count(counts.establishments, "établissement", "établissements"),
        count(counts.referents, "référent", "référents"),
    ));
    if counts.other_years > 0 {
        output.say(&format!(
            "{} : sans effet sur cette campagne.",
            count(
                counts.other_years,
                "désignation d'une autre année",
                "désignations d'autres années"
            )
        ));
    }
    if counts.blocked > 0 {
        output.say(&format!(
            "{} tant que l'adresse manque ou sort des domaines permis.",
            count(
                counts.blocked,
                "lettre est bloquée : faite, mais pas envoyée",
                "lettres sont bloquées : faites, mais pas envoyées"
            )
        ));
    }
    if let Some(except) = &found.except {
        let letters = except.letters.map_or(String::new(), |number| {
            let letters = count(number, "lettre", "lettres");
            format!(" ({letters}, avec celles du même message ou qui ne peuvent pas s'en passer)")
        });
        let names = except.labels.join(", ");
        output.say(&format!("Laissés de côté à votre demande : {names}{letters}."));
    }
}
