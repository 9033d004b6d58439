//! Where the files of a campaign go, and how each gets there: written, left, or brought back from
//! the ledger's store.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::files::{self, Written};
use crate::ledger::Ledger;
use crate::project::outbox::Outbox;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// A file system error with the file it concerns.
#[derive(Debug)]
pub struct Refused(PathBuf, io::Error);

impl Refused {
    /// An error at a path.
    pub fn new(path: &Path, error: io::Error) -> Self {
        Self(path.to_owned(), error)
    }

    /// For a person.
    pub fn sentence(&self) -> String {
        let path = self.0.strip_prefix(".").unwrap_or(&self.0);
        format!(
            "{} ne peut pas être écrit : {}",
            printable_text::of_path(path),
            files::reason(&self.1)
        )
    }
}

/// Why a file cannot be brought back.
pub const LOST: &str = "son original manque ou a changé dans data/ledger/objects";

/// What became of a file; the most telling of several is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It was as it should be.
    Unchanged,
    /// It was missing or edited, and is as it was.
    Restored,
    /// It is new, or has other bytes than before.
    Written,
}

/// The folders of a campaign.
pub struct Folders<'a> {
    /// All of them.
    pub out: PathBuf,
    /// Letters.
    pub letters: PathBuf,
    /// Covers.
    pub covers: PathBuf,
    /// Messages.
    pub outbox: Outbox,
    ledger: Option<&'a Ledger>,
    rehearsal: bool,
}

impl<'a> Folders<'a> {
    /// The folders of a job.
    pub fn new(resolved: &ResolvedCampaign<'_>, ledger: Option<&'a Ledger>) -> Self {
        let out = resolved.project.path(&resolved.output);
        Self {
            letters: out.join("letters"),
            covers: out.join("covers"),
            outbox: Outbox::new(out.join("outbox")),
            ledger,
            rehearsal: resolved.desired.rehearsal.is_some(),
            out,
        }
    }

    /// Makes them, and removes the temporary files of a run that was cut.
    pub fn prepare(&self) -> Result<(), Refused> {
        let mut needed = vec![self.out.as_path(), &self.letters, &self.covers];
        if !self.rehearsal {
            needed.push(self.outbox.folder());
        }
        for folder in needed {
            std::fs::create_dir_all(folder)
                .and_then(|()| files::sweep(folder, &[], &BTreeSet::new()).map(|_| ()))
                .map_err(|error| Refused::new(folder, error))?;
        }
        Ok(())
    }

    /// Puts bytes in the store, if there is one.
    pub fn keep(&self, bytes: &[u8]) -> Result<(), Refused> {
        let Some(ledger) = self.ledger else { return Ok(()) };
        let kept = ledger.store.put(bytes).map(|_| ());
        kept.map_err(|error| Refused::new(Path::new(crate::ledger::FOLDER), error))
    }

    /// Writes a file. `former` says that missive made one under this name before: then one with
    /// unknown bytes was edited by someone.
    pub fn write(
        &self,
        folder: &Path,
        name: &str,
        bytes: &[u8],
        force: bool,
        former: bool,
    ) -> Result<(Fate, bool), Refused> {
        let path = folder.join(name);
        let edited = former && self.is_strange(&path, Some(bytes));
        match files::write_whole(&path, bytes, force) {
            Ok(Written::Unchanged) => Ok((Fate::Unchanged, false)),
            Ok(_) => Ok((Fate::Written, edited)),
            Err(error) => Err(Refused(path, error)),
        }
    }

    /// Whether a file is there that missive never wrote: neither these bytes nor any it keeps.
    fn is_strange(&self, path: &Path, bytes: Option<&[u8]>) -> bool {
        let (Some(ledger), Ok(there)) = (self.ledger, files::read_kept(path)) else { return false };
        Some(there.as_slice()) != bytes && !ledger.store.has(&files::sha256(&there))
    }

    /// Makes sure that a file holds an object of the store. Says whether someone had edited it.
    pub fn restore(
        &self,
        folder: &Path,
        name: &str,
        hash: &str,
        force: bool,
    ) -> Result<(Fate, bool), Refused> {
        let path = folder.join(name);
        let there = files::read_kept(&path).ok().map(|bytes| files::sha256(&bytes));
        if there.as_deref() == Some(hash) && !force {
            return Ok((Fate::Unchanged, false));
        }
        let Some(ledger) = self.ledger else { return Ok((Fate::Unchanged, false)) };
        let edited = there.as_ref().is_some_and(|own| own != hash && !ledger.store.has(own));
        let bytes =
            ledger.store.get(hash).map_err(|_| Refused::new(&path, io::Error::other(LOST)))?;
        files::write_whole(&path, &bytes, force).map_err(|error| Refused::new(&path, error))?;
        let fate = if there.as_deref() == Some(hash) { Fate::Written } else { Fate::Restored };
        Ok((fate, edited))
    }

    /// Removes a file, if it is there.
    pub fn remove(&self, folder: &Path, name: &str) -> Result<(), Refused> {
        let path = folder.join(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Refused(path, error)),
            _ => Ok(()),
        }
    }
}
