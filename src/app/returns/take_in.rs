//! Taking in what came back: files are examined by all workers and filed in the order they were found.
//!
//! A file is in the archive before the manifest names it, and both are on the disk before the
//! ledger does. An interrupted command leaves files that nothing refers to yet; the next one takes
//! them up. A bad file gets a verdict and does not stop the others; a source that takes too long is
//! reported and left ([`crate::archive::intake::budget`]).

use crate::app::returns::context::{TakeInContext, TakeInError};
use crate::app::returns::examine_file::{FileExamination, examine_file};
use crate::app::returns::file_returns::{ExaminedFile, ReturnFiler};
use crate::app::returns::returned_file::ReturnedFile;
use crate::archive::intake::item::{IntakeProblem, Item};
use crate::archive::intake::walk::{WalkOutcome, walk};
use crate::files;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::time::Instant;

/// Files filed in one transaction.
const BATCH: usize = 16;
/// Files in memory at once, for each worker.
const FILES_PER_WORKER: usize = 3;

/// What was taken in.
pub struct TakeInOutcome {
    /// The files that were filed, in the order they were found.
    pub files: Vec<ReturnedFile>,
    /// What could not be taken.
    pub problems: Vec<IntakeProblem>,
    /// Why it ended before all was filed, if it did.
    pub result: Result<(), TakeInError>,
}

/// A file with its place in the order in which files were found.
type Numbered<T> = (usize, T);

/// Takes in files and folders with so many workers; `progress` is called for each file that was filed.
pub fn take_in(
    context: &TakeInContext<'_>,
    paths: &[PathBuf],
    workers: usize,
    mut progress: impl FnMut(),
) -> TakeInOutcome {
    let workers = workers.max(1);
    let (items, queue) = sync_channel::<Numbered<Item>>(workers);
    let queue = Mutex::new(queue);
    let (results, examined) = channel::<Numbered<ExaminedFile>>();
    // A file is let in when another one was filed: this bounds the files in memory.
    let (let_in, filed) = sync_channel::<()>(workers * FILES_PER_WORKER);
    let mut files = Vec::new();
    let mut problems = Vec::new();
    let result = std::thread::scope(|scope| {
        for _ in 0..workers {
            let results = results.clone();
            let queue = &queue;
            scope.spawn(move || examine_all(context, queue, &results));
        }
        drop(results);
        let walker = scope.spawn(move || walk_all(paths, &items, &let_in, context));
        let result = file_all(context, &examined, &filed, &mut |file| {
            progress();
            files.push(file);
        });
        // Wakes threads that wait for each other, so that all of them end.
        drop((examined, filed));
        while queue.lock().is_ok_and(|queue| queue.recv().is_ok()) {}
        let walked = walker.join().unwrap_or_default();
        // Asked when everything has been examined: the budget of a source counts that time.
        problems = walked.into_iter().flat_map(WalkOutcome::problems).collect();
        result
    });
    TakeInOutcome { files, problems, result }
}

/// Walks through all paths, and hands their files to the workers.
fn walk_all(
    paths: &[PathBuf],
    items: &SyncSender<Numbered<Item>>,
    let_in: &SyncSender<()>,
    context: &TakeInContext<'_>,
) -> Vec<WalkOutcome> {
    let mut number = 0;
    let mut outcomes = Vec::new();
    for path in paths {
        outcomes.push(walk(path, &context.limits, &mut |item| {
            let is_over = context.stop.load(Ordering::Relaxed)
                || let_in.send(()).is_err()
                || items.send((number, item)).is_err();
            number += 1;
            if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }));
    }
    outcomes
}

/// What a worker does: it examines files until there are no more.
fn examine_all(
    context: &TakeInContext<'_>,
    queue: &Mutex<Receiver<Numbered<Item>>>,
    results: &Sender<Numbered<ExaminedFile>>,
) {
    loop {
        let next = match queue.lock() {
            Ok(queue) => queue.recv(),
            Err(_) => return,
        };
        let Ok((number, item)) = next else { return };
        let result = item.source.may_look().then(|| {
            let started = Instant::now();
            // A bug affects the verdict of one file only.
            let result = catch_unwind(AssertUnwindSafe(|| examine_file(context, &item)));
            item.source.looked(started.elapsed());
            result.unwrap_or_else(|_| {
                let why = "une erreur interne de missive l'a empêché";
                let file = ReturnedFile::unreadable(&item, why);
                FileExamination { object: files::sha256(&item.bytes), file }
            })
        });
        if results.send((number, ExaminedFile { item, result })).is_err() {
            return;
        }
    }
}

/// Files what was examined, in the order in which it was found.
fn file_all(
    context: &TakeInContext<'_>,
    examined: &Receiver<Numbered<ExaminedFile>>,
    filed: &Receiver<()>,
    report: &mut impl FnMut(ReturnedFile),
) -> Result<(), TakeInError> {
    let mut early: BTreeMap<usize, ExaminedFile> = BTreeMap::new();
    let mut next = 0;
    let mut filer = ReturnFiler::new(context)?;
    for (number, file) in examined {
        early.insert(number, file);
        while let Some(file) = early.remove(&next) {
            next += 1;
            filer.take(file)?;
            let _ = filed.recv();
            if filer.len() >= BATCH {
                filer.write(report)?;
            }
        }
    }
    filer.write(report)
}
