//! Where the last import with a profile is remembered: a JSON file of `data/imports/`.

use crate::app::importing::record_files::RecordFilesError;
use crate::files;
use crate::import::proposal::MergeBase;
use crate::project::folder::Project;
use serde::Deserialize;
use std::io;

/// What the last import said, and the bytes of the file that says it.
pub(super) struct StoredMergeBase {
    pub(super) base: MergeBase,
    /// Nothing where there was no import yet.
    pub(super) bytes: Option<Vec<u8>>,
}

/// The file; who writes it is [`merge_base_text`].
#[derive(Deserialize)]
struct MergeBaseFile {
    #[serde(rename = "schema")]
    _schema: String,
    #[serde(flatten)]
    base: MergeBase,
}

/// The file that remembers the last import with a profile.
pub(super) fn merge_base_path(profile: &str) -> String {
    format!("data/imports/{profile}.json")
}

/// Reads what the last import with a profile said.
pub(super) fn read_merge_base(
    project: &Project,
    profile: &str,
) -> Result<StoredMergeBase, RecordFilesError> {
    let path = merge_base_path(profile);
    match files::read(&project.path(&path)) {
        Ok(bytes) => match serde_json::from_slice::<MergeBaseFile>(&bytes) {
            Ok(file) => Ok(StoredMergeBase { base: file.base, bytes: Some(bytes) }),
            Err(_) => Err(RecordFilesError::MergeBase(path)),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(StoredMergeBase { base: MergeBase::default(), bytes: None })
        }
        Err(error) => Err(RecordFilesError::Unreadable { path, error }),
    }
}

/// The text of the file, one record a line so that its versions can be compared.
pub(super) fn merge_base_text(base: &MergeBase) -> Result<String, serde_json::Error> {
    let mut records = Vec::with_capacity(base.records.len());
    for (key, record) in &base.records {
        let (key, record) = (serde_json::to_string(key)?, serde_json::to_string(record)?);
        records.push(format!("    {key}: {record}"));
    }
    Ok(format!(
        "{{\n  \"schema\": \"missive/import-base/1\",\n  \"records\": {{\n{}\n  }}\n}}\n",
        records.join(",\n")
    ))
}
