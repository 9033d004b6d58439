//! `missive export`: the account of a campaign as a spreadsheet, one row a letter.

use crate::app::exports::account_file::{AccountFormat, write_account};
use crate::app::exports::target;
use crate::app::wording::count;
use crate::cli::args::{Common, DepartementArgs};
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use std::path::Path;

/// Writes the account.
pub fn run(
    output: &Output,
    common: &Common,
    file: &Path,
    force: bool,
    args: &DepartementArgs,
) -> Result<Exit, CommandError> {
    let format = AccountFormat::of(file)?;
    let project = context::find_project(common)?;
    target::require_new_file(&project, file, force)?;
    let snapshot = context::read_departement(output, common, args.departement.as_ref())?;
    let written = write_account(&snapshot, file, format)?;
    let letters = written.account.letters.len();
    output.value("export", Some(snapshot.campaign.as_str()), &written);
    output.say(&format!(
        "Écrit : {} dans {}.",
        count(letters, "lettre", "lettres"),
        printable_text::of_path(file)
    ));
    let missing = written.without_referent.account().without_referent();
    if missing > 0 {
        let where_they_are = match format {
            AccountFormat::Xlsx => "dans la feuille « Sans référent »",
            AccountFormat::Csv => "que seul un fichier .xlsx donne",
        };
        output.say(&format!(
            "{} sans référent, {where_they_are}.",
            count(missing, "établissement", "établissements")
        ));
    }
    if written.is_incomplete {
        output.warn(
            "les données ont des erreurs : les lettres qui n'ont jamais été produites n'y sont pas (« missive check »)",
        );
    }
    output.say("Ensuite : l'ouvrir dans un tableur ; rien de ce qui y est changé ne revient ici. Pour corriger les fiches : missive export --records FICHIER.xlsx");
    Ok(Exit::Done)
}
