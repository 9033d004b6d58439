//! Opens what holds other files: folders, mails, mailboxes, ZIP archives; within bounds, and with
//! names that are labels and never paths.
//!
//! One bad thing never stops the rest: it is a [`Trouble`]. Must not know what a letter is.

mod mail;
mod zip;

use super::kind::Kind;
use crate::files;
use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// What is taken at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Octets of one file.
    pub file: u64,
    /// Octets unpacked from one archive, all together.
    pub unpacked: u64,
    /// Entries of one archive.
    pub entries: usize,
    /// Archives and mails within each other.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file: 256 << 20, unpacked: 1 << 30, entries: 10_000, depth: 4 }
    }
}

/// A file, wherever it was.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it was, for a person: "retours.mbox › message 3 › lettre.pdf".
    pub label: String,
    /// Its own name.
    pub name: String,
    /// Its octets.
    pub bytes: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// The mail that brought it.
    pub mail: Option<Arc<MailOf>>,
}

/// A mail that brought files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailOf {
    /// Its octets.
    pub raw: Vec<u8>,
    /// From whom.
    pub from: String,
    /// When, as it says.
    pub date: String,
    /// Subject.
    pub subject: String,
    /// Message-ID.
    pub message_id: Option<String>,
    /// The Message-ID it answers.
    pub in_reply_to: Option<String>,
    /// The thread it belongs to.
    pub references: Vec<String>,
}

/// Something that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Where.
    pub label: String,
    /// Why.
    pub message: String,
}

/// What goes on while files are taken.
struct Intake<'a> {
    limits: &'a Limits,
    take: &'a mut dyn FnMut(Item) -> ControlFlow<()>,
    troubles: Vec<Trouble>,
}

/// Longest label, in characters.
const LONGEST: usize = 300;

/// A label that a terminal shows as it is: no control characters, none that turn the direction.
pub fn plain(text: &str) -> String {
    let bidi = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut plain: String = text
        .chars()
        .filter(|c| !bidi(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect();
    if text.chars().count() > LONGEST {
        plain.push('…');
    }
    plain
}

/// Takes every file of a path, in the order of their names.
pub fn walk(
    path: &Path,
    limits: &Limits,
    take: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Vec<Trouble> {
    let mut intake = Intake { limits, take, troubles: Vec::new() };
    let shown = plain(&path.display().to_string());
    let found = match std::fs::metadata(path) {
        Ok(about) if about.is_dir() => match files::walk(path) {
            Ok(found) => found
                .into_iter()
                .filter(|(name, _)| !is_the_systems(name))
                .map(|(name, path)| (plain(&name), path))
                .collect(),
            Err(error) => {
                intake.trouble(&shown, &files::reason(&error));
                Vec::new()
            }
        },
        Ok(_) => vec![(shown.clone(), path.to_owned())],
        Err(error) => {
            intake.trouble(&shown, &files::reason(&error));
            Vec::new()
        }
    };
    for (label, path) in found {
        if intake.file(&label, &path).is_break() {
            break;
        }
    }
    intake.troubles
}

/// Files that a system leaves in folders.
fn is_the_systems(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    matches!(last.as_str(), "thumbs.db" | "desktop.ini") || name.starts_with("__MACOSX/")
}

/// The last part of a name, whatever separates the parts.
fn last_part(name: &str) -> String {
    plain(name.rsplit(['/', '\\']).next().unwrap_or_default())
}

impl Intake<'_> {
    fn trouble(&mut self, label: &str, message: &str) {
        self.troubles.push(Trouble { label: label.to_owned(), message: message.to_owned() });
    }

    fn file(&mut self, label: &str, path: &Path) -> ControlFlow<()> {
        let name = last_part(label);
        match head(path) {
            Ok(start) if Kind::of(&start) == Kind::Mailbox => {
                return self.mailbox(label, path);
            }
            Ok(_) => {}
            Err(error) => {
                self.trouble(label, &files::reason(&error));
                return ControlFlow::Continue(());
            }
        }
        match read(path, self.limits.file) {
            Ok(bytes) => self.bytes(label, name, bytes, None, 0),
            Err(error) => {
                self.trouble(label, &files::reason(&error));
                ControlFlow::Continue(())
            }
        }
    }

    /// A file of which the octets are there: given on, or opened.
    fn bytes(
        &mut self,
        label: &str,
        name: String,
        bytes: Vec<u8>,
        mail: Option<&Arc<MailOf>>,
        depth: usize,
    ) -> ControlFlow<()> {
        let kind = Kind::of(&bytes);
        let deep = depth >= self.limits.depth;
        match kind {
            Kind::Mail if !deep => return self.mail(label, name, bytes, mail, depth),
            Kind::Zip if !deep => return self.zip(label, name, bytes, mail, depth),
            Kind::Mail | Kind::Zip => {
                self.trouble(label, "trop d'archives ou de messages les uns dans les autres");
            }
            _ => {}
        }
        (self.take)(Item { label: label.to_owned(), name, bytes, kind, mail: mail.cloned() })
    }
}

fn head(path: &Path) -> io::Result<Vec<u8>> {
    // Asked before opening: a pipe would wait for a writer for ever.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "ce n'est pas un fichier"));
    }
    let mut start = Vec::new();
    std::fs::File::open(path)?.take(4096).read_to_end(&mut start)?;
    Ok(start)
}

/// Reads a file whole; one that changes meanwhile is not taken.
fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let about = |path: &Path| -> io::Result<_> {
        let about = std::fs::metadata(path)?;
        Ok((about.len(), about.modified().ok()))
    };
    let before = about(path)?;
    if before.0 > most {
        let message = format!("le fichier dépasse {} Mo", most >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    let changed = bytes.len() as u64 != before.0 || about(path)? != before;
    match changed {
        true => Err(io::Error::other("le fichier change en ce moment : à reprendre plus tard")),
        false => Ok(bytes),
    }
}
