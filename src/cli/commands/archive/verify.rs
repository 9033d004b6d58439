//! `missive archive verify`: every file of the archive, compared with ledger and manifest.

use crate::app::returns::fixity::{self, FixityProblem, FixityReport};
use crate::app::wording::count;
use crate::archive::store::{Archive, read_manifest};
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::files;
use crate::project::folder::Project;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Checks the archive; `kept_manifest` is a copy of the manifest that was kept elsewhere.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    kept_manifest: Option<&Path>,
) -> Result<Exit, CommandError> {
    let kept_manifest = kept_manifest.map(read_copy).transpose()?;
    let (ledger, _) = context::open_ledger(output, common, project, false)?;
    let received = ledger.all_received()?;
    let archive = Archive::new(project.root());
    let bar = output.files(received.len());
    let found = fixity::check(&archive, &received, kept_manifest.as_ref(), || bar.inc(1))
        .map_err(|error| unreadable("data/archive", &error))?;
    bar.finish_and_clear();
    let body = fixity_json(&found);
    ledger.write(|change| change.checked(body.clone()))?;
    output.document("archive-verify", common.campaign.as_deref(), body);
    Ok(say(output, &found))
}

fn read_copy(path: &Path) -> Result<BTreeMap<String, String>, CommandError> {
    let manifest = match path.is_file() {
        true => read_manifest(path),
        false => Err(io::ErrorKind::NotFound.into()),
    };
    manifest.map_err(|error| unreadable(&printable_text::of_path(path), &error))
}

fn unreadable(what: &str, error: &io::Error) -> CommandError {
    CommandError::new(
        Exit::Environment,
        format!("{what} ne peut pas être lu : {}", files::reason(error)),
        "vérifier que le fichier existe et que vous y avez droit",
    )
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

fn fixity_json(found: &FixityReport) -> Value {
    json!({
        "files": found.files, "octets": found.octets, "leftovers": found.leftovers,
        "algorithms": ["sha256", "sha512"],
        "findings": found.findings.iter().map(|finding| json!({
            "path": finding.path, "fault": finding.problem.as_str(), "label": finding.label,
        })).collect::<Vec<_>>(),
    })
}
