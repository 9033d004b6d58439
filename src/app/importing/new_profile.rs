//! A first profile for a spreadsheet that no profile fits, for a person to correct.

use crate::app::error::{ErrorKind, UserError};
use crate::diagnostic::Sources;
use crate::files;
use crate::import::guess::guess_profile::{
    GuessRequest, GuessedColumn, GuessedProfile, GuessedRow, guess_profile,
};
use crate::import::profile::Profile;
use crate::project::folder::Project;
use serde::Serialize;
use sheet_reader::Workbook;
use std::io;
use std::path::Path;

/// A profile that was written.
#[derive(Clone, Debug, Serialize)]
pub struct NewProfile {
    /// Its file, relative to the project.
    #[serde(rename = "profile")]
    pub path: String,
    /// What the rows were taken for.
    pub records: &'static str,
    /// Columns that were recognised.
    pub columns: Vec<GuessedColumn>,
    /// Every column of the spreadsheet, with what was guessed.
    pub table: Vec<GuessedRow>,
    /// Fields that a record needs and no column gives.
    pub missing: Vec<&'static str>,
    /// Whether an import can use it as it is.
    pub is_usable: bool,
}

/// Why no profile was written.
#[derive(Debug, thiserror::Error)]
pub enum NewProfileError {
    /// Its name is not a name of a profile.
    #[error("le nom d'un profil n'a que des minuscules sans accent, des chiffres, - et _")]
    Name,
    /// It is there already.
    #[error("{0} existe déjà")]
    Exists(String),
    /// The spreadsheet has nothing like a header.
    #[error("ce fichier n'a pas de ligne d'en-tête")]
    NoHeader,
    /// The file system refused.
    #[error("{path} ne peut pas être écrit : {}", files::reason(.error))]
    Unwritable {
        /// Its file, relative to the project.
        path: String,
        /// Why.
        error: io::Error,
    },
}

impl UserError for NewProfileError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Unwritable { .. } => ErrorKind::Environment,
            _ => ErrorKind::Usage,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Name => "par exemple : --new-profile chefs-2026",
            Self::Exists(_) => "donner un autre nom, ou le corriger",
            Self::NoHeader => "y mettre le nom de chaque colonne",
            Self::Unwritable { .. } => "vérifier les droits du dossier profiles/",
        }
        .to_owned()
    }
}

/// What the columns of a spreadsheet that no profile fits seem to be; nothing is written.
pub fn guess_columns(
    source: &Path,
    workbook: &Workbook,
    request: &GuessRequest,
) -> Option<GuessedProfile> {
    let source = source.file_name().map(printable_text::of_file_name).unwrap_or_default();
    guess_profile(workbook, request, &source)
}

/// The file of a profile that is to be written: its name is one, and nothing has it yet.
pub fn new_profile_path(project: &Project, name: &str) -> Result<String, NewProfileError> {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    if !(1..=40).contains(&name.len()) || !name.bytes().all(is_plain) {
        return Err(NewProfileError::Name);
    }
    let path = format!("profiles/{name}.toml");
    match project.path(&path).exists() {
        true => Err(NewProfileError::Exists(path)),
        false => Ok(path),
    }
}

/// Guesses a profile for a spreadsheet, and writes it in `profiles/` under a name.
pub fn write_new_profile(
    project: &Project,
    source: &Path,
    workbook: &Workbook,
    name: &str,
    request: &GuessRequest,
) -> Result<NewProfile, NewProfileError> {
    let path = new_profile_path(project, name)?;
    let place = project.path(&path);
    let guessed = guess_columns(source, workbook, request).ok_or(NewProfileError::NoHeader)?;
    match files::replace_durably(&place, guessed.text.as_bytes()) {
        Ok(_) => Ok(NewProfile {
            is_usable: is_usable(name, &guessed.text),
            path,
            records: guessed.target.as_str(),
            columns: guessed.columns,
            table: guessed.table,
            missing: guessed.missing,
        }),
        Err(error) => Err(NewProfileError::Unwritable { path, error }),
    }
}

/// Whether the text of a profile can be read as one: a sheet without a code or a name makes none.
fn is_usable(name: &str, text: &str) -> bool {
    let mut sources = Sources::default();
    let id = sources.add(format!("profiles/{name}.toml"), text);
    let mut problems = Vec::new();
    Profile::read(name, id, &sources, &mut problems).is_some() && problems.is_empty()
}
