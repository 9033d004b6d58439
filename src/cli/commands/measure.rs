//! `missive measure` (hidden): letters alone against a stopwatch, for `bench/run`.

use crate::app::letters::stopwatch;
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::ResolveOptions;
use crate::cli::args::Common;
use crate::cli::commands::check;
use crate::cli::commands::generate::workers;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::records::values::CampaignId;
use serde_json::json;
use std::path::Path;

/// Makes all letters, or the first one `same` times, and tells how long it took.
pub fn run(
    output: &Output,
    common: &Common,
    same: Option<usize>,
    folder: Option<&Path>,
    jobs: Option<u16>,
) -> Result<Exit, CommandError> {
    let opened = context::open_project(common, &[])?;
    let options = ResolveOptions::today(context::today(common));
    let (resolved, problems) = resolve(&opened.workspace, opened.campaign.as_ref(), options);
    let Some(resolved) = resolved else {
        output.problems(&problems, &opened.workspace.loaded.sources, true);
        for line in check::summary(&opened.workspace, None, &problems) {
            output.say(&line);
        }
        return Ok(Exit::Invalid);
    };
    let timing = stopwatch::letters(&resolved, same, folder, workers(jobs)).map_err(|message| {
        let todo = "corriger le projet, ou choisir un dossier où vous pouvez écrire";
        CommandError::new(Exit::Environment, message, todo)
    })?;
    let rate = timing.letters as f64 / timing.seconds.max(f64::EPSILON);
    output.say(&format!("{} lettres, {rate:.1} par seconde", timing.letters));
    let body = json!({ "measured": timing, "timings": resolved.engine.stages() });
    output.document("measure", opened.campaign.as_ref().map(CampaignId::as_str), body);
    Ok(Exit::Done)
}

/// Parses the TOML of the project and tells how long it took.
pub fn parse(output: &Output, common: &Common) -> Result<Exit, CommandError> {
    let project = context::find_project(common)?;
    let timing = stopwatch::parse(&project).map_err(|message| {
        let todo = "corriger ce fichier, ou lancer « missive check »";
        CommandError::new(Exit::Environment, message, todo)
    })?;
    output.say(&format!("{} fichiers TOML en {:.3} s", timing.files, timing.seconds));
    output.document("measure", None, json!({ "measured": timing }));
    Ok(Exit::Done)
}
