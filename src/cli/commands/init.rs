//! `missive init`: a new project from the built-in sample.

use crate::cli::exit::Exit;
use crate::cli::ui::output::{Output, count};
use crate::project::sample::{self, InitError};
use serde_json::json;
use std::path::Path;

/// Writes the sample.
pub fn run(output: &Output, folder: &Path) -> Exit {
    match sample::write(folder) {
        Ok(files) => {
            let shown = printable_text::of_path(folder);
            output.say(&format!(
                "{} dans {shown}.",
                count(files, "fichier écrit", "fichiers écrits")
            ));
            output.say("C'est un projet complet et fictif : remplacez peu à peu ses données par les vôtres.");
            output.say(&format!("Ensuite : missive run -C {shown}"));
            output.document("init", None, json!({ "folder": folder, "files": files }));
            Exit::Done
        }
        Err(error @ InitError::NotEmpty(_)) => {
            output.fail(&error.to_string(), "choisir un dossier neuf ou vide : rien n'a été écrit");
            Exit::Usage
        }
        Err(error @ InitError::Io(..)) => {
            output.fail(&error.to_string(), "vérifier la place libre et vos droits sur ce dossier");
            Exit::Environment
        }
    }
}
