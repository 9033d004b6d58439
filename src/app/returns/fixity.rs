//! The fixity check (ISO 14721): the archive compared with the ledger and with the manifest. Finds what
//! is missing, what changed, and what nothing refers to.

use crate::app::error::{ErrorKind, UserError};
use crate::archive::file_kind::FileKind;
use crate::archive::store::{Archive, MANIFEST, path_of, read_manifest, sha512};
use crate::files;
use crate::ledger::read::returns::Received;
use crate::ledger::{Ledger, LedgerError};
use crate::project::folder::Project;
use serde::{Serialize, Serializer};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

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
    /// Size of these files in octets.
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

/// The result as JSON documents and events of the ledger have it.
impl Serialize for FixityReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = json!({
            "files": self.files, "octets": self.octets, "leftovers": self.leftovers,
            "algorithms": ["sha256", "sha512"],
            "findings": self.findings.iter().map(|finding| json!({
                "path": finding.path, "fault": finding.problem.as_str(), "label": finding.label,
            })).collect::<Vec<_>>(),
        });
        document.serialize(serializer)
    }
}

/// Why the archive cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum FixityError {
    /// The archive, or the copy of its manifest, cannot be read.
    #[error("{what} ne peut pas être lu : {}", files::reason(.error))]
    Unreadable {
        /// Which of them.
        what: String,
        /// What the system says.
        error: io::Error,
    },
    /// The ledger.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl UserError for FixityError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Environment
    }

    fn todo(&self) -> String {
        match self {
            Self::Unreadable { .. } => {
                "vérifier que le fichier existe et que vous y avez droit".to_owned()
            }
            Self::Ledger(error) => UserError::todo(error),
        }
    }
}

/// A copy of the archive's manifest that was kept elsewhere: SHA-512 by path.
pub struct ManifestCopy(BTreeMap<String, String>);

impl ManifestCopy {
    /// Reads it.
    pub fn read(path: &Path) -> Result<Self, FixityError> {
        let manifest = match path.is_file() {
            true => read_manifest(path),
            false => Err(io::ErrorKind::NotFound.into()),
        };
        let what = printable_text::of_path(path);
        manifest.map(Self).map_err(|error| FixityError::Unreadable { what, error })
    }
}

/// Checks the archive of a project, and notes in the ledger, open for writing, what was found. `progress`
/// gets the number of files that are done, and of all.
pub fn check_archive(
    project: &Project,
    ledger: &Ledger,
    kept_manifest: Option<&ManifestCopy>,
    mut progress: impl FnMut(usize, usize),
) -> Result<FixityReport, FixityError> {
    let received = ledger.all_received()?;
    let archive = Archive::new(project.root());
    let mut done = 0;
    let found = check(&archive, &received, kept_manifest.map(|copy| &copy.0), || {
        done += 1;
        progress(done, received.len());
    });
    let what = || "data/archive".to_owned();
    let found = found.map_err(|error| FixityError::Unreadable { what: what(), error })?;
    ledger.write(|change| change.checked(json!(found)))?;
    Ok(found)
}

/// Reads every file that the ledger knows; `on_file` is called before each. `kept_manifest` is a copy of
/// the manifest (path → SHA-512) that was kept outside the project.
fn check(
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
