//! The letters that were handed over, written out of the ledger as they were sent.

use crate::app::error::{ErrorKind, UserError};
use crate::app::exports::target::ExportWriteError;
use crate::files;
use crate::ledger::read::revisions::HandedOverRevision;
use crate::ledger::{Ledger, LedgerError};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;

/// Letters that were written. Serialized, they are the JSON document of `ledger export-sent`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SentFiles {
    /// The folder.
    pub folder: String,
    /// Names of the files.
    #[serde(rename = "restored")]
    pub written: Vec<String>,
    /// Names of the files whose original is missing or changed: they are not written.
    pub lost: Vec<String>,
}

/// Why the letters cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum SentFilesError {
    /// A word of `--only` names no letter.
    #[error("--only ne désigne aucune lettre : « {0} »")]
    UnknownName(String),
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A file or the folder cannot be written.
    #[error(transparent)]
    Write(#[from] ExportWriteError),
}

impl UserError for SentFilesError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownName(_) => ErrorKind::Usage,
            Self::Ledger(error) => error.kind(),
            Self::Write(error) => error.kind(),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::UnknownName(_) => {
                "donner un nom, une ville, un UAI, l'identifiant d'un référent ou une référence"
                    .to_owned()
            }
            Self::Ledger(error) => UserError::todo(error),
            Self::Write(error) => error.todo(),
        }
    }
}

/// Writes every revision that was handed over into a folder, of one campaign or of all, as
/// `REFERENCE.rN.pdf`. `only` are UAI, identifiers of referents or references; empty for all letters.
pub fn write_sent_letters(
    ledger: &Ledger,
    campaign: Option<&str>,
    folder: &Path,
    only: &[String],
) -> Result<SentFiles, SentFilesError> {
    let mut revisions = ledger.handed_over(campaign)?;
    if !only.is_empty() {
        let chosen = letters_named(ledger, only)?;
        revisions.retain(|revision| chosen.contains(&revision.reference));
    }
    std::fs::create_dir_all(folder).map_err(|error| ExportWriteError::new(folder, error))?;
    let folder_name = printable_text::path_value(folder);
    let mut files = SentFiles { folder: folder_name, ..SentFiles::default() };
    for HandedOverRevision { id, reference, number } in revisions {
        let issued = ledger.stored(id)?.issued;
        let name = format!("{reference}.r{number}.pdf");
        match ledger.store.get(&issued) {
            Ok(bytes) => {
                let path = folder.join(&name);
                files::write_whole(&path, &bytes, false)
                    .map_err(|error| ExportWriteError::new(&path, error))?;
                files.written.push(name);
            }
            Err(_) => files.lost.push(name),
        }
    }
    Ok(files)
}

fn letters_named(ledger: &Ledger, words: &[String]) -> Result<BTreeSet<String>, SentFilesError> {
    let mut chosen = BTreeSet::new();
    for word in words {
        let references = ledger.letters_named(word)?;
        if references.is_empty() {
            return Err(SentFilesError::UnknownName(word.clone()));
        }
        chosen.extend(references);
    }
    Ok(chosen)
}
