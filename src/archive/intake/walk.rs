//! The walk through a source: every file of a path, and the files in it.
//!
//! Names are labels and never paths. A bad file does not stop the others: it becomes an
//! [`IntakeProblem`]. Each file gives at least one [`Item`] or one problem; nothing disappears.

use super::budget::SourceUsage;
use super::item::{Gravity, IntakeProblem, Item, Limits};
use super::label::{inside, last_part, plain};
use super::mail_thread::CarrierMail;
use crate::archive::file_kind::FileKind;
use crate::files::{self, RegularFile};
use crate::letter::french::count;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// What a walk leaves besides the files it has handed over.
#[derive(Debug, Default)]
pub struct WalkOutcome {
    problems: Vec<IntakeProblem>,
    sources: Vec<Arc<SourceUsage>>,
}

impl WalkOutcome {
    /// What was not taken, and the sources that were not examined as a whole. Ask when all files that
    /// were handed over have been examined.
    pub fn problems(self) -> Vec<IntakeProblem> {
        let unfinished = self.sources.iter().filter_map(|source| source.unfinished());
        let unfinished: Vec<IntakeProblem> = unfinished.map(IntakeProblem::from).collect();
        self.problems.into_iter().chain(unfinished).collect()
    }
}

/// Hands every file of a path to `take`, in the order of their names. Links that lead out of a folder
/// are not followed. Stops when `take` breaks.
pub fn walk(
    path: &Path,
    limits: &Limits,
    take: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> WalkOutcome {
    let mut intake = Intake::new(limits, take);
    let shown = plain(&printable_text::of_path(path));
    // Whether it was stopped is known to the caller, who stopped it.
    let _ = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => intake.folder(&shown, path),
        Ok(_) => intake.file(&shown, path),
        Err(error) => {
            intake.lost(&shown, files::reason(&error));
            ControlFlow::Continue(())
        }
    };
    intake.outcome()
}

/// Hands a file in memory to `take`, or the files in it.
pub fn open(
    name: &str,
    bytes: Vec<u8>,
    limits: &Limits,
    take: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> WalkOutcome {
    let mut intake = Intake::new(limits, take);
    let location = ItemLocation::new(plain(name), name);
    intake.source.name(&location.label);
    let _ = intake.bytes(location, bytes);
    intake.finish_file();
    intake.outcome()
}

/// Octets from which the kind of a file on the disk is found.
const HEADER_OCTETS: u64 = 16 * 1024;
/// Problems that are reported of one file; the others are counted.
pub(super) const MAX_REPORTED: usize = 100;
/// When so many sources are kept, the finished ones are dropped.
const MAX_SOURCES: usize = 1_000;

/// The state of a walk.
pub(super) struct Intake<'a> {
    pub limits: &'a Limits,
    take: &'a mut dyn FnMut(Item) -> ControlFlow<()>,
    problems: Vec<IntakeProblem>,
    /// What the source at hand has cost so far.
    pub source: Arc<SourceUsage>,
    /// Earlier sources: those with files still being examined, and those not taken as a whole.
    sources: Vec<Arc<SourceUsage>>,
    /// Archive entries that may still be taken from the source.
    pub entries: usize,
    /// Files handed over so far.
    pub given: usize,
    /// Problems of the source at hand.
    reported: usize,
}

/// Where a file was found, and in what.
#[derive(Clone)]
pub(super) struct ItemLocation {
    /// For a person, with all that holds it.
    pub label: String,
    /// Its own name, never a path.
    pub name: String,
    /// The outermost mail that holds it.
    pub mail: Option<Arc<CarrierMail>>,
    /// ZIP archives around it.
    pub archives: usize,
    /// Number of mails that contain it.
    pub mails: usize,
}

impl ItemLocation {
    fn new(label: String, name: &str) -> Self {
        Self { label, name: last_part(name), mail: None, archives: 0, mails: 0 }
    }

    /// The location of a file in this one; `shown` is its name for a person.
    pub fn within(&self, shown: &str) -> Self {
        Self { label: inside(&self.label, shown), name: last_part(shown), ..self.clone() }
    }
}

impl<'a> Intake<'a> {
    fn new(limits: &'a Limits, take: &'a mut dyn FnMut(Item) -> ControlFlow<()>) -> Self {
        Self {
            limits,
            take,
            problems: Vec::new(),
            source: Arc::new(SourceUsage::new(limits.budget)),
            sources: Vec::new(),
            entries: limits.entries,
            given: 0,
            reported: 0,
        }
    }

    fn report(&mut self, label: &str, message: String, gravity: Gravity) {
        self.reported += 1;
        if self.reported <= MAX_REPORTED {
            let label = label.to_owned();
            self.problems.push(IntakeProblem { label, message, gravity, unfinished: None });
        }
    }

    /// Reports a file that was not taken.
    pub fn lost(&mut self, label: &str, message: impl Into<String>) {
        self.report(label, message.into(), Gravity::Lost);
    }

    /// Reports something of which nothing was lost.
    pub fn note(&mut self, label: &str, message: impl Into<String>) {
        self.report(label, message.into(), Gravity::Note);
    }

    /// Ends a source: the next one has a budget of its own.
    pub fn finish_file(&mut self) {
        if let Some(more) = self.reported.checked_sub(MAX_REPORTED).filter(|more| *more > 0)
            && let Some(last) = self.problems.last().cloned()
        {
            let others = count(more, "autre difficulté", "autres difficultés");
            let message = format!("et {others} de ce genre dans ce fichier");
            self.problems.push(IntakeProblem { message, gravity: Gravity::Lost, ..last });
        }
        self.reported = 0;
        self.entries = self.limits.entries;
        let next = Arc::new(SourceUsage::new(self.limits.budget));
        self.sources.push(std::mem::replace(&mut self.source, next));
        if self.sources.len() > MAX_SOURCES {
            let is_open = |source: &Arc<SourceUsage>| {
                Arc::strong_count(source) > 1 || source.unfinished().is_some()
            };
            self.sources.retain(is_open);
        }
    }

    fn outcome(self) -> WalkOutcome {
        WalkOutcome { problems: self.problems, sources: self.sources }
    }

    /// Takes a file on the disk.
    pub fn file(&mut self, label: &str, path: &Path) -> ControlFlow<()> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_else(|| label.to_owned());
        let location = ItemLocation::new(label.to_owned(), &name);
        let opened = RegularFile::open(path).and_then(|mut file| {
            let kind = FileKind::of(&file.start(HEADER_OCTETS)?);
            Ok((file, kind))
        });
        let flow = match opened {
            // Read in pieces: a mailbox may be larger than the memory.
            Ok((file, FileKind::Mailbox)) => self.mailbox_file(&location, file),
            Ok((file, _)) => match file.read(self.limits.file) {
                Ok(bytes) => {
                    self.source.name(label);
                    self.bytes(location, bytes)
                }
                Err(error) => {
                    self.lost(label, files::reason(&error));
                    ControlFlow::Continue(())
                }
            },
            Err(error) => {
                self.lost(label, files::reason(&error));
                ControlFlow::Continue(())
            }
        };
        self.finish_file();
        flow
    }

    /// Takes a file in memory: hands it over, or opens it.
    pub fn bytes(&mut self, location: ItemLocation, bytes: Vec<u8>) -> ControlFlow<()> {
        if bytes.len() as u64 > self.limits.file {
            self.lost(&location.label, too_large(self.limits.file));
            return ControlFlow::Continue(());
        }
        match FileKind::of(&bytes) {
            FileKind::Mail => self.mail(location, bytes),
            FileKind::Mailbox => self.mailbox_bytes(&location, &bytes),
            FileKind::Zip => self.zip(location, bytes),
            kind => self.hand_over(location, bytes, kind),
        }
    }

    /// Hands a file over, unless the budget of its source is used up.
    pub fn hand_over(
        &mut self,
        location: ItemLocation,
        bytes: Vec<u8>,
        kind: FileKind,
    ) -> ControlFlow<()> {
        if !self.source.takes_a_file() {
            return ControlFlow::Continue(());
        }
        if let Some(also) = FileKind::also(&bytes) {
            let message = format!(
                "pris comme {}, mais d'autres programmes y liraient : {}",
                kind.french(),
                also.french()
            );
            self.note(&location.label, message);
        }
        self.given += 1;
        let ItemLocation { label, name, mail, .. } = location;
        let source = Arc::clone(&self.source);
        (self.take)(Item { label, name, bytes, kind, mail, source })
    }
}

/// The problem of a file that exceeds [`Limits::file`].
pub(super) fn too_large(most: u64) -> String {
    format!("fichier de plus de {} Mo : trop grand pour être pris", most >> 20)
}
