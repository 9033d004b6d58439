//! Opens what holds other files: folders, mails, mailboxes, ZIP archives; within bounds, and with
//! names that are labels and never paths.
//!
//! One bad thing never stops the rest: it is a [`Trouble`]. Every file that is looked at gives at
//! least one [`Item`] or one trouble; nothing disappears. Must not know what a letter is. Next:
//! `folder`, `mail`, `mailbox`, `zip`; words for a person in `label`.

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
use crate::files;
use label::{inside, last_part};
use std::fs;
use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// What is taken at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Octets of one file, wherever it is.
    pub file: u64,
    /// Octets unpacked from one file and all archives in it together.
    pub unpacked: u64,
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
            unpacked: 1 << 30,
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
}

/// Takes every file of a path, in the order of their names; the links of a folder are not followed
/// out of it. Stops early when `take` breaks.
pub fn walk(
    path: &Path,
    limits: &Limits,
    take: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Vec<Trouble> {
    let mut intake = Intake::new(limits, take);
    let shown = plain(&path.display().to_string());
    // A break is the caller's wish.
    let _ = match fs::metadata(path) {
        Ok(about) if about.is_dir() => intake.folder(&shown, path),
        Ok(_) => intake.file(&shown, path),
        Err(error) => {
            intake.lost(&shown, files::reason(&error));
            ControlFlow::Continue(())
        }
    };
    intake.troubles
}

/// Takes one file of which the octets are there, and what it holds.
pub fn open(
    name: &str,
    bytes: Vec<u8>,
    limits: &Limits,
    take: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Vec<Trouble> {
    let mut intake = Intake::new(limits, take);
    let place = Place::new(plain(name), name);
    let _ = intake.bytes(place, bytes);
    intake.finish_file();
    intake.troubles
}

/// Troubles told of one file; the rest is counted.
const TOLD: usize = 100;

/// What goes on while files are taken.
struct Intake<'a> {
    limits: &'a Limits,
    take: &'a mut dyn FnMut(Item) -> ControlFlow<()>,
    troubles: Vec<Trouble>,
    /// Octets that may still be unpacked from this file.
    unpacked: u64,
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
            unpacked: limits.unpacked,
            entries: limits.entries,
            given: 0,
            told: 0,
        }
    }

    fn trouble(&mut self, label: &str, message: String, gravity: Gravity) {
        self.told += 1;
        if self.told <= TOLD {
            self.troubles.push(Trouble { label: label.to_owned(), message, gravity });
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
        self.unpacked = self.limits.unpacked;
        self.entries = self.limits.entries;
    }

    /// A file of the disk.
    fn file(&mut self, label: &str, path: &Path) -> ControlFlow<()> {
        let own_name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let place = Place::new(label.to_owned(), &own_name.unwrap_or_else(|| label.to_owned()));
        let flow = match Source::open(path) {
            // Read as it comes: a mailbox may be larger than the memory.
            Ok(source) if source.kind() == Kind::Mailbox => self.mailbox_file(&place, source),
            Ok(source) => match source.read(self.limits.file) {
                Ok(bytes) => self.bytes(place, bytes),
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
        (self.take)(Item { label, name, bytes, kind, mail })
    }
}

fn too_large(most: u64) -> String {
    format!("fichier de plus de {} Mo : trop grand pour être pris", most >> 20)
}

/// A file of the disk that is being read, with what it was at the start.
struct Source {
    file: fs::File,
    path: std::path::PathBuf,
    before: State,
    start: Vec<u8>,
}

/// What changes when a file does.
type State = (u64, Option<std::time::SystemTime>);

fn state(about: &fs::Metadata) -> State {
    (about.len(), about.modified().ok())
}

impl Source {
    fn open(path: &Path) -> io::Result<Self> {
        let refused = || io::Error::new(io::ErrorKind::InvalidInput, "ce n'est pas un fichier");
        // Asked before opening: a pipe would wait for a writer for ever.
        if !fs::metadata(path)?.is_file() {
            return Err(refused());
        }
        let mut file = fs::File::open(path)?;
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(refused());
        }
        let mut start = Vec::new();
        file.by_ref().take(16 * 1024).read_to_end(&mut start)?;
        Ok(Self { file, path: path.to_owned(), before: state(&about), start })
    }

    fn kind(&self) -> Kind {
        Kind::of(&self.start)
    }

    /// Whether it is still what it was when it was opened, and still there under its name.
    fn unchanged(&self) -> io::Result<()> {
        let now = self.file.metadata().map(|about| state(&about));
        let named = fs::metadata(&self.path).map(|about| state(&about));
        match (now, named) {
            (Ok(now), Ok(named)) if now == self.before && named == self.before => Ok(()),
            _ => Err(io::Error::other(
                "le fichier a changé pendant la lecture : à ajouter de nouveau quand il sera complet",
            )),
        }
    }

    /// The whole, if it is not too large and did not change meanwhile.
    fn read(mut self, most: u64) -> io::Result<Vec<u8>> {
        if self.before.0 > most {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, too_large(most)));
        }
        let mut bytes = std::mem::take(&mut self.start);
        let rest = (most + 1).saturating_sub(bytes.len() as u64);
        self.file.by_ref().take(rest).read_to_end(&mut bytes)?;
        self.unchanged()?;
        match bytes.len() as u64 == self.before.0 {
            true => Ok(bytes),
            false => Err(io::Error::other("le fichier n'a pas pu être lu en entier")),
        }
    }
}

#[cfg(test)]
mod tests;
