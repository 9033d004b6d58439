//! The record files of a project as texts that can be edited.

use crate::app::error::{ErrorKind, UserError};
use crate::files;
use crate::import::existing_records::{ExistingRecords, RecordFile};
use crate::project::folder::Project;
use crate::project::load::data_files;
use crate::project::replace_files::{self, ReplaceError, Replacement};
use std::collections::BTreeMap;
use std::io;

/// The UTF-8 byte order mark, which some editors and spreadsheet programs write first.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The record files of a project.
pub struct RecordFiles {
    /// What they hold.
    pub records: ExistingRecords,
    /// Their bytes as they were read, by path.
    bytes: BTreeMap<String, Vec<u8>>,
}

/// Why the records cannot be edited.
#[derive(Debug, thiserror::Error)]
pub enum RecordFilesError {
    /// A file cannot be read.
    #[error("{path} ne peut pas être lu : {}", files::reason(.error))]
    Unreadable {
        /// Its path in the project.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// Files are no TOML, or no UTF-8.
    #[error("ces fichiers ont des erreurs d'écriture : {}", .0.join(", "))]
    Broken(Vec<String>),
    /// A change that was interrupted cannot be finished.
    #[error(transparent)]
    Pending(#[from] ReplaceError),
    /// The file that remembers the last import cannot be understood.
    #[error("{0} est abîmé")]
    MergeBase(String),
}

impl UserError for RecordFilesError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Broken(_) => ErrorKind::InvalidProject,
            _ => ErrorKind::Environment,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Unreadable { .. } => {
                "vérifier que le fichier n'est pas ouvert ailleurs et que vous y avez droit"
            }
            Self::Broken(_) => "les corriger : « missive check » les montre",
            Self::Pending(error) => error.todo(),
            Self::MergeBase(_) => {
                "remettre une sauvegarde de ce fichier, ou le supprimer : tout sera alors comparé comme à un premier import"
            }
        }
        .to_owned()
    }
}

impl RecordFiles {
    /// Reads them, after a change that was interrupted is finished.
    pub fn read(project: &Project) -> Result<Self, RecordFilesError> {
        replace_files::finish(project)?;
        let unreadable =
            |path: String, error: io::Error| RecordFilesError::Unreadable { path, error };
        let found = data_files(project).map_err(|error| unreadable("data/".to_owned(), error))?;
        let mut bytes = BTreeMap::new();
        let mut texts = Vec::new();
        let mut broken = Vec::new();
        for (path, place) in found {
            let content = files::read(&place).map_err(|error| unreadable(path.clone(), error))?;
            let without_mark = content.strip_prefix(BYTE_ORDER_MARK);
            let mark = without_mark.is_some();
            match String::from_utf8(without_mark.unwrap_or(&content).to_vec()) {
                Ok(text) => texts.push(RecordFile { path: path.clone(), text, mark }),
                Err(_) => broken.push(path.clone()),
            }
            bytes.insert(path, content);
        }
        match ExistingRecords::read(texts) {
            Ok(records) if broken.is_empty() => Ok(Self { records, bytes }),
            Ok(_) => Err(RecordFilesError::Broken(broken)),
            Err(more) => {
                broken.extend(more);
                Err(RecordFilesError::Broken(broken))
            }
        }
    }

    /// A changed file as what is written.
    pub fn replacement(&self, file: &RecordFile) -> Replacement {
        let mut after = if file.mark { BYTE_ORDER_MARK.to_vec() } else { Vec::new() };
        after.extend_from_slice(file.text.as_bytes());
        Replacement { path: file.path.clone(), before: self.bytes.get(&file.path).cloned(), after }
    }
}
