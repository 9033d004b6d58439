//! Makes the files of a campaign: letters, covers, messages, on all workers at once.
//!
//! The unit of work is one message with its letters and its cover, so that what lies in `out/` is
//! the same whether made alone or with all others. A document that cannot be made costs only its
//! own message; a disk that refuses stops the run.

use super::Job;
use super::compose::{self, Cover, REVISION};
use crate::deliver::log::SendLog;
use crate::deliver::outbox::Outbox;
use crate::diagnostic::{Problem, Span};
use crate::files::{self, Written};
use crate::letter::{Letter, Mailing};
use crate::render::{Pdf, pool};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Pages of a letter that is well set; longer ones are told.
const USUAL_PAGES: usize = 2;

/// What to make.
#[derive(Clone, Debug)]
pub struct Order {
    /// Messages to make; all when absent.
    pub only: Option<BTreeSet<usize>>,
    /// Whether messages are deposited in the outbox.
    pub deposit: bool,
    /// At most so many messages are deposited.
    pub limit: Option<usize>,
    /// Workers.
    pub jobs: usize,
    /// Write files even when they hold the same bytes.
    pub force: bool,
    /// Files of letters that are no longer called for are removed.
    pub sweep: bool,
    /// The day written in `send.log`.
    pub day: Date,
}

/// What became of the documents of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// New or other bytes than before.
    pub written: usize,
    /// Same bytes as before.
    pub unchanged: usize,
    /// Brought back from the ledger.
    pub restored: usize,
    /// Made, but kept from being sent.
    pub blocked: usize,
    /// Could not be made.
    pub failed: usize,
}

impl Counts {
    fn count(&mut self, written: Written) {
        match written {
            Written::Created | Written::Replaced => self.written += 1,
            Written::Unchanged => self.unchanged += 1,
        }
    }
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposited {
    /// Place in the job's mailings.
    pub mailing: usize,
    /// File name.
    pub file: String,
    /// Message-ID.
    pub message_id: String,
    /// Whether the file is new or other than before.
    pub fresh: bool,
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Letters.
    pub letters: Counts,
    /// Covers (PDF and HTML together).
    pub covers: Counts,
    /// Messages in the outbox after the run.
    pub deposited: Vec<Deposited>,
    /// Messages left for a later run by `limit`.
    pub remaining: usize,
    /// Messages that had to be kept back because one of their documents failed.
    pub kept_back: usize,
    /// Messages of letters that are blocked.
    pub blocked_messages: usize,
    /// Deposited messages that no longer said what they should, and were removed.
    pub withdrawn: Vec<String>,
    /// Files removed because nothing calls for them any more.
    pub swept: Vec<String>,
    /// Files made or confirmed, relative to the project.
    pub files: Vec<String>,
    /// References of letters of more than two pages.
    pub long: Vec<String>,
    /// Documents compiled.
    pub compiled: usize,
    /// What went wrong, each with the references it concerns.
    pub failures: Vec<(Problem, Vec<String>)>,
    /// The disk or the machine refused: the run stopped there.
    pub stopped: Option<String>,
}

/// What one piece of work did.
#[derive(Default)]
struct Piece {
    letters: Counts,
    covers: Counts,
    files: Vec<String>,
    deposited: Option<Deposited>,
    withdrawn: Option<String>,
    kept_back: bool,
    blocked_message: bool,
    long: Vec<String>,
    failures: Vec<(Problem, String)>,
    io: Option<String>,
}

/// A file system error with the file it concerns.
pub(super) struct Refused(pub(super) PathBuf, pub(super) io::Error);

impl Refused {
    pub(super) fn sentence(&self) -> String {
        let path = self.0.strip_prefix(".").unwrap_or(&self.0);
        format!("{} ne peut pas être écrit : {}", path.display(), files::reason(&self.1))
    }
}

/// Alike failures together: the place, the code and the sentence make the key.
type Failures = BTreeMap<(Option<Span>, String), (Problem, Vec<String>)>;

struct Folders {
    letters: PathBuf,
    covers: PathBuf,
    outbox: Outbox,
}

/// Makes the files. `progress` is told after each message how many letters it held.
pub fn produce(job: &Job<'_>, order: &Order, mut progress: impl FnMut(usize) + Send) -> Outcome {
    let mut outcome = Outcome::default();
    let out = job.project.path(&job.output);
    let folders = Folders {
        letters: out.join("letters"),
        covers: out.join("covers"),
        outbox: Outbox::new(out.join("outbox")),
    };
    let mut needed = vec![out.as_path(), &folders.letters, &folders.covers];
    if job.desired.rehearsal.is_none() {
        needed.push(folders.outbox.folder());
    }
    for folder in needed {
        // Temporary files of a run that was cut go first.
        let made = std::fs::create_dir_all(folder)
            .and_then(|()| files::sweep(folder, &[], &BTreeSet::new()).map(|_| ()));
        if let Err(error) = made {
            outcome.stopped = Some(Refused(folder.to_owned(), error).sentence());
            return outcome;
        }
    }
    let chosen: Vec<usize> = match &order.only {
        Some(only) => only.iter().copied().collect(),
        None => (0..job.desired.mailings.len()).collect(),
    };
    // Which messages a limit lets through does not depend on how work is spread: those that are
    // already there, and the first of the others.
    let mut allowed: BTreeSet<usize> = BTreeSet::new();
    if order.deposit && job.desired.rehearsal.is_none() {
        let sendable = chosen.iter().filter(|at| job.desired.mailings[**at].address.is_some());
        let (there, missing): (Vec<usize>, Vec<usize>) = sendable.partition(|at| {
            let uai = job.desired.mailings[**at].uai.as_str();
            folders.outbox.holds(uai, REVISION)
        });
        let limit = order.limit.unwrap_or(usize::MAX).min(missing.len());
        outcome.remaining = missing.len() - limit;
        allowed.extend(there.into_iter().chain(missing.into_iter().take(limit)));
    }
    let log = SendLog::new(&out, order.day);
    let stop = AtomicBool::new(false);
    let work = |at: usize| {
        let index = chosen[at];
        let piece = make(job, order, index, allowed.contains(&index), &folders);
        if piece.io.is_some() {
            stop.store(true, Ordering::Relaxed);
        }
        piece
    };
    let mut failures = Failures::new();
    let started = pool::run(chosen.len(), order.jobs, &stop, work, |at, piece| {
        let mailing = &job.desired.mailings[chosen[at]];
        progress(mailing.letters.len());
        let mut piece = piece.unwrap_or_else(|| broken(job, mailing));
        // Noted as it happens: a run that is cut has told what it did until then.
        if let Err(refused) = note(&log, mailing, &piece) {
            stop.store(true, Ordering::Relaxed);
            piece.io.get_or_insert(refused.sentence());
        }
        add(&mut outcome, &mut failures, piece);
    });
    if !started {
        outcome.stopped = Some("aucun fil d'exécution ne peut être démarré".to_owned());
    }
    outcome.failures = failures.into_values().collect();
    for (_, references) in &mut outcome.failures {
        references.sort();
    }
    outcome.deposited.sort_by_key(|deposited| deposited.mailing);
    outcome.withdrawn.sort();
    outcome.long.sort();
    outcome.files.sort();
    outcome.compiled = job.engine.compiled();
    if order.sweep && outcome.stopped.is_none() {
        sweep(job, &folders, &log, &mut outcome);
    }
    outcome
}

/// Notes what was deposited anew or withdrawn.
fn note(log: &SendLog, mailing: &Mailing<'_>, piece: &Piece) -> Result<(), Refused> {
    let refused = |error| Refused(log.path().to_owned(), error);
    if let Some(deposited) = piece.deposited.as_ref().filter(|deposited| deposited.fresh) {
        let to = mailing.address.map_or("", |to| to.as_str());
        log.deposited(&deposited.file, &deposited.message_id, to).map_err(refused)?;
    }
    piece.withdrawn.iter().try_for_each(|file| log.withdrawn(file)).map_err(refused)
}

/// The piece of a message whose work panicked: a bug, told as such, the others go on.
fn broken(job: &Job<'_>, mailing: &Mailing<'_>) -> Piece {
    let name = job.desired.mailing_name(mailing);
    let problem = Problem::error("E-BUG", "une erreur interne de missive a empêché ce message")
        .help(
            "signaler ce cas avec le fichier de données concerné ; les autres lettres sont faites",
        );
    Piece {
        letters: Counts { failed: mailing.letters.len(), ..Counts::default() },
        kept_back: true,
        failures: vec![(problem, name)],
        ..Piece::default()
    }
}

fn add(outcome: &mut Outcome, failures: &mut Failures, piece: Piece) {
    for (sum, part) in [(&mut outcome.letters, piece.letters), (&mut outcome.covers, piece.covers)]
    {
        sum.written += part.written;
        sum.unchanged += part.unchanged;
        sum.restored += part.restored;
        sum.blocked += part.blocked;
        sum.failed += part.failed;
    }
    outcome.files.extend(piece.files);
    outcome.deposited.extend(piece.deposited);
    outcome.withdrawn.extend(piece.withdrawn);
    outcome.long.extend(piece.long);
    outcome.kept_back += usize::from(piece.kept_back);
    outcome.blocked_messages += usize::from(piece.blocked_message);
    for (problem, reference) in piece.failures {
        let key = (problem.span, format!("{}{}", problem.code, problem.message));
        failures.entry(key).or_insert_with(|| (problem, Vec::new())).1.push(reference);
    }
    if outcome.stopped.is_none() {
        outcome.stopped = piece.io;
    }
}

fn make(job: &Job<'_>, order: &Order, index: usize, deposit: bool, folders: &Folders) -> Piece {
    let mut piece = Piece::default();
    let result = fill(job, order, index, deposit, folders, &mut piece);
    piece.io = result.err().map(|refused| refused.sentence());
    piece
}

fn fill(
    job: &Job<'_>,
    order: &Order,
    index: usize,
    deposit: bool,
    folders: &Folders,
    piece: &mut Piece,
) -> Result<(), Refused> {
    let mailing = &job.desired.mailings[index];
    let letters = fill_letters(job, order, mailing, folders, piece)?;
    let cover = fill_cover(job, order, mailing, folders, piece)?;
    // Messages belong to the real campaign only: a rehearsal makes none.
    if job.desired.rehearsal.is_some() {
        return Ok(());
    }
    let complete = letters.len() == mailing.letters.len();
    piece.blocked_message = mailing.address.is_none();
    let message = match cover.filter(|_| complete && mailing.address.is_some()) {
        None => None,
        Some(cover) => compose::message(job, mailing, &letters, &cover)
            .map_err(|problem| piece.failures.push((problem, job.desired.mailing_name(mailing))))
            .ok(),
    };
    piece.kept_back = mailing.address.is_some() && message.is_none();
    let uai = mailing.uai.as_str();
    let file = Outbox::file_name(uai, REVISION);
    let refused = |error| Refused(folders.outbox.folder().join(&file), error);
    match message {
        Some(message) if deposit => {
            let written = folders.outbox.deposit(uai, REVISION, &message.bytes).map_err(refused)?;
            piece.files.push(format!("{}/outbox/{file}", job.output));
            piece.deposited = Some(Deposited {
                mailing: index,
                file,
                message_id: message.message_id,
                fresh: written != Written::Unchanged,
            });
        }
        message => {
            let current = message.as_ref().map(|message| message.bytes.as_slice());
            if folders.outbox.withdraw_unless(uai, REVISION, current).map_err(refused)? {
                piece.withdrawn = Some(file);
            }
        }
    }
    Ok(())
}

/// Makes the letters of a message. The former file of one that can no longer be made goes away: it
/// says what is no longer true.
fn fill_letters<'d, 'w>(
    job: &'d Job<'w>,
    order: &Order,
    mailing: &Mailing<'w>,
    folders: &Folders,
    piece: &mut Piece,
) -> Result<Vec<(&'d Letter<'w>, Pdf)>, Refused> {
    let mut letters = Vec::with_capacity(mailing.letters.len());
    for at in &mailing.letters {
        let letter = &job.desired.letters[*at];
        let file = letter.file_name();
        piece.letters.blocked += usize::from(letter.blocked.is_some());
        match compose::letter_pdf(job, letter) {
            Ok(pdf) => {
                piece.letters.count(write(&folders.letters, &file, &pdf.bytes, order.force)?);
                piece.files.push(format!("{}/letters/{file}", job.output));
                if pdf.pages > USUAL_PAGES {
                    piece.long.push(letter.reference.to_string());
                }
                letters.push((letter, pdf));
            }
            Err(problems) => {
                piece.letters.failed += 1;
                let name = letter.reference.to_string();
                piece.failures.extend(problems.into_iter().map(|p| (p, name.clone())));
                remove(&folders.letters, &file)?;
            }
        }
    }
    Ok(letters)
}

/// Makes the cover of a message, like its letters.
fn fill_cover(
    job: &Job<'_>,
    order: &Order,
    mailing: &Mailing<'_>,
    folders: &Folders,
    piece: &mut Piece,
) -> Result<Option<Cover>, Refused> {
    let files = [format!("{}.pdf", mailing.uai), format!("{}.html", mailing.uai)];
    let cover = match compose::cover(job, mailing) {
        Ok(cover) => cover,
        Err(problems) => {
            piece.covers.failed += 1;
            let name = job.desired.mailing_name(mailing);
            piece.failures.extend(problems.into_iter().map(|p| (p, name.clone())));
            for file in &files {
                remove(&folders.covers, file)?;
            }
            return Ok(None);
        }
    };
    let mut changed = Written::Unchanged;
    for (file, bytes) in files.iter().zip([&cover.pdf.bytes[..], cover.html.as_bytes()]) {
        if write(&folders.covers, file, bytes, order.force)? != Written::Unchanged {
            changed = Written::Replaced;
        }
        piece.files.push(format!("{}/covers/{file}", job.output));
    }
    piece.covers.count(changed);
    piece.covers.blocked += usize::from(mailing.address.is_none());
    Ok(Some(cover))
}

fn remove(folder: &Path, name: &str) -> Result<(), Refused> {
    let path = folder.join(name);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Refused(path, error)),
        _ => Ok(()),
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8], force: bool) -> Result<Written, Refused> {
    let path = folder.join(name);
    files::write_whole(&path, bytes, force).map_err(|error| Refused(path, error))
}

/// Removes the files of letters, covers and messages that nothing calls for any more.
fn sweep(job: &Job<'_>, folders: &Folders, log: &SendLog, outcome: &mut Outcome) {
    let letters: BTreeSet<String> = job.desired.letters.iter().map(Letter::file_name).collect();
    let mut covers = BTreeSet::new();
    let mut messages = BTreeSet::new();
    for mailing in &job.desired.mailings {
        covers.insert(format!("{}.pdf", mailing.uai));
        covers.insert(format!("{}.html", mailing.uai));
        if mailing.address.is_some() {
            messages.insert(Outbox::file_name(mailing.uai.as_str(), REVISION));
        }
    }
    let sets = [
        (folders.letters.as_path(), "letters", [".pdf"].as_slice(), &letters),
        (folders.covers.as_path(), "covers", [".pdf", ".html"].as_slice(), &covers),
        (folders.outbox.folder(), "outbox", [".eml"].as_slice(), &messages),
    ];
    let mut gone: Vec<String> = Vec::new();
    for (folder, name, endings, keep) in sets {
        match files::sweep(folder, endings, keep) {
            Ok(removed) => outcome.swept.extend(removed.iter().filter_map(|path| {
                let file = path.file_name()?.to_string_lossy().into_owned();
                if name == "outbox" {
                    gone.push(file);
                    return None;
                }
                Some(format!("{}/{name}/{file}", job.output))
            })),
            Err(error) => outcome.stopped = Some(Refused(folder.to_owned(), error).sentence()),
        }
    }
    // A message that goes away may have been sent by hand: it is named and noted, like any other.
    if let Err(error) = gone.iter().try_for_each(|file| log.withdrawn(file)) {
        outcome.stopped = Some(Refused(log.path().to_owned(), error).sentence());
    }
    outcome.withdrawn.extend(gone);
    outcome.withdrawn.sort();
}
