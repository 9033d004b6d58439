//! `missive import`: a spreadsheet's changes shown, and with `--apply` written.

use super::args::{ConflictSide, ImportArgs, RecordKind};
use super::import_view::ImportView;
use super::questions::ask;
use crate::app::importing::effects::PlanningOptions;
use crate::app::importing::import_context::{campaign_of_import, import_context};
use crate::app::importing::import_error::ImportError;
use crate::app::importing::import_preview::{ImportChanges, ImportPreview};
use crate::app::importing::new_profile::write_new_profile;
use crate::app::importing::prepared_import::{ImportSource, PreparedImport};
use crate::app::importing::profiles::Profiles;
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::context::{self as cli_context, clock, find_project, read_ledger, today};
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt;
use crate::import::guess_profile::GuessedColumn;
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
    let source = ImportSource { path: file, workbook: &workbook };
    if let Some(name) = &args.new_profile {
        return new_profile(output, &project, source, name, args.records);
    }
    let profiles = Profiles::read(&project);
    // A profile with mistakes is shown, but only stops the import that names it.
    output.problems(&profiles.problems, &profiles.sources, true);
    let (profile, header) = profiles.choose(file, &workbook, args.profile.as_deref())?;
    // One writer at a time, and nobody writes between what is read here and what is written.
    let _lock =
        args.apply.then(|| Lock::take(&project, &cli_context::actor(common))).transpose()?;

    let loaded = Loaded::read(&project);
    let campaign = campaign_of_import(&loaded, common.campaign.as_deref(), today(common))?;
    let context = import_context(&loaded, campaign);
    let import = PreparedImport::prepare(&project, source, profile, header, context)?;
    let mut answers = answers(args);
    let mut proposal = import.propose(&answers);
    if args.apply && prompt::can(common) && !proposal.questions.is_empty() {
        ask(output, &import, &proposal, &mut answers);
        proposal = import.propose(&answers);
    }
    let changes = ImportChanges::new(&import, proposal)?;
    let ledger = match changes.is_empty() {
        true => None,
        false => read_ledger(output, common, &project)?.map(|(ledger, _)| ledger),
    };
    let options =
        PlanningOptions { today: today(common), now: clock(common).now(), jobs: workers(None) };
    let settings = loaded.records.settings.as_ref();
    let mut preview =
        ImportPreview::new(&import, changes, &project, ledger.as_ref(), settings, options)?;
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
    Ok(Exit::Done)
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
    let written = write_new_profile(project, source.path, source.workbook, name, target)?;
    let path = &written.path;
    output.say(&format!(
        "Profil écrit : {path} ({}).",
        count(written.columns.len(), "colonne reconnue", "colonnes reconnues")
    ));
    for GuessedColumn { name, field } in &written.columns {
        output.say(&format!("  {name} → {field}"));
    }
    if !written.missing.is_empty() {
        output.say(&format!("À compléter dans le profil : {}.", written.missing.join(", ")));
    }
    output.say(&format!(
        "Ensuite : relire {path}, puis : missive import {} --profile {name}",
        printable_text::of_path(source.path)
    ));
    output.document("import", None, serde_json::to_value(&written).unwrap_or_default());
    Ok(Exit::Done)
}
