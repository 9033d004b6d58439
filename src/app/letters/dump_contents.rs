//! `--dump-data`: the exact content of every letter and cover as JSON files.

use crate::app::error::{ErrorKind, UserError};
use crate::app::exports::target::{ReservedFolder, reserved_folder};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::diagnostic::Problem;
use crate::files;
use crate::letter::issue::Issue;
use crate::letter::mailing::{LetterInMessage, Occasion};
use crate::letter::reference::Reference;
use crate::project::output_folders::FileWriteError;
use std::collections::BTreeSet;
use std::path::Path;

/// Why the contents cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The folder belongs to the project.
    #[error(transparent)]
    Reserved(#[from] ReservedFolder),
    /// A file or folder cannot be written.
    #[error(transparent)]
    Write(#[from] FileWriteError),
    /// A content is no JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A letter or cover has no content.
    #[error("{}", .0.message)]
    Content(Box<Problem>),
}

impl UserError for DumpError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Reserved(_) => ErrorKind::Usage,
            _ => ErrorKind::Environment,
        }
    }

    fn todo(&self) -> String {
        if let Self::Reserved(_) = self {
            return "donner à --dump-data un dossier hors de ceux du projet, ou dans out/"
                .to_owned();
        }
        "choisir pour --dump-data un dossier où vous pouvez écrire".to_owned()
    }
}

impl From<Problem> for DumpError {
    fn from(problem: Problem) -> Self {
        Self::Content(Box::new(problem))
    }
}

/// Writes the content of every letter and cover, compiled or not, for editors and other programs:
/// `letters/<reference>.json` and `covers/<uai>.json`.
/// `late` are the references of letters that a rehearsal makes as late ones.
pub fn dump_contents(
    resolved: &ResolvedCampaign<'_>,
    late: &BTreeSet<String>,
    folder: &Path,
) -> Result<usize, DumpError> {
    let letters = folder.join("letters");
    let covers = folder.join("covers");
    if let Some(reserved) = reserved_folder(resolved.project, &letters) {
        return Err(reserved.into());
    }
    for folder in [&letters, &covers] {
        std::fs::create_dir_all(folder).map_err(|error| FileWriteError::new(folder, error))?;
    }
    let put = |folder: &Path, name: String, value: &dyn Json| -> Result<(), DumpError> {
        let path = folder.join(name);
        files::write_whole(&path, &value.bytes()?, false)
            .map_err(|error| FileWriteError::new(&path, error))?;
        Ok(())
    };
    let first = resolved.desired.first_issue();
    let issue = |reference: &Reference| match resolved.desired.rehearsal {
        Some(day) if late.contains(&reference.to_string()) => Issue::late(day, first.amended, None),
        _ => first.clone(),
    };
    for letter in &resolved.desired.letters {
        let content = resolved.desired.letter(letter, &issue(&letter.reference))?;
        put(&letters, format!("{}.json", letter.reference), &content)?;
    }
    for mailing in &resolved.desired.mailings {
        let letters = mailing.letters.iter().map(|at| &resolved.desired.letters[*at].reference);
        let going: Vec<LetterInMessage> =
            letters.map(|reference| LetterInMessage::new(issue(reference))).collect();
        let date = going.iter().map(|going| going.issue.date).max().unwrap_or(first.date);
        let occasion = Occasion { date, letters: &going };
        let content = resolved.desired.cover(mailing, &occasion, "pdf")?;
        put(&covers, format!("{}.json", mailing.uai), &content)?;
    }
    Ok(resolved.desired.letters.len() + resolved.desired.mailings.len())
}

/// A value that can be written as JSON, whatever its type.
trait Json {
    fn bytes(&self) -> serde_json::Result<Vec<u8>>;
}

impl<T: serde::Serialize> Json for T {
    fn bytes(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec_pretty(self)
    }
}
