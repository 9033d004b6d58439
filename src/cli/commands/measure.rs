//! `missive measure` (hidden): letters alone against a stopwatch, for `bench/run`.

use crate::app::campaign::check;
use crate::app::letters::stopwatch;
use crate::app::resolved_campaign::ResolveOptions;
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::commands::check::say_summary;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::records::values::CampaignId;
use crate::render::worker_pool;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// What is measured.
#[derive(Clone, Debug, Args)]
pub struct MeasureArgs {
    /// Refaire N fois la première lettre, au lieu de faire chacune une fois
    #[arg(long, value_name = "N")]
    pub same: Option<usize>,
    /// Lire et analyser les fichiers TOML, et rien de plus
    #[arg(long, conflicts_with_all = ["same", "folder", "jobs"])]
    pub parse: bool,
    /// Écrire aussi les PDF dans ce dossier
    #[arg(long, value_name = "DOSSIER")]
    pub folder: Option<PathBuf>,
    /// Nombre de fils d'exécution
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
}

/// Makes all letters, or the first one `same` times, and says how long it took.
pub fn run(output: &Output, common: &Common, args: &MeasureArgs) -> Result<Exit, CommandError> {
    if args.parse {
        return parse(output, common);
    }
    let opened = context::open_project(common, &[])?;
    let options = ResolveOptions::today(context::today(common));
    let campaign = opened.campaign.as_ref();
    let (resolved, found) = check::check(&opened.workspace, campaign, options);
    let Some(resolved) = resolved else {
        output.located_problems(&found.problems, true);
        say_summary(output, &found);
        return Ok(Exit::Invalid);
    };
    let measured = stopwatch::letters(
        &resolved,
        args.same,
        args.folder.as_deref(),
        worker_pool::workers(args.jobs),
    );
    let measured = measured.map_err(|error| {
        let todo = "corriger le projet, ou choisir un dossier où vous pouvez écrire";
        CommandError::new(Exit::Environment, error.to_string(), todo)
    })?;
    let rate = measured.letters as f64 / measured.seconds.max(f64::EPSILON);
    output.say(&format!("{}, {rate:.1} par seconde", count(measured.letters, "lettre", "lettres")));
    let body = json!({ "measured": measured, "timings": resolved.engine.stages() });
    output.document("measure", campaign.map(CampaignId::as_str), body);
    Ok(Exit::Done)
}

/// Parses the TOML of the project and says how long it took.
fn parse(output: &Output, common: &Common) -> Result<Exit, CommandError> {
    let project = context::find_project(common)?;
    let parsed = stopwatch::parse(&project).map_err(|error| {
        let todo = "corriger ce fichier, ou lancer « missive check »";
        CommandError::new(Exit::Environment, error.to_string(), todo)
    })?;
    output.say(&format!(
        "{} en {:.3} s",
        count(parsed.files, "fichier TOML", "fichiers TOML"),
        parsed.seconds
    ));
    output.document("measure", None, json!({ "measured": parsed }));
    Ok(Exit::Done)
}
