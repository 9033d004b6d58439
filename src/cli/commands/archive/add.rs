//! `missive archive add`: files that came back are taken in, and what was found in them is shown.

use crate::app::returns::after_return::ensure_balanced;
use crate::app::returns::authorities::read_authorities;
use crate::app::returns::context::{TakeInContext, TakeInError};
use crate::app::returns::named_letter::catalogue;
use crate::app::returns::take_in::{TakeInOutcome, take_in};
use crate::app::workspace::Workspace;
use crate::archive::intake::item::Limits;
use crate::archive::store::Archive;
use crate::cli::args::Common;
use crate::cli::commands::archive::add_view::TakenIn;
use crate::cli::commands::archive::after_return::after_return;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::plan::account::Account;
use crate::project::folder::Project;
use crate::records::table_reader::Located;
use crate::records::values::SingleLine;
use pdf_signature::TrustStore;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Reads the chosen authorities, and warns of certificates that cannot be used.
pub fn authorities(
    output: &Output,
    project: &Project,
    folder: Option<&Located<SingleLine>>,
    stamping: Option<&Located<SingleLine>>,
) -> TrustStore {
    let name =
        |folder: Option<&'_ Located<SingleLine>>| folder.map(|folder| folder.value.to_string());
    let (folder, stamping) = (name(folder), name(stamping));
    let chosen = read_authorities(project, folder.as_deref(), stamping.as_deref());
    chosen.warnings.iter().for_each(|warning| output.warn(warning));
    chosen.store
}

/// Takes files in.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    paths: &[PathBuf],
    jobs: Option<u16>,
    take_over: bool,
) -> Result<Exit, CommandError> {
    require_paths(paths)?;
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    context::require_sound_settings(output, &workspace)?;
    let campaign = context::campaign_to_read(common, &workspace)?;
    let letters = workspace.loaded.records.settings.as_ref().map(|settings| &settings.letters);
    let authorities = authorities(
        output,
        project,
        letters.and_then(|letters| letters.authorities.as_ref()),
        letters.and_then(|letters| letters.stamp_authorities.as_ref()),
    );
    let (ledger, _) = context::open_ledger(output, common, project, take_over)?;
    let archive = Archive::new(project.root());
    archive.sweep().map_err(TakeInError::Archive)?;
    let catalogue = catalogue(&ledger)?;
    let stop = Arc::new(AtomicBool::new(false));
    listen(&stop);
    let context = TakeInContext {
        ledger: &ledger,
        archive: &archive,
        catalogue: &catalogue,
        authorities: &authorities,
        now: context::clock(common).now(),
        limits: Limits::default(),
        stop: &stop,
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let bar = output.files(0);
    let outcome = take_in(&context, paths, jobs.map_or(cores, usize::from), || bar.inc(1));
    bar.finish_and_clear();
    let TakeInOutcome { files, problems, result } = outcome;
    let campaigns: BTreeSet<&str> = files
        .iter()
        .flat_map(|file| file.letters.iter().map(|letter| letter.revision.campaign.as_str()))
        .chain([campaign.as_str()])
        .collect();
    let mut states = HashMap::new();
    let mut is_balanced = true;
    for campaign in &campaigns {
        let history = ledger.history(campaign)?;
        let account = Account::of(&history, []);
        is_balanced &= account.is_balanced(&history);
        states.extend(account.letters);
    }
    let campaign_id = campaign.as_str();
    let taken_in =
        TakenIn { campaign: campaign_id, files: &files, problems: &problems, states: &states };
    let mut exit = taken_in.show(output);
    result?;
    for campaign in &campaigns {
        after_return(output, common, project, &ledger, campaign)?;
    }
    if stop.load(Ordering::Relaxed) {
        output.warn(
            "interrompu : ce qui est archivé le reste ; relancer la même commande pour le reste",
        );
        exit = Exit::Partial;
    }
    if is_balanced {
        return Ok(exit);
    }
    ensure_balanced(&ledger, campaign.as_str())?;
    Ok(Exit::Done)
}

/// Refuses a path that does not exist.
pub fn require_paths(paths: &[PathBuf]) -> Result<(), CommandError> {
    match paths.iter().find(|path| !path.exists()) {
        None => Ok(()),
        Some(missing) => Err(CommandError::usage(
            format!("{} n'existe pas", printable_text::of_path(missing)),
            "donner le chemin d'un fichier ou d'un dossier",
        )),
    }
}

/// Ctrl-C ends the command after the files at hand; a second one ends it at once.
fn listen(stop: &Arc<AtomicBool>) {
    let stop = Arc::clone(stop);
    // Without a handler the process ends at once: archive and ledger are consistent at any moment.
    let _ = ctrlc::set_handler(move || {
        if !stop.swap(true, Ordering::Relaxed) {
            crate::cli::ui::output::print_err("arrêt après les fichiers en cours\n");
        }
    });
}
