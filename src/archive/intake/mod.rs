//! Opens what holds other files: folders, mails, mailboxes, ZIP archives; within bounds, and with
//! names that are labels and never paths.
//!
//! One bad thing never stops the rest: it is a [`Trouble`]. Every file that is looked at gives at
//! least one [`Item`] or one trouble; nothing disappears. Must not know what a letter is. Next:
//! `folder`, `mail`, `mailbox`, `zip`; what one source may cost in `budget`; words for a person in
//! `label`.

pub mod budget;
mod folder;
mod label;
mod mail;
mod mailbox;
mod mime;
mod picture;
mod thread;
mod zip;

pub use label::plain;
pub use thread::MailOf;

use super::kind::Kind;
use crate::files::{self, Regular};
use budget::{Budget, Spending, Unfinished};
use label::{inside, last_part};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// What is taken at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Octets of one file, wherever it is.
    pub file: u64,
    /// What one source may cost with all it holds.
    pub budget: Budget,
    /// Entries of one file and all archives in it together.
    pub entries: usize,
    /// Archives within each other.
    pub archives: usize,
    /// Mails within each other.
    pub mails: usize,
    /// Parts of one mail.
    pub parts: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 256 << 20,
            budget: Budget::default(),
            entries: 10_000,
            archives: 3,
            mails: 8,
            parts: 1_000,
        }
    }
}

/// A file, wherever it was.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it was, for a person: "retours.mbox › message 3 › lettre.pdf".
    pub label: String,
    /// Its own name, for a person: never a path.
    pub name: String,
    /// Its octets.
    pub bytes: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// The mail that brought it, or that it is.
    pub mail: Option<Arc<MailOf>>,
    /// What its source has cost so far: to be asked before it is looked at, and told after.
    pub source: Arc<Spending>,
}

/// How much a trouble matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// Nothing is lost; a person may want to know.
    Note,
    /// Something was not taken.
    Lost,
}

/// Something that could not be taken, or was left aside on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Where.
    pub label: String,
    /// A sentence in French, without a full stop.
    pub message: String,
    /// Whether something is missing.
    pub gravity: Gravity,
    /// The numbers, where it is a source whose budget came to its end.
    pub unfinished: Option<Unfinished>,
}

impl From<Unfinished> for Trouble {
    fn from(told: Unfinished) -> Self {
        let (label, message) = (told.label.clone(), told.message.clone());
        Self { label, message, gravity: Gravity::Lost, unfinished: Some(told) }
    }
}

/// What a walk leaves besides the files it gave.
#[derive(Debug, Default)]
pub struct Walked {
    troubles: Vec<Trouble>,
    sources: Vec<Arc<Spending>>,
}

impl Walked {
    /// Everything that was not taken, and sources that were not looked at whole; to be asked when
    /// all that was given has been looked at.
    pub fn troubles(self) -> Vec<Trouble> {
        let unfinished = self.sources.iter().filter_map(|own| own.unfinished());
        let unfinished: Vec<Trouble> = unfinished.map(Trouble::from).collect();
        self.troubles.into_iter().chain(unfinished).collect()
    }
}

/// Takes every file of a path, in the order of their names; the links of a folder are not followed
/// out of it. Stops early when `take` breaks.
pub fn walk(path: &Path, limits: &Limits, take: &mut dyn FnMut(Item) -> ControlFlow<()>) -> Walked {
    let mut intake = Intake::new(limits, take);
    let shown = plain(&printable_text::of_path(path));
    // A break is the caller's wish.
    let _ = match fs::metadata(path) {
        Ok(about) if about.is_dir() => intake.folder(&shown, path),
        Ok(_) => intake.file(&shown, path),
        Err(error) => {
            intake.lost(&shown, files::reason(&error));
            ControlFlow::Continue(())
        }
    };
    intake.walked()
}

/// Takes one file of which the octets are there, and what it holds.
pub fn open(
    name: &str,
    bytes: Vec<u8>,
    limits: &Limits,
    take: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Walked {
    let mut intake = Intake::new(limits, take);
    let place = Place::new(plain(name), name);
    intake.source.name(&place.label);
    let _ = intake.bytes(place, bytes);
    intake.finish_file();
    intake.walked()
}

/// Octets by which a file of the disk is recognised.
const START: u64 = 16 * 1024;
/// Troubles told of one file; the rest is counted.
const TOLD: usize = 100;
/// Sources after which those that are done with are forgotten.
const SOURCES: usize = 1_000;

/// What goes on while files are taken.
struct Intake<'a> {
    limits: &'a Limits,
    take: &'a mut dyn FnMut(Item) -> ControlFlow<()>,
    troubles: Vec<Trouble>,
    /// What this file has cost so far.
    source: Arc<Spending>,
    /// Of the files before, those that somebody still looks at or that were not taken whole.
    sources: Vec<Arc<Spending>>,
    /// Entries that may still be taken from it.
    entries: usize,
    /// Items given so far.
    given: usize,
    /// Troubles of this file.
    told: usize,
}

/// Where something is, and in what.
#[derive(Clone)]
struct Place {
    label: String,
    name: String,
    mail: Option<Arc<MailOf>>,
    archives: usize,
    mails: usize,
}

impl Place {
    fn new(label: String, name: &str) -> Self {
        Self { label, name: last_part(name), mail: None, archives: 0, mails: 0 }
    }

    /// A file within it: `shown` is what a person reads of it.
    fn within(&self, shown: &str) -> Self {
        Self { label: inside(&self.label, shown), name: last_part(shown), ..self.clone() }
    }
}

impl<'a> Intake<'a> {
    fn new(limits: &'a Limits, take: &'a mut dyn FnMut(Item) -> ControlFlow<()>) -> Self {
        Self {
            limits,
            take,
            troubles: Vec::new(),
            source: Arc::new(Spending::new(limits.budget)),
            sources: Vec::new(),
            entries: limits.entries,
            given: 0,
            told: 0,
        }
    }

    fn trouble(&mut self, label: &str, message: String, gravity: Gravity) {
        self.told += 1;
        if self.told <= TOLD {
            let label = label.to_owned();
            self.troubles.push(Trouble { label, message, gravity, unfinished: None });
        }
    }

    fn lost(&mut self, label: &str, message: impl Into<String>) {
        self.trouble(label, message.into(), Gravity::Lost);
    }

    fn note(&mut self, label: &str, message: impl Into<String>) {
        self.trouble(label, message.into(), Gravity::Note);
    }

    /// What one file may cost is counted anew for the next.
    fn finish_file(&mut self) {
        if let Some(more) = self.told.checked_sub(TOLD).filter(|more| *more > 0)
            && let Some(last) = self.troubles.last().cloned()
        {
            let message = format!("et {more} autres difficultés de ce genre dans ce fichier");
            self.troubles.push(Trouble { message, gravity: Gravity::Lost, ..last });
        }
        self.told = 0;
        self.entries = self.limits.entries;
        let next = Arc::new(Spending::new(self.limits.budget));
        self.sources.push(std::mem::replace(&mut self.source, next));
        if self.sources.len() > SOURCES {
            self.sources.retain(|own| Arc::strong_count(own) > 1 || own.unfinished().is_some());
        }
    }

    fn walked(self) -> Walked {
        Walked { troubles: self.troubles, sources: self.sources }
    }

    /// A file of the disk.
    fn file(&mut self, label: &str, path: &Path) -> ControlFlow<()> {
        let own_name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let place = Place::new(label.to_owned(), &own_name.unwrap_or_else(|| label.to_owned()));
        let opened = Regular::open(path).and_then(|mut file| {
            let kind = Kind::of(&file.start(START)?);
            Ok((file, kind))
        });
        let flow = match opened {
            // Read as it comes: a mailbox may be larger than the memory.
            Ok((file, Kind::Mailbox)) => self.mailbox_file(&place, file),
            Ok((file, _)) => match file.read(self.limits.file) {
                Ok(bytes) => {
                    self.source.name(label);
                    self.bytes(place, bytes)
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

    /// A file of which the octets are there: given on, or opened.
    fn bytes(&mut self, place: Place, bytes: Vec<u8>) -> ControlFlow<()> {
        if bytes.len() as u64 > self.limits.file {
            self.lost(&place.label, too_large(self.limits.file));
            return ControlFlow::Continue(());
        }
        match Kind::of(&bytes) {
            Kind::Mail => self.mail(place, bytes),
            Kind::Mailbox => self.mailbox_bytes(&place, &bytes),
            Kind::Zip => self.zip(place, bytes),
            kind => self.give(place, bytes, kind),
        }
    }

    fn give(&mut self, place: Place, bytes: Vec<u8>, kind: Kind) -> ControlFlow<()> {
        if !self.source.takes_a_file() {
            return ControlFlow::Continue(());
        }
        if let Some(also) = Kind::also(&bytes) {
            let message = format!(
                "pris comme {}, mais d'autres programmes y liraient : {}",
                kind.french(),
                also.french()
            );
            self.note(&place.label, message);
        }
        self.given += 1;
        let Place { label, name, mail, .. } = place;
        let source = Arc::clone(&self.source);
        (self.take)(Item { label, name, bytes, kind, mail, source })
    }
}

fn too_large(most: u64) -> String {
    format!("fichier de plus de {} Mo : trop grand pour être pris", most >> 20)
}

#[cfg(test)]
mod tests;
