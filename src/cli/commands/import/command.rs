//! `missive import`: a spreadsheet's changes shown, and with `--apply` written.

use super::args::{ConflictSide, ImportArgs, RecordKind};
use super::guess_view::{ask_guess, say_guess};
use super::import_view::ImportView;
use super::questions::ask;
use crate::app::importing::effects::PlanningOptions;
use crate::app::importing::import_context::{campaign_of_import, import_context};
use crate::app::importing::import_error::ImportError;
use crate::app::importing::import_part::{ImportSource, only_sheet};
use crate::app::importing::import_preview::{ImportPreview, ImportSetting};
use crate::app::importing::new_profile::{guess_columns, new_profile_path, write_new_profile};
use crate::app::importing::prepared_import::PreparedImport;
use crate::app::importing::profiles::{ProfileError, Profiles};
use crate::app::records_workbook::import_workbook::{prepare_workbook, workbook_id};
use crate::app::records_workbook::workbook_id::WorkbookId;
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::context::{self as cli_context, clock, find_project, read_ledger, today};
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt;
use crate::import::extract::columns::HeaderMatch;
use crate::import::guess::guess_profile::GuessRequest;
use crate::import::profile::Profile;
use crate::import::proposal::{ImportAnswer, ImportAnswers};
use crate::import::read_spreadsheet::read_spreadsheet;
use crate::import::record_target::RecordTarget;
use crate::project::folder::Project;
use crate::project::load::Loaded;
use crate::project::lock::Lock;
use crate::render::worker_pool::workers;
use std::path::Path;

/// Imports a file, or says what it would do.
pub fn run(output: &Output, common: &Common, args: &ImportArgs) -> Result<Exit, CommandError> {
    let file = &args.file;
    let project = find_project(common)?;
    let workbook = read_spreadsheet(file)
        .map_err(|error| ImportError::Spreadsheet { path: file.to_owned(), error })?;
    let workbook = match &args.sheet {
        Some(name) => only_sheet(file, workbook, name)?,
        None => workbook,
    };
    let source = ImportSource { path: file, workbook: &workbook };
    if let Some(name) = &args.new_profile {
        return new_profile(output, common, &project, source, name, args.records);
    }
    let profiles = Profiles::read(&project);
    let reading = match workbook_id(&workbook).filter(|_| args.profile.is_none()) {
        Some(id) => Reading::Records(id),
        None => choose_profile(output, &profiles, source, args.profile.as_deref())?,
    };
    // One writer at a time, and nobody writes between what is read here and what is written.
    let _lock =
        args.apply.then(|| Lock::take(&project, &cli_context::actor(common))).transpose()?;

    let loaded = Loaded::read(&project);
    let campaign = campaign_of_import(&loaded, common.campaign.as_deref(), today(common))?;
    let context = import_context(&loaded, campaign, today(common));
    let mut import = match reading {
        Reading::Profile(profile, header) => {
            PreparedImport::prepare(&project, source, profile, header, context)?
        }
        Reading::Records(id) => prepare_workbook(&project, source, &id, context)?,
    };
    let mut answers = answers(args);
    let mut changes = import.propose_editable(&answers)?;
    if args.apply && prompt::can(common) && !changes.proposal.questions.is_empty() {
        ask(output, &import, &changes.proposal, &mut answers);
        changes = import.propose_editable(&answers)?;
    }
    let ledger = match changes.is_empty() {
        true => None,
        false => read_ledger(output, common, &project)?.map(|(ledger, _)| ledger),
    };
    let options =
        PlanningOptions { today: today(common), now: clock(common).now(), jobs: workers(None) };
    let settings = loaded.records.settings.as_ref();
    let setting = ImportSetting { project: &project, ledger: ledger.as_ref(), settings, options };
    let mut preview = ImportPreview::new(&mut import, &answers, setting)?;
    if let Err(error) = preview.require_no_errors() {
        show(output, common, args, file, &preview);
        return Err(error.into());
    }
    if args.apply {
        preview.apply(&import, &project)?;
    }
    if args.apply || args.rejects.is_some() {
        preview.write_rejected(&import, &project, args.rejects.as_deref())?;
    }
    show(output, common, args, file, &preview);
    Ok(match args.strict && preview.outcome.is_partial() {
        true => Exit::Partial,
        false => Exit::Done,
    })
}

/// How a spreadsheet is read.
enum Reading<'p> {
    /// Under a profile, which finds its header.
    Profile(&'p Profile, HeaderMatch),
    /// As records that missive exported.
    Records(WorkbookId),
}

/// Chooses the profile; where none fits, what the columns seem to be is shown.
fn choose_profile<'p>(
    output: &Output,
    profiles: &'p Profiles,
    source: ImportSource<'_>,
    asked: Option<&str>,
) -> Result<Reading<'p>, CommandError> {
    let chosen = profiles.choose(source.path, source.workbook, asked);
    // A profile with mistakes may be the one that was meant; it says nothing where another is.
    if chosen.is_err() {
        output.problems(&profiles.problems, &profiles.sources, true);
    }
    if let Err(ProfileError::NoneFits { .. }) = &chosen
        && let Some(guess) = guess_columns(source.path, source.workbook, &GuessRequest::default())
        && guess.columns.len() > 1
    {
        output.say("Aucun profil ne convient. Ce que ces colonnes semblent être :");
        say_guess(output, &guess.table);
    }
    let (profile, header) = chosen?;
    Ok(Reading::Profile(profile, header))
}

fn show(
    output: &Output,
    common: &Common,
    args: &ImportArgs,
    source: &Path,
    preview: &ImportPreview,
) {
    let outcome = &preview.outcome;
    ImportView { outcome, source, asked_profile: args.profile.as_deref() }.say(output);
    output.problems(&preview.effects.errors, &preview.effects.sources, false);
    let document = serde_json::to_value(outcome).unwrap_or_default();
    output.document("import", common.campaign.as_deref(), document);
}

fn answers(args: &ImportArgs) -> ImportAnswers {
    ImportAnswers {
        since: args.since,
        conflicts: args.conflicts.map(|side| match side {
            ConflictSide::File => ImportAnswer::File,
            ConflictSide::Source => ImportAnswer::Source,
        }),
        gone_closed: args.gone_closed,
        ..ImportAnswers::default()
    }
}

fn new_profile(
    output: &Output,
    common: &Common,
    project: &Project,
    source: ImportSource<'_>,
    name: &str,
    records: Option<RecordKind>,
) -> Result<Exit, CommandError> {
    let target = records.map(|kind| match kind {
        RecordKind::Establishment => RecordTarget::Establishment,
        RecordKind::Head => RecordTarget::Head,
        RecordKind::Referent => RecordTarget::Referent,
        RecordKind::Allowance => RecordTarget::Allowance,
    });
    let mut request = GuessRequest { target, ..GuessRequest::default() };
    new_profile_path(project, name)?;
    if prompt::can(common) {
        ask_guess(output, source, &mut request);
    }
    let written = write_new_profile(project, source.path, source.workbook, name, &request)?;
    let path = &written.path;
    output.say(&format!(
        "Profil écrit : {path} ({}).",
        count(written.columns.len(), "colonne reconnue", "colonnes reconnues")
    ));
    say_guess(output, &written.table);
    if !written.missing.is_empty() {
        output.say(&format!("À compléter dans le profil : {}.", written.missing.join(", ")));
    }
    let first = match written.is_usable {
        true => format!("relire {path}"),
        false => format!("compléter {path}, inutilisable tel quel"),
    };
    output.say(&format!(
        "Ensuite : {first}, puis : missive import {} --profile {name}",
        printable_text::of_path(source.path)
    ));
    output.document("import", None, serde_json::to_value(&written).unwrap_or_default());
    Ok(Exit::Done)
}
