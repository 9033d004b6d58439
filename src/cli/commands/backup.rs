//! `missive backup` and `missive restore`: the whole project as one file, and back.

use crate::app::backup::back_up_project::{ProjectBackup, ProjectBackupOutcome};
use crate::app::backup::backup_manifest::PERSONAL_DATA;
use crate::app::backup::restore_project::{ProjectRestoreOutcome, restore_project};
use crate::app::wording::{count, few};
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::clock::local_time_of;
use printable_text::of_path;
use std::path::Path;

/// Writes a backup.
pub fn run(
    output: &Output,
    common: &Common,
    file: &Path,
    force: bool,
) -> Result<Exit, CommandError> {
    let project = context::find_project(common)?;
    let ledger = context::read_ledger(output, common, &project)?;
    let ledger = ledger.as_ref().map(|(ledger, _)| ledger);
    let actor = context::actor(common);
    let made = ProjectBackup { project: &project, ledger, actor: &actor }.write(file, force)?;
    output.value("backup", None, &made);
    say_backup(output, file, &made);
    match made.lost.len() {
        0 => Ok(Exit::Done),
        lost => Err(CommandError::new(
            Exit::Partial,
            format!(
                "{} dans data/ledger/objects : la sauvegarde est faite sans",
                count(lost, "original manque", "originaux manquent")
            ),
            "lancer missive ledger verify, et les reprendre d'une sauvegarde plus ancienne",
        )),
    }
}

fn say_backup(output: &Output, file: &Path, made: &ProjectBackupOutcome) {
    output.say(&format!(
        "Sauvegardé : {} dans {} ({}), relus un par un.",
        count(made.files, "fichier", "fichiers"),
        of_path(file),
        size(made.octets)
    ));
    output.say(&format!("  {PERSONAL_DATA}"));
    let others = match made.left_out.as_slice() {
        [] => String::new(),
        names => format!(" Laissés de côté aussi : {}.", few(names)),
    };
    output.say(&format!("  Sans out/, que missive refait, ni mot de passe.{others}"));
    output.say(&format!(
        "Ensuite : la copier sur un autre support ; pour la remettre : missive restore {} DOSSIER",
        of_path(file)
    ));
}

/// Restores a backup.
pub fn restore(
    output: &Output,
    common: &Common,
    file: &Path,
    folder: &Path,
) -> Result<Exit, CommandError> {
    let restored = restore_project(file, folder, context::actor(common))?;
    output.value("restore", None, &restored);
    say_restored(output, folder, &restored);
    Ok(Exit::Done)
}

fn say_restored(output: &Output, folder: &Path, restored: &ProjectRestoreOutcome) {
    output.say(&format!(
        "Restauré dans {} : {}, vérifiés un par un, tels qu'ils étaient le {} ({}).",
        of_path(folder),
        count(restored.files, "fichier", "fichiers"),
        local_time_of(&restored.made),
        restored.by
    ));
    if restored.events.is_some() {
        output.say("  Si des messages sont partis depuis, ce journal ne le sait pas : avant le premier envoi par un serveur, missive le demandera. Les copies de contrôle le disent : missive resolve --copies.");
    }
    output.say(&format!("Ensuite : missive generate -C {}, puis missive plan", of_path(folder)));
}

/// Octets as a person reads them.
fn size(octets: u64) -> String {
    match octets {
        0..1_000_000 => format!("{} ko", octets.div_ceil(1_000)),
        _ => format!("{} Mo", octets.div_ceil(1_000_000)),
    }
}
