//! `missive schema`: the schemas of the TOML files, and the line by which editors find them.

use crate::app::editor_schema::{self, SchemaLines, SkipReason};
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::records::schema::documents::{self, DATA};

/// Writes the schemas, and the lines unless they are not wanted.
pub fn run(output: &Output, common: &Common, no_lines: bool) -> Result<Exit, CommandError> {
    let project = context::find_project(common)?;
    let mut lines = SchemaLines::default();
    let written = editor_schema::write_schemas(&project).and_then(|is_changed| {
        if !no_lines {
            editor_schema::add_lines(&project, &context::actor(common), &mut lines)?;
        }
        Ok(is_changed)
    });
    for (file, reason) in &lines.skipped {
        output.warn(&sentence(*reason, file, &editor_schema::line(file)));
    }
    say(output, written?, Some(&lines).filter(|_| !no_lines));
    output.value("schema", None, &lines);
    Ok(Exit::Done)
}

/// Why a file was left as it is, and what to do.
fn sentence(reason: SkipReason, file: &str, line: &str) -> String {
    match reason {
        SkipReason::Elsewhere => format!(
            "la ligne « #:schema » de {file} mène ailleurs et n'est pas changée ; pour ce schéma, l'écrire ainsi : {line}"
        ),
        SkipReason::Encoding => format!(
            "{file} n'est pas en UTF-8 et n'est pas changé ; l'enregistrer en UTF-8, puis relancer « missive schema »"
        ),
        SkipReason::Changed => format!(
            "{file} vient d'être modifié par ailleurs et n'est pas changé ; relancer « missive schema »"
        ),
        SkipReason::Link => format!(
            "{file} est un lien et n'est pas changé ; c'est le fichier où il mène qui doit avoir en tête : {line}"
        ),
    }
}

/// What was done, in sentences.
fn say(output: &Output, is_changed: bool, lines: Option<&SchemaLines>) {
    let both = format!("{} et {DATA}", documents::SETTINGS);
    output.say(&match is_changed {
        true => format!("Schémas écrits : {both}."),
        false => format!("Schémas déjà à jour : {both}."),
    });
    if let Some(lines) = lines {
        let added = match lines.added.len() {
            0 => "Ligne « #:schema » : aucune à ajouter".to_owned(),
            number => format!(
                "Ligne « #:schema » ajoutée en tête de {}",
                count(number, "fichier", "fichiers")
            ),
        };
        let kept = match lines.kept.len() {
            0 => String::new(),
            number => format!(" ; {} déjà", count(number, "fichier l'avait", "fichiers l'avaient")),
        };
        output.say(&format!("{added}{kept}."));
    }
    output.say(
        "Ensuite : ouvrir le dossier du projet dans VS Code, avec l'extension « Even Better TOML » (guide, page 12).",
    );
}
