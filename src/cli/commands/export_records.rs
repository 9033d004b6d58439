//! `missive export --records`: the records as a workbook that comes back by `missive import`.

use crate::app::exports::target;
use crate::app::importing::import_context::{campaign_of_import, import_context};
use crate::app::importing::import_error::ImportError;
use crate::app::records_workbook::export_records::export_records;
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::context::{actor, find_project, today};
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::project::load::Loaded;
use crate::project::lock::Lock;
use std::path::Path;

/// Writes the workbook.
pub fn run(
    output: &Output,
    common: &Common,
    file: &Path,
    force: bool,
) -> Result<Exit, CommandError> {
    let project = find_project(common)?;
    target::require_new_file(&project, file, force)?;
    let _lock = Lock::take(&project, &actor(common))?;
    let loaded = Loaded::read(&project);
    let campaign = campaign_of_import(&loaded, common.campaign.as_deref(), today(common))
        .map_err(ImportError::from)?;
    let import = import_context(&loaded, campaign, today(common));
    let written = export_records(&project, file, import, today(common))?;
    output.value("export", common.campaign.as_deref(), &written);
    let shown = printable_text::of_path(file);
    output.say(&format!(
        "Écrit : {}, {} dans {shown} (classeur {}).",
        count(written.establishments, "établissement", "établissements"),
        count(written.assignments, "désignation", "désignations"),
        written.id
    ));
    if written.left_out > 0 {
        output.say(&format!(
            "N'y sont pas : {} (désignation d'une autre année, ou référent sans désignation).",
            count(written.left_out, "ligne", "lignes")
        ));
    }
    output.say(&format!("Ensuite : le corriger dans un tableur, puis : missive import {shown}"));
    Ok(Exit::Done)
}
