//! The schemas of the TOML files written into the project, and the line by which editors find them.

use crate::app::error::{ErrorKind, UserError};
use crate::files::{self, WriteOutcome};
use crate::ledger::Actor;
use crate::project::folder::{Project, SETTINGS};
use crate::project::lock::{Lock, LockError};
use crate::project::{load, replace_files};
use crate::records::schema::directive::{self, InsertedLine};
use crate::records::schema::documents::{self, DATA};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::io;
use std::path::Path;

/// Why a file was left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// Its line leads to another schema.
    Elsewhere,
    /// It is not UTF-8.
    Encoding,
    /// Someone wrote it meanwhile.
    Changed,
    /// It is a link to another file.
    Link,
}

impl SkipReason {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Elsewhere => "elsewhere",
            Self::Encoding => "encoding",
            Self::Changed => "changed",
            Self::Link => "link",
        }
    }
}

/// What became of the lines, by file.
#[derive(Clone, Debug, Default)]
pub struct SchemaLines {
    /// Files that got the line.
    pub added: Vec<String>,
    /// Files that had it.
    pub kept: Vec<String>,
    /// Files that were left as they are.
    pub skipped: Vec<(String, SkipReason)>,
}

/// The JSON document of `schema`.
impl Serialize for SchemaLines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let skipped = self.skipped.iter();
        let skipped = skipped.map(|(file, why)| json!({ "file": file, "reason": why.as_str() }));
        let skipped: Vec<Value> = skipped.collect();
        let document = json!({
            "schemas": [documents::SETTINGS, DATA],
            "lines": { "added": self.added, "kept": self.kept, "skipped": skipped },
        });
        document.serialize(serializer)
    }
}

/// Why the schemas or the lines cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct SchemaWriteError {
    message: String,
    todo: &'static str,
}

impl UserError for SchemaWriteError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Environment
    }

    fn todo(&self) -> String {
        self.todo.to_owned()
    }
}

/// The file system refused a path.
fn at(path: &Path) -> impl Fn(io::Error) -> SchemaWriteError + '_ {
    move |error| SchemaWriteError {
        message: format!("{} : {}", printable_text::of_path(path), files::reason(&error)),
        todo: "vérifier vos droits et la place libre, puis relancer « missive schema »",
    }
}

/// The line that leads a file of the project to its schema.
pub fn line(file: &str) -> String {
    directive::line(file, schema_of(file))
}

/// Writes both schemas; says whether that changed anything.
pub fn write_schemas(project: &Project) -> Result<bool, SchemaWriteError> {
    let folder = project.path(documents::FOLDER);
    std::fs::create_dir_all(&folder).map_err(at(&folder))?;
    let mut is_changed = false;
    for (path, value) in [(documents::SETTINGS, documents::settings()), (DATA, documents::data())] {
        let path = project.path(path);
        let written = files::write_whole(&path, documents::text(&value).as_bytes(), false);
        is_changed |= written.map_err(at(&path))? != WriteOutcome::Unchanged;
    }
    Ok(is_changed)
}

/// The schema that a file of the project follows.
fn schema_of(file: &str) -> &'static str {
    if file == SETTINGS { documents::SETTINGS } else { DATA }
}

/// Puts the line into every file that lacks one; what was done until an error is in `lines`. A change
/// of the files that was interrupted is finished first: it expects them as they are.
pub fn add_lines(
    project: &Project,
    actor: &Actor,
    lines: &mut SchemaLines,
) -> Result<(), SchemaWriteError> {
    let _lock = Lock::take(project, actor).map_err(|error| SchemaWriteError {
        message: error.to_string(),
        todo: match error {
            LockError::Busy(_) => "attendre qu'elle finisse, puis relancer « missive schema »",
            LockError::Io(_) => "vérifier la place libre et vos droits",
        },
    })?;
    replace_files::finish(project)
        .map_err(|error| SchemaWriteError { message: error.to_string(), todo: error.todo() })?;
    let data = load::data_files(project).map_err(at(&project.path("data")))?;
    let settings = (SETTINGS.to_owned(), project.path(SETTINGS));
    for (file, path) in std::iter::once(settings).chain(data) {
        match add_line(&file, &path).map_err(at(&path))? {
            LineOutcome::Added => lines.added.push(file),
            LineOutcome::Kept => lines.kept.push(file),
            LineOutcome::Skipped(reason) => lines.skipped.push((file, reason)),
        }
    }
    Ok(())
}

enum LineOutcome {
    Added,
    Kept,
    Skipped(SkipReason),
}

fn add_line(file: &str, path: &Path) -> io::Result<LineOutcome> {
    let bytes = files::read(path)?;
    let with_line = match directive::insert_schema_line(&bytes, file, schema_of(file)) {
        InsertedLine::Added(bytes) => bytes,
        InsertedLine::AlreadyThere => return Ok(LineOutcome::Kept),
        InsertedLine::OtherSchema => return Ok(LineOutcome::Skipped(SkipReason::Elsewhere)),
        InsertedLine::NotUtf8 => return Ok(LineOutcome::Skipped(SkipReason::Encoding)),
    };
    if std::fs::symlink_metadata(path)?.is_symlink() {
        return Ok(LineOutcome::Skipped(SkipReason::Link));
    }
    if files::read(path)? != bytes {
        return Ok(LineOutcome::Skipped(SkipReason::Changed));
    }
    files::replace_durably(path, &with_line)?;
    Ok(LineOutcome::Added)
}
