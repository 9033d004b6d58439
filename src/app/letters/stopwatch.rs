//! Measures the time to make letters: each of a campaign once, or one of them many times, when
//! every cache of the compiler is warm. Also measures the reading of the TOML files, which every
//! command does. Writes nothing in the ledger.

use crate::app::letters::evaluate::text_hash;
use crate::app::letters::letter_document::{self, LetterDocument};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::files;
use crate::letter::mission_letter::Letter;
use crate::project::folder::{Project, SETTINGS};
use crate::project::load::data_files;
use crate::project::output_folders::FileWriteError;
use crate::render::worker_pool;
use crate::stages::Stage;
use serde::Serialize;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

/// What was made, and how long it took.
#[derive(Debug, Serialize)]
pub struct LetterTiming {
    /// Letters.
    pub letters: usize,
    /// From the first to the last, without the reading of the project.
    pub seconds: f64,
    /// Octets of all PDFs.
    pub bytes: u64,
}

/// Makes letters on workers: content, PDF, hashes, and a file in `folder` if there is one. `same`
/// makes the first of them that often; otherwise each is made once.
pub fn letters(
    resolved: &ResolvedCampaign<'_>,
    same: Option<usize>,
    folder: Option<&Path>,
    jobs: usize,
) -> Result<LetterTiming, String> {
    let all = &resolved.desired.letters;
    let count = match same {
        Some(count) if !all.is_empty() => count,
        _ => all.len(),
    };
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)
            .map_err(|error| FileWriteError::new(folder, error).to_string())?;
    }
    let stop = AtomicBool::new(false);
    let bytes = AtomicU64::new(0);
    let mut failed: Option<String> = None;
    let work = |at: usize| {
        let letter = &all[if same.is_some() { 0 } else { at }];
        make(resolved, letter, folder).map(|size| bytes.fetch_add(size, Ordering::Relaxed))
    };
    let start = Instant::now();
    worker_pool::run(count, jobs, &stop, work, |_, done| {
        let done = done.unwrap_or_else(|| Err("erreur interne".to_owned()));
        if let Err(message) = done {
            failed.get_or_insert(message);
            stop.store(true, Ordering::Relaxed);
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    match failed {
        Some(message) => Err(message),
        None => Ok(LetterTiming { letters: count, seconds, bytes: bytes.into_inner() }),
    }
}

/// What was read and parsed, and how long it took.
#[derive(Debug, Serialize)]
pub struct ParseTiming {
    /// TOML files.
    pub files: usize,
    /// Reading and parsing, one file after the other.
    pub seconds: f64,
    /// Octets of all files.
    pub bytes: u64,
}

/// Reads and parses the TOML files of a project and nothing more: what any command has to do at
/// least.
pub fn parse(project: &Project) -> Result<ParseTiming, String> {
    let start = Instant::now();
    let mut parsed = ParseTiming { files: 0, seconds: 0.0, bytes: 0 };
    let refused = |path: &str, error: &dyn std::fmt::Display| format!("{path} : {error}");
    let data = data_files(project).map_err(|error| refused("data", &files::reason(&error)))?;
    let settings = (SETTINGS.to_owned(), project.path(SETTINGS));
    for (path, place) in std::iter::once(settings).chain(data) {
        let bytes = files::read(&place).map_err(|error| refused(&path, &files::reason(&error)))?;
        let text = std::str::from_utf8(&bytes).map_err(|error| refused(&path, &error))?;
        let table: toml::Table = toml::from_str(text).map_err(|error| refused(&path, &error))?;
        std::hint::black_box(table);
        parsed.files += 1;
        parsed.bytes += bytes.len() as u64;
    }
    parsed.seconds = start.elapsed().as_secs_f64();
    Ok(parsed)
}

fn make(
    resolved: &ResolvedCampaign<'_>,
    letter: &Letter<'_>,
    folder: Option<&Path>,
) -> Result<u64, String> {
    let stages = resolved.engine.stages();
    let first = |problems: Vec<crate::diagnostic::Problem>| {
        problems.into_iter().next().map_or_else(String::new, |problem| problem.message)
    };
    let issue = resolved.desired.first_issue();
    let document =
        stages.time(Stage::Content, || LetterDocument::resolve(resolved, letter, &issue));
    let pdf =
        document.and_then(|document| letter_document::pdf(resolved, letter, &issue, &document));
    let pdf = pdf.map_err(first)?;
    stages.time(Stage::Hash, || (files::sha256(&pdf.bytes), text_hash(&pdf.blocks)));
    if let Some(folder) = folder {
        let path = folder.join(letter.file_name());
        stages
            .time(Stage::Write, || files::write_whole(&path, &pdf.bytes, false))
            .map_err(|error| FileWriteError::new(&path, error).to_string())?;
    }
    Ok(pdf.bytes.len() as u64)
}
