//! Where the last import with a profile is remembered: a JSON file of `data/imports/`.

use crate::app::importing::record_files::RecordFilesError;
use crate::files;
use crate::import::proposal::MergeBase;
use crate::project::folder::Project;
use crate::project::replace_files::{ReplaceError, Replacement};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;

/// What the last import said, and the bytes of the file that says it.
pub(in crate::app) struct StoredMergeBase {
    /// By part of the import.
    pub(in crate::app) bases: Vec<MergeBase>,
    /// Nothing where there was no import yet.
    pub(in crate::app) bytes: Option<Vec<u8>>,
    /// The file, relative to the project.
    path: String,
}

/// The file; who writes it is [`merge_base_text`].
#[derive(Deserialize)]
struct MergeBaseFile {
    #[serde(rename = "schema")]
    _schema: String,
    #[serde(flatten)]
    base: MergeBase,
    /// Those of the parts after the first.
    #[serde(default)]
    further: Vec<MergeBase>,
}

/// The file that remembers the last import with a profile.
pub(super) fn merge_base_path(profile: &str) -> String {
    format!("data/imports/{profile}.json")
}

/// Reads what the last import said, by part.
pub(in crate::app) fn read_merge_base(
    project: &Project,
    path: &str,
    parts: usize,
) -> Result<StoredMergeBase, RecordFilesError> {
    let path = path.to_owned();
    let (mut bases, bytes) = match files::read(&project.path(&path)) {
        Ok(bytes) => match serde_json::from_slice::<MergeBaseFile>(&bytes) {
            Ok(file) => ([vec![file.base], file.further].concat(), Some(bytes)),
            Err(_) => return Err(RecordFilesError::MergeBase(path)),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => (Vec::new(), None),
        Err(error) => return Err(RecordFilesError::Unreadable { path, error }),
    };
    bases.resize(parts, MergeBase::default());
    Ok(StoredMergeBase { bases, bytes, path })
}

impl StoredMergeBase {
    /// Nothing was said before.
    pub(in crate::app) fn nothing(parts: usize) -> Self {
        Self { bases: vec![MergeBase::default(); parts], bytes: None, path: String::new() }
    }

    /// The file with what an import said now.
    pub(super) fn replacement(&self, bases: &[MergeBase]) -> Result<Replacement, ReplaceError> {
        let path = self.path.clone();
        let text = merge_base_text(bases)
            .map_err(|error| ReplaceError::Io { path: path.clone(), error: error.into() })?;
        Ok(Replacement { path, before: self.bytes.clone(), after: text.into_bytes() })
    }
}

/// The text of the file, one record a line so that its versions can be compared.
pub(super) fn merge_base_text(bases: &[MergeBase]) -> Result<String, serde_json::Error> {
    let (first, further) =
        bases.split_first().map_or((None, &[][..]), |(newest, older)| (Some(newest), older));
    let mut text = "{\n  \"schema\": \"missive/import-base/1\",\n  \"records\": ".to_owned();
    text.push_str(&records_text(&first.cloned().unwrap_or_default().records)?);
    if !further.is_empty() {
        let parts: Result<Vec<String>, serde_json::Error> = further
            .iter()
            .map(|base| Ok(format!("{{ \"records\": {} }}", records_text(&base.records)?)))
            .collect();
        text.push_str(&format!(",\n  \"further\": [{}]", parts?.join(", ")));
    }
    text.push_str("\n}\n");
    Ok(text)
}

fn records_text<R: Serialize>(records: &BTreeMap<String, R>) -> Result<String, serde_json::Error> {
    let mut lines = Vec::with_capacity(records.len());
    for (key, record) in records {
        let (key, record) = (serde_json::to_string(key)?, serde_json::to_string(record)?);
        lines.push(format!("    {key}: {record}"));
    }
    Ok(format!("{{\n{}\n  }}", lines.join(",\n")))
}
