//! `missive export`: the account of a campaign as a spreadsheet, one row a letter.

use crate::app::campaign_snapshot::CampaignCount;
use crate::app::exports::account_rows::{self, Source};
use crate::app::exports::account_sheet::{self, About};
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::files;
use crate::project::folder::Project;
use serde_json::json;
use std::path::Path;

/// What a file can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Csv,
    Xlsx,
}

/// Writes the account.
pub fn run(output: &Output, common: &Common, file: &Path, force: bool) -> Exit {
    match write(output, common, file, force) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn write(output: &Output, common: &Common, file: &Path, force: bool) -> Result<Exit, Exit> {
    let ending = file.extension().map(|own| own.to_string_lossy().to_lowercase());
    let shape = match ending.as_deref() {
        Some("csv") => Shape::Csv,
        Some("xlsx") => Shape::Xlsx,
        _ => {
            output.fail(
                &format!("{} ne finit ni par .csv ni par .xlsx", printable_text::of_path(file)),
                "donner un nom comme compte.xlsx, ou compte.csv",
            );
            return Err(Exit::Usage);
        }
    };
    let project = context::project(output, common)?;
    is_free(output, &project, file, force)?;
    let known = context::read_snapshot(output, common).map_err(|error| error.show(output))?;
    let counted = known.count().map_err(|error| CommandError::from(error).show(output))?;
    let CampaignCount { resolved, account, is_balanced } = counted;
    if !is_balanced {
        output.fail(
            "le compte ne tombe pas juste : rien n'est écrit",
            "lancer « missive ledger verify »",
        );
        return Err(Exit::Environment);
    }
    let source = Source {
        resolved: resolved.as_ref(),
        records: &known.workspace.loaded.records,
        campaign: known.record(),
        past: &known.history,
        ledger: known.ledger.as_ref(),
        today: known.today,
    };
    let rows =
        account_rows::rows(&account, &source).map_err(|own| context::failed(output, &own))?;
    let about = About {
        campaign: known.campaign.as_str(),
        // The campaign's day; without its record, that of its first letter.
        created: known
            .record()
            .map(|own| own.date.value.0)
            .or_else(|| rows.iter().filter_map(|row| row.date).min())
            .unwrap_or(known.today),
        day: known.today,
        account: &account,
    };
    let made = match shape {
        Shape::Csv => Ok(account_sheet::csv(&rows)),
        Shape::Xlsx => account_sheet::xlsx(&rows, &about),
    };
    let bytes = made.map_err(|error| {
        output.fail(&error.to_string(), "l'écrire dans l'autre format : .csv ou .xlsx");
        Exit::Environment
    })?;
    files::write_whole(file, &bytes, true).map_err(|error| {
        output.fail(
            &format!("{} ne peut pas être écrit : {}", printable_text::of_path(file), files::reason(&error)),
            "faire de la place, fermer ce fichier s'il est ouvert, ou choisir un dossier où vous pouvez écrire",
        );
        Exit::Environment
    })?;
    output.document(
        "export",
        Some(known.campaign.as_str()),
        json!({
            "file": printable_text::path_value(file), "letters": rows.len(), "states": account.states(),
        }),
    );
    output.say(&format!(
        "Écrit : {} dans {}.",
        count(rows.len(), "lettre", "lettres"),
        printable_text::of_path(file)
    ));
    if resolved.is_none() && !known.is_closed {
        output.warn(
            "les données ont des erreurs : les lettres qui n'ont jamais été produites n'y sont pas (« missive check »)",
        );
    }
    output.say("Ensuite : l'ouvrir dans un tableur ; rien de ce qui y est changé ne revient ici");
    Ok(Exit::Done)
}

/// Whether the file can be written there; the answer is what ends the command.
fn is_free(output: &Output, project: &Project, file: &Path, force: bool) -> Result<(), Exit> {
    let shown = printable_text::of_path(file);
    let usage = |message: &str, todo: &str| {
        output.fail(message, todo);
        Exit::Usage
    };
    if file.is_dir() {
        return Err(usage(&format!("{shown} est un dossier"), "donner le nom d'un fichier"));
    }
    if let Some(why) = context::reserved(project, file) {
        return Err(usage(&why, "donner le nom d'un fichier hors de data/"));
    }
    let parent = file.parent().filter(|own| !own.as_os_str().is_empty());
    if let Some(parent) = parent.filter(|own| !own.is_dir()) {
        output.fail(
            &format!("le dossier {} n'existe pas", printable_text::of_path(parent)),
            "le créer, ou choisir un dossier qui existe",
        );
        return Err(Exit::Environment);
    }
    if std::fs::symlink_metadata(file).is_ok() && !force {
        return Err(usage(
            &format!("{shown} existe déjà"),
            "donner un autre nom, ou ajouter --force pour le remplacer",
        ));
    }
    Ok(())
}
