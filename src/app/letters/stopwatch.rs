//! Measures the time to make letters: each of a campaign once, or one of them many times, when
//! every cache of the compiler is warm. Also measures the reading of the TOML files, which every
//! command does. Writes nothing in the ledger.

use crate::app::letters::evaluate::text_hash;
use crate::app::letters::letter_document::{self, LetterDocument};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::diagnostic::Problem;
use crate::files;
use crate::letter::mission_letter::Letter;
use crate::project::folder::{Project, SETTINGS};
use crate::project::load::data_files;
use crate::project::output_folders::FileWriteError;
use crate::render::{letter_form, worker_pool};
use crate::stages::Stage;
use serde::Serialize;
use std::io;
use std::path::Path;
use std::str::Utf8Error;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// What was made, and how long it took.
#[derive(Debug, Serialize)]
pub struct LetterTiming {
    /// Number of letters.
    pub letters: usize,
    /// From the first to the last, without the reading of the project.
    pub seconds: f64,
    /// Octets of all PDFs.
    pub bytes: u64,
}

/// Why the letters cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum LetterTimingError {
    /// A file or folder cannot be written.
    #[error(transparent)]
    Write(#[from] FileWriteError),
    /// A letter cannot be composed.
    #[error("{}", first_message(.0))]
    Letter(Vec<Problem>),
    /// A worker panicked.
    #[error("erreur interne")]
    Bug,
}

/// Makes letters on workers: content, PDF, form, hashes, and a file in `folder` if there is one. `same`
/// makes the first of them that often; otherwise each is made once.
pub fn letters(
    resolved: &ResolvedCampaign<'_>,
    same: Option<usize>,
    folder: Option<&Path>,
    jobs: usize,
) -> Result<LetterTiming, LetterTimingError> {
    let all = &resolved.desired.letters;
    let count = match same {
        Some(count) if !all.is_empty() => count,
        _ => all.len(),
    };
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder).map_err(|error| FileWriteError::new(folder, error))?;
    }
    let stop = AtomicBool::new(false);
    let bytes = AtomicU64::new(0);
    let mut failed: Option<LetterTimingError> = None;
    let work = |at: usize| {
        let letter = &all[if same.is_some() { 0 } else { at }];
        make(resolved, letter, folder).map(|size| bytes.fetch_add(size, Ordering::Relaxed))
    };
    let start = Instant::now();
    worker_pool::run(count, jobs, &stop, work, |_, done| {
        if let Err(error) = done.unwrap_or(Err(LetterTimingError::Bug)) {
            failed.get_or_insert(error);
            stop.store(true, Ordering::Relaxed);
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    match failed {
        Some(error) => Err(error),
        None => Ok(LetterTiming { letters: count, seconds, bytes: bytes.into_inner() }),
    }
}

/// What was read and parsed, and how long it took.
#[derive(Debug, Serialize)]
pub struct ParseTiming {
    /// Number of TOML files.
    pub files: usize,
    /// Reading and parsing, one file after the other.
    pub seconds: f64,
    /// Octets of all files.
    pub bytes: u64,
}

/// A TOML file cannot be read or parsed.
#[derive(Debug, thiserror::Error)]
#[error("{path} : {cause}")]
pub struct ParseTimingError {
    /// The file.
    pub path: String,
    /// Why.
    pub cause: ParseTimingCause,
}

/// Why a TOML file cannot be read or parsed.
#[derive(Debug, thiserror::Error)]
pub enum ParseTimingCause {
    /// The file system refused.
    #[error("{}", files::reason(.0))]
    File(#[from] io::Error),
    /// It is not a text.
    #[error(transparent)]
    Encoding(#[from] Utf8Error),
    /// It is no TOML.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
}

/// Reads and parses the TOML files of a project and nothing more: what any command has to do at
/// least.
pub fn parse(project: &Project) -> Result<ParseTiming, ParseTimingError> {
    let start = Instant::now();
    let mut parsed = ParseTiming { files: 0, seconds: 0.0, bytes: 0 };
    let refused =
        |path: &str, cause: ParseTimingCause| ParseTimingError { path: path.to_owned(), cause };
    let data = data_files(project).map_err(|error| refused("data", error.into()))?;
    let settings = (SETTINGS.to_owned(), project.path(SETTINGS));
    for (path, place) in std::iter::once(settings).chain(data) {
        parsed.bytes += parse_file(&place).map_err(|cause| refused(&path, cause))?;
        parsed.files += 1;
    }
    parsed.seconds = start.elapsed().as_secs_f64();
    Ok(parsed)
}

/// Gives the octets of the file.
fn parse_file(path: &Path) -> Result<u64, ParseTimingCause> {
    let bytes = files::read(path)?;
    let table: toml::Table = toml::from_str(std::str::from_utf8(&bytes)?)?;
    std::hint::black_box(table);
    Ok(bytes.len() as u64)
}

fn first_message(problems: &[Problem]) -> &str {
    problems.first().map_or("", |problem| &problem.message)
}

fn make(
    resolved: &ResolvedCampaign<'_>,
    letter: &Letter<'_>,
    folder: Option<&Path>,
) -> Result<u64, LetterTimingError> {
    let stages = resolved.engine.stages();
    let issue = resolved.desired.first_issue();
    let document =
        stages.time(Stage::Content, || LetterDocument::resolve(resolved, letter, &issue, None));
    let document = document.map_err(LetterTimingError::Letter)?;
    let pdf = letter_document::pdf(resolved, letter, &issue, &document);
    let pdf = pdf.map_err(LetterTimingError::Letter)?;
    let form = stages.time(Stage::Form, || letter_form::with_form(&pdf, &document.json));
    let form = form.map_err(|problem| LetterTimingError::Letter(vec![problem]))?;
    stages.time(Stage::Hash, || {
        let form = form.as_deref().map(files::sha256);
        (files::sha256(&pdf.bytes), form, text_hash(&pdf.blocks))
    });
    let bytes = form.as_deref().unwrap_or(&pdf.bytes);
    if let Some(folder) = folder {
        let path = folder.join(letter.file_name());
        stages
            .time(Stage::Write, || files::write_whole(&path, bytes, false))
            .map_err(|error| FileWriteError::new(&path, error))?;
    }
    Ok(bytes.len() as u64)
}
