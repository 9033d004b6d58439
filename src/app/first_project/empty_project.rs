//! Writes a project without records: rules, templates and profiles of the sample, and the form.

use crate::app::first_project::form::FormAnswers;
use crate::app::first_project::form_text::{campaign_id, campaign_text, settings_text};
use crate::project::folder::SETTINGS;
use crate::project::sample::{self, FILES, InitError};
use serde::{Serialize, Serializer};
use std::path::{Path, PathBuf};

/// What the files say where records will stand.
const ESTABLISHMENTS: &str = "# Les établissements, une table [[establishment]] chacun (page 2 du guide). « missive import annuaire.csv\n# --apply » les écrit ici d’après l’annuaire de l’éducation.\n";
const REFERENTS: &str = "# Les référents, une table [[referent]] chacun (page 2 du guide). « missive import enquete.xlsx --apply »\n# les écrit ici d’après une liste ou une enquête.\n";

/// A project that was written.
#[derive(Clone, Debug, Serialize)]
pub struct EmptyProject {
    /// Its folder.
    #[serde(serialize_with = "shown_folder")]
    pub folder: PathBuf,
    /// How many files it has.
    pub files: usize,
    /// Its campaign.
    #[serde(rename = "campaign_id")]
    pub campaign: String,
    /// Keys of the form that are left to fill in.
    pub to_fill: Vec<&'static str>,
}

fn shown_folder<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    printable_text::path_value(path).serialize(serializer)
}

/// Writes it into a new or empty folder.
pub fn write_empty_project(
    folder: &Path,
    answers: &FormAnswers,
) -> Result<EmptyProject, InitError> {
    let campaign = campaign_id(answers);
    let campaign_path = format!("data/campaigns/{campaign}.toml");
    let (settings, dates) = (settings_text(answers), campaign_text(answers));
    let written: [(&str, &[u8]); 4] = [
        (SETTINGS, settings.as_bytes()),
        (&campaign_path, dates.as_bytes()),
        ("data/establishments.toml", ESTABLISHMENTS.as_bytes()),
        ("data/referents.toml", REFERENTS.as_bytes()),
    ];
    let kept = FILES.iter().copied().filter(|(path, _)| is_kept(path));
    let files: Vec<(&str, &[u8])> = written.into_iter().chain(kept).collect();
    sample::write_files(folder, &files)?;
    Ok(EmptyProject {
        folder: folder.to_owned(),
        files: files.len(),
        campaign,
        to_fill: answers.to_fill().iter().map(|question| question.key).collect(),
    })
}

/// Rules, templates and profiles; nothing of the fictional académie.
fn is_kept(path: &str) -> bool {
    ["data/rules/", "profiles/", "templates/"].iter().any(|folder| path.starts_with(folder))
}
