//! The archive held against the ledger and the manifest kept apart (a fixity check, ISO 14721): what
//! is missing, what changed, what nobody knows of.

use crate::archive::file_kind::FileKind;
use crate::archive::store::{Archive, MANIFEST, path_of, sha512};
use crate::files;
use crate::ledger::read::returns::Received;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// What is wrong with a file of the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not there.
    Missing,
    /// Its octets are others.
    Changed,
    /// Nothing in the ledger refers to it.
    Extra,
    /// The manifest says something else than the ledger, or lacks it.
    Manifest,
    /// It cannot be read.
    Unreadable,
}

impl Fault {
    /// The word of the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Extra => "extra",
            Self::Manifest => "manifest",
            Self::Unreadable => "unreadable",
        }
    }

    /// What a person reads.
    pub fn french(self) -> &'static str {
        match self {
            Self::Missing => "manque",
            Self::Changed => "a été modifié",
            Self::Extra => "est de trop : rien dans le journal n'y renvoie",
            Self::Manifest => "n'est pas ce que dit le manifeste",
            Self::Unreadable => "ne peut pas être lu",
        }
    }
}

/// What a check gave.
#[derive(Clone, Debug, Default)]
pub struct Fixity {
    /// Files that were read.
    pub files: usize,
    /// Their octets.
    pub octets: u64,
    /// Files of a run that was cut, which the next `archive add` takes up.
    pub leftovers: usize,
    /// What is wrong: path, fault, and where the file came from.
    pub faults: Vec<(String, Fault, String)>,
}

/// Reads every file; `apart` is a copy of the manifest kept elsewhere.
pub fn check(
    archive: &Archive,
    received: &[Received],
    apart: Option<&BTreeMap<String, String>>,
    mut step: impl FnMut(),
) -> io::Result<Fixity> {
    let manifest = archive.manifest()?;
    let mut found = Fixity::default();
    let mut expected = BTreeSet::new();
    for own in received {
        step();
        let kind = FileKind::from_word(&own.kind);
        let path = path_of(&own.object, kind);
        let mut fault = |fault| found.faults.push((path.clone(), fault, own.label.clone()));
        match archive.get(&own.object, kind) {
            Ok(bytes) => {
                if sha512(&bytes) != own.sha512 {
                    fault(Fault::Changed);
                }
                found.files += 1;
                found.octets += bytes.len() as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => fault(Fault::Missing),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => fault(Fault::Changed),
            Err(_) => fault(Fault::Unreadable),
        }
        let differs = |there: &BTreeMap<String, String>| there.get(&path) != Some(&own.sha512);
        if differs(&manifest) || apart.is_some_and(differs) {
            found.faults.push((path.clone(), Fault::Manifest, own.label.clone()));
        }
        expected.insert(path);
    }
    for path in archive.list()?.difference(&expected) {
        // A run that was cut had noted it, and its octets are what their name says.
        let whole = manifest.contains_key(path) && is_whole(path, archive);
        match whole {
            true => found.leftovers += 1,
            false => found.faults.push((path.clone(), Fault::Extra, String::new())),
        }
    }
    let lost = |path: &&String| !expected.contains(*path) && !archive.has(path);
    for path in manifest.keys().filter(lost) {
        found.faults.push((path.clone(), Fault::Missing, MANIFEST.to_owned()));
    }
    for path in apart.iter().flat_map(|own| own.keys()).filter(|path| !expected.contains(*path)) {
        found.faults.push((path.clone(), Fault::Manifest, String::new()));
    }
    found.faults.sort_by(|a, b| a.0.cmp(&b.0));
    found.faults.dedup();
    Ok(found)
}

fn is_whole(path: &str, archive: &Archive) -> bool {
    let name = path.rsplit('/').next().and_then(|name| name.split('.').next());
    archive.read(path).is_ok_and(|bytes| Some(files::sha256(&bytes).as_str()) == name)
}
