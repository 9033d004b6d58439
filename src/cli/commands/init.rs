//! `missive init`: a new project from the built-in sample.

use crate::app::wording::count;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::project::sample;
use serde_json::json;
use std::path::Path;

/// Writes the sample into a folder.
pub fn run(output: &Output, folder: &Path) -> Result<Exit, CommandError> {
    let files = sample::write(folder)?;
    let shown = printable_text::of_path(folder);
    output.say(&format!("{} dans {shown}.", count(files, "fichier écrit", "fichiers écrits")));
    output
        .say("C'est un projet complet et fictif : remplacez peu à peu ses données par les vôtres.");
    output.say(&format!("Ensuite : missive run -C {shown}"));
    output.document("init", None, json!({ "folder": folder, "files": files }));
    Ok(Exit::Done)
}
