//! The fixity check (ISO 14721): the archive compared with the ledger and with the manifest. Finds what
//! is missing, what changed, and what nothing refers to.

use crate::archive::file_kind::FileKind;
use crate::archive::store::{Archive, MANIFEST, path_of, sha512};
use crate::files;
use crate::ledger::read::returns::Received;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Why a file of the archive is not as the ledger and the manifest say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixityProblem {
    /// It is missing.
    Missing,
    /// Its octets have changed.
    Changed,
    /// Nothing in the ledger refers to it.
    Extra,
    /// The manifest contradicts the ledger or does not have it.
    Manifest,
    /// It cannot be read.
    Unreadable,
}

impl FixityProblem {
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

    /// The end of a French sentence that begins with its path.
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

/// The result of the check of all files.
#[derive(Clone, Debug, Default)]
pub struct FixityReport {
    /// Files that were read.
    pub files: usize,
    /// Their octets.
    pub octets: u64,
    /// Files of an interrupted `archive add`, which the next one completes.
    pub leftovers: usize,
    /// What is wrong, by path.
    pub findings: Vec<FixityFinding>,
}

/// A file of the archive that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixityFinding {
    /// Its path, relative to the project.
    pub path: String,
    /// What is wrong with it.
    pub problem: FixityProblem,
    /// Where it was found when it was taken in; empty if nobody knows.
    pub label: String,
}

/// Reads every file that the ledger knows; `on_file` is called before each. `kept_manifest` is a copy of
/// the manifest (path → SHA-512) that was kept outside the project.
pub fn check(
    archive: &Archive,
    received: &[Received],
    kept_manifest: Option<&BTreeMap<String, String>>,
    mut on_file: impl FnMut(),
) -> io::Result<FixityReport> {
    let manifest = archive.manifest()?;
    let mut found = FixityReport::default();
    let mut expected = BTreeSet::new();
    for file in received {
        on_file();
        let kind = FileKind::from_word(&file.kind);
        let path = path_of(&file.object, kind);
        let mut report = |problem| {
            let (path, label) = (path.clone(), file.label.clone());
            found.findings.push(FixityFinding { path, problem, label });
        };
        match archive.get(&file.object, kind) {
            Ok(bytes) => {
                if sha512(&bytes) != file.sha512 {
                    report(FixityProblem::Changed);
                }
                found.files += 1;
                found.octets += bytes.len() as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => report(FixityProblem::Missing),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                report(FixityProblem::Changed)
            }
            Err(_) => report(FixityProblem::Unreadable),
        }
        let differs = |there: &BTreeMap<String, String>| there.get(&path) != Some(&file.sha512);
        if differs(&manifest) || kept_manifest.is_some_and(differs) {
            let (path, label) = (path.clone(), file.label.clone());
            found.findings.push(FixityFinding { path, problem: FixityProblem::Manifest, label });
        }
        expected.insert(path);
    }
    for path in archive.list()?.difference(&expected) {
        // An interrupted run had noted it, and its octets are what its name says.
        let is_leftover = manifest.contains_key(path) && is_whole(path, archive);
        match is_leftover {
            true => found.leftovers += 1,
            false => found.findings.push(without_label(path, FixityProblem::Extra)),
        }
    }
    let lost = |path: &&String| !expected.contains(*path) && !archive.has(path);
    for path in manifest.keys().filter(lost) {
        let (path, label) = (path.clone(), MANIFEST.to_owned());
        found.findings.push(FixityFinding { path, problem: FixityProblem::Missing, label });
    }
    for path in
        kept_manifest.iter().flat_map(|list| list.keys()).filter(|path| !expected.contains(*path))
    {
        found.findings.push(without_label(path, FixityProblem::Manifest));
    }
    found.findings.sort_by(|a, b| a.path.cmp(&b.path));
    found.findings.dedup();
    Ok(found)
}

fn without_label(path: &str, problem: FixityProblem) -> FixityFinding {
    FixityFinding { path: path.to_owned(), problem, label: String::new() }
}

fn is_whole(path: &str, archive: &Archive) -> bool {
    let name = path.rsplit('/').next().and_then(|name| name.split('.').next());
    archive.read(path).is_ok_and(|bytes| Some(files::sha256(&bytes).as_str()) == name)
}
