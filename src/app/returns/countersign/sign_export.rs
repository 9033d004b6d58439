//! `sign export`: the letters that wait for the authority's signature, written for its signing tool, with a
//! list of them.

use super::signing_project::SigningProject;
use super::unsigned::{LettersToSign, UnsignedLetter, letters_to_sign};
use crate::app::error::{ErrorKind, UserError};
use crate::app::exports::target::{ExportWriteError, FolderTargetError, require_new_folder};
use crate::app::returns::named_letter::{NamedLetterError, selected_letters};
use crate::files;
use crate::ledger::{Ledger, LedgerError};
use crate::records::values::CampaignId;
use serde::Serialize;
use std::path::Path;

/// The list beside the letters, for the signing tool.
pub const LIST: &str = "lettres.csv";
/// The same for a program.
const MANIFEST: &str = "manifest.json";

/// Why letters are not written for the signing tool.
#[derive(Debug, thiserror::Error)]
pub enum SignExportError {
    /// There is no ledger.
    #[error("aucune lettre n'est encore produite")]
    NothingMade,
    /// A word names no letter.
    #[error(transparent)]
    Names(#[from] NamedLetterError),
    /// The folder cannot be made.
    #[error(transparent)]
    Target(#[from] FolderTargetError),
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] ExportWriteError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl UserError for SignExportError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NothingMade => ErrorKind::Usage,
            Self::Names(error) => error.kind(),
            Self::Target(error) => error.kind(),
            Self::Write(error) => error.kind(),
            Self::Ledger(error) => UserError::kind(error),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::NothingMade => "missive generate".to_owned(),
            Self::Names(error) => error.todo(),
            Self::Target(error) => error.todo(),
            Self::Write(error) => error.todo(),
            Self::Ledger(error) => UserError::todo(error),
        }
    }
}

/// What was written for the signing tool. Serialized, it is the JSON document of `sign export`.
#[derive(Clone, Debug, Serialize)]
pub struct SignExportOutcome {
    /// The folder; nothing where no letter waits for a signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The letters.
    pub files: Vec<UnsignedLetter>,
    /// How many letters are signed.
    pub signed: usize,
    /// References of letters that could not be written, as their PDF is missing or has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost: Option<Vec<String>>,
}

/// The list for a program.
#[derive(Serialize)]
struct SignManifest<'a> {
    schema: &'static str,
    campaign: &'a str,
    service: String,
    files: &'a [UnsignedLetter],
}

/// Writes the letters of a campaign that wait for a signature into a new folder; `only` are words that
/// name letters, all without any.
pub fn sign_export(
    signing: &SigningProject,
    ledger: Option<&Ledger>,
    campaign: &CampaignId,
    only: &[String],
    folder: &Path,
) -> Result<SignExportOutcome, SignExportError> {
    let ledger = ledger.ok_or(SignExportError::NothingMade)?;
    let history = ledger.history(campaign.as_str())?;
    let wanted = selected_letters(ledger, only)?;
    let LettersToSign { unsigned: mut letters, signed } = letters_to_sign(&history);
    letters.retain(|letter| wanted.as_ref().is_none_or(|names| names.contains(&letter.reference)));
    if letters.is_empty() {
        return Ok(SignExportOutcome { folder: None, files: letters, signed, lost: None });
    }
    require_new_folder(&signing.workspace.project, folder)?;
    let refused = |error| ExportWriteError::new(folder, error);
    std::fs::create_dir_all(folder).map_err(refused)?;
    let mut lost = Vec::new();
    for letter in &letters {
        match ledger.store.get(&letter.unsigned) {
            Ok(bytes) => {
                let written = files::write_whole(&folder.join(letter.file()), &bytes, false);
                written.map_err(refused)?;
            }
            Err(_) => lost.push(letter.reference.clone()),
        }
    }
    let manifest = manifest(signing, campaign, &letters);
    for (name, text) in [(MANIFEST, manifest), (LIST, list(&letters))] {
        files::write_whole(&folder.join(name), text.as_bytes(), false).map_err(refused)?;
    }
    let folder = Some(printable_text::path_value(folder));
    Ok(SignExportOutcome { folder, files: letters, signed, lost: Some(lost) })
}

fn manifest(signing: &SigningProject, campaign: &CampaignId, files: &[UnsignedLetter]) -> String {
    let settings = signing.workspace.loaded.records.settings.as_ref();
    let service =
        settings.map_or(String::new(), |settings| settings.organisation.service.value.to_string());
    let (schema, campaign) = ("missive/sign-manifest/1", campaign.as_str());
    // By way of a value, whose keys are in order.
    let manifest = serde_json::to_value(SignManifest { schema, campaign, service, files });
    manifest.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_default()
}

/// One line a letter, for a spreadsheet.
fn list(letters: &[UnsignedLetter]) -> String {
    let mut text = "\u{feff}fichier;référence;révision;UAI;sha256\r\n".to_owned();
    for letter in letters {
        let (file, UnsignedLetter { reference, number, uai, unsigned, .. }) =
            (letter.file(), letter);
        text.push_str(&format!("{file};{reference};{number};{uai};{unsigned}\r\n"));
    }
    text
}
