//! `missive measure` (hidden): letters alone against a stopwatch, for `bench/run`.

use crate::app::letters::stopwatch;
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::ResolveOptions;
use crate::cli::args::Common;
use crate::cli::commands::check;
use crate::cli::commands::generate::{open, workers};
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::project;
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
) -> Exit {
    let opened = match open(output, common, &[]) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let today = project::today(common.today.as_ref());
    let (resolved, problems) =
        resolve(&opened.workspace, opened.campaign.as_ref(), ResolveOptions::today(today));
    let Some(resolved) = resolved else {
        output.problems(&problems, &opened.workspace.loaded.sources, true);
        for line in check::summary(&opened.workspace, None, &problems) {
            output.say(&line);
        }
        return Exit::Invalid;
    };
    match stopwatch::letters(&resolved, same, folder, workers(jobs)) {
        Err(message) => {
            output
                .fail(&message, "corriger le projet, ou choisir un dossier où vous pouvez écrire");
            Exit::Environment
        }
        Ok(measured) => {
            let rate = measured.letters as f64 / measured.seconds.max(f64::EPSILON);
            output.say(&format!("{} lettres, {rate:.1} par seconde", measured.letters));
            let body = json!({ "measured": measured, "timings": resolved.engine.stages() });
            output.document("measure", opened.campaign.as_ref().map(CampaignId::as_str), body);
            Exit::Done
        }
    }
}

/// Parses the TOML of the project and tells how long it took.
pub fn parse(output: &Output, common: &Common) -> Exit {
    let project = match context::project(output, common) {
        Ok(project) => project,
        Err(exit) => return exit,
    };
    match stopwatch::parse(&project) {
        Err(message) => {
            output.fail(&message, "corriger ce fichier, ou lancer « missive check »");
            Exit::Environment
        }
        Ok(parsed) => {
            output.say(&format!("{} fichiers TOML en {:.3} s", parsed.files, parsed.seconds));
            output.document("measure", None, json!({ "measured": parsed }));
            Exit::Done
        }
    }
}
