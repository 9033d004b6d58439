//! The file of a witness: read, compared with the ledger, written and completed.
//!
//! What a witness is and how its text looks is said in [`crate::ledger::chain::witness`].

use crate::app::error::{ErrorKind, UserError};
use crate::app::exports::target::{ReservedFolder, reserved_folder};
use crate::clock::local_time_of;
use crate::files;
use crate::ledger::chain::events::ChainHead;
use crate::ledger::chain::witness::{LedgerWitness, WitnessComparison, WitnessError};
use crate::ledger::integrity::finding::VerifyReport;
use crate::ledger::{Ledger, LedgerError};
use crate::project::folder::Project;
use serde::{Serialize, Serializer};
use serde_json::json;
use std::io;
use std::path::{Path, PathBuf};

/// The file of a witness, which need not exist yet.
#[derive(Clone, Debug)]
pub struct WitnessFile {
    /// Path of the witness file.
    pub path: PathBuf,
    /// Whether it lies in the project's folder: who can change the ledger can change it too.
    pub is_in_project: bool,
}

/// What became of a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessOutcome {
    /// Path of the witness file.
    pub path: PathBuf,
    /// What was written, if anything.
    pub action: WitnessAction,
    /// How many points the file has now.
    pub points: usize,
    /// How many events came since its last point; absent where there was none, or it does not agree.
    pub since: Option<i64>,
    /// The ledger's last event.
    pub last: ChainHead,
}

/// What was done with the file of a witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WitnessAction {
    /// It does not agree with the ledger, and is left as it is.
    Disagrees(&'static str),
    /// It agrees, but the ledger has errors: nothing is added.
    NotExtended,
    /// The ledger has errors: no file is made.
    NotCreated,
    /// It agrees, and nothing happened since.
    Unchanged,
    /// It agrees, and a point was added.
    Extended,
    /// The first point was written.
    Created,
}

impl WitnessAction {
    /// The word of the JSON document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disagrees(how) => how,
            Self::NotExtended | Self::NotCreated => "not_written",
            Self::Unchanged => "unchanged",
            Self::Extended => "extended",
            Self::Created => "written",
        }
    }
}

/// The outcome in the JSON document of `ledger verify`.
impl Serialize for WitnessOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let document = json!({
            "file": printable_text::of_path(&self.path), "outcome": self.action.as_str(),
            "points": self.points, "since": self.since, "event": self.last.seq, "hash": self.last.hash,
        });
        document.serialize(serializer)
    }
}

/// Why the file of a witness cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WitnessFileError {
    /// Nothing else may be written there.
    #[error(transparent)]
    Reserved(#[from] ReservedFolder),
    /// It cannot be read.
    #[error("le témoin {} ne peut pas être lu : {}", printable_text::of_path(.path), files::reason(.error))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It is not a witness.
    #[error("{} n'est pas un témoin du journal : {error}", printable_text::of_path(.path))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Why.
        error: WitnessError,
    },
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// It cannot be written.
    #[error("{}{} ne peut pas être écrit : {}", agrees(*.is_first), printable_text::of_path(.path), files::reason(.error))]
    Write {
        /// Whether there was none before.
        is_first: bool,
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

fn agrees(is_first: bool) -> &'static str {
    if is_first { "" } else { "le témoin concorde, mais " }
}

impl UserError for WitnessFileError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Reserved(_) | Self::Invalid { .. } => ErrorKind::Usage,
            Self::Read { .. } | Self::Write { .. } => ErrorKind::Environment,
            Self::Ledger(error) => error.kind(),
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::Reserved(_) => {
                "garder le témoin ailleurs que dans le projet : autre disque, courriel"
            }
            Self::Read { .. } => "vérifier le nom du fichier et vos droits",
            Self::Invalid { .. } => {
                "donner le fichier que « missive ledger verify --witness » a écrit, ou un nom nouveau pour en écrire un autre"
            }
            Self::Ledger(error) => error.todo(),
            Self::Write { .. } => "choisir un fichier où vous pouvez écrire",
        }
        .to_owned()
    }
}

impl WitnessFile {
    /// A file outside of the folders whose files are all read.
    pub fn new(project: &Project, path: &Path) -> Result<Self, WitnessFileError> {
        match reserved_folder(project, path) {
            Some(reserved) => Err(reserved.into()),
            None => Ok(Self { path: path.to_owned(), is_in_project: is_within(project, path) }),
        }
    }

    /// Reads it; nothing where it does not exist yet.
    pub fn read(&self) -> Result<Option<LedgerWitness>, WitnessFileError> {
        let path = || self.path.clone();
        let bytes = match files::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(WitnessFileError::Read { path: path(), error }),
        };
        let witness = LedgerWitness::parse(&bytes);
        witness.map(Some).map_err(|error| WitnessFileError::Invalid { path: path(), error })
    }

    /// Compares a witness with the ledger. One that agrees gets the ledger's last event as a new point; where
    /// there is none yet, the first is written. Where the ledger has errors, nothing is written; a witness
    /// that disagrees is such an error, and added to `report`.
    pub fn compare_and_update(
        &self,
        ledger: &Ledger,
        report: &mut VerifyReport,
        former: Option<LedgerWitness>,
    ) -> Result<WitnessOutcome, WitnessFileError> {
        let comparison = match &former {
            Some(witness) => Some(ledger.compare(witness, report.last.seq)?),
            None => None,
        };
        let disagreement =
            comparison.zip(former.as_ref()).and_then(|(found, at)| Disagreement::of(found, at));
        let since = match comparison {
            Some(WitnessComparison::Same { since }) => Some(since),
            _ => None,
        };
        let points = former.as_ref().map_or(0, |witness| witness.points.len());
        let last = report.last.clone();
        let outcome = |action, points| {
            let (path, last) = (self.path.clone(), last.clone());
            Ok(WitnessOutcome { path, action, points, since, last })
        };
        if let Some(disagreement) = disagreement {
            report.find(disagreement.code, disagreement.sentence);
            return outcome(WitnessAction::Disagrees(disagreement.word), points);
        }
        if !report.findings.is_empty() {
            let action = match former {
                Some(_) => WitnessAction::NotExtended,
                None => WitnessAction::NotCreated,
            };
            return outcome(action, points);
        }
        if since == Some(0) {
            return outcome(WitnessAction::Unchanged, points);
        }
        let is_first = former.is_none();
        let mut witness = match former {
            Some(witness) => witness,
            None => LedgerWitness { ledger: ledger.name()?, points: Vec::new() },
        };
        witness.points.push(ledger.point(&last));
        self.write(&witness, is_first)?;
        match since {
            None => outcome(WitnessAction::Created, 1),
            Some(_) => outcome(WitnessAction::Extended, points + 1),
        }
    }

    fn write(&self, witness: &LedgerWitness, is_first: bool) -> Result<(), WitnessFileError> {
        let written = files::replace_durably(&self.path, witness.to_string().as_bytes());
        written.map_err(|error| WitnessFileError::Write {
            is_first,
            path: self.path.clone(),
            error,
        })
    }
}

fn is_within(project: &Project, path: &Path) -> bool {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().and_then(|folder| std::fs::canonicalize(folder).ok());
    let root = std::fs::canonicalize(project.root()).ok();
    folder.zip(root).is_some_and(|(folder, root)| folder.starts_with(root))
}

/// The ledger is not the one that the witness saw.
struct Disagreement {
    /// The word of the JSON document.
    word: &'static str,
    /// The code of the finding.
    code: &'static str,
    /// The finding, in French.
    sentence: String,
}

impl Disagreement {
    fn of(comparison: WitnessComparison, witness: &LedgerWitness) -> Option<Self> {
        let moment = |seq: i64| {
            let point = witness.points.iter().find(|point| point.seq == seq);
            point.map_or(String::new(), |point| local_time_of(&point.moment))
        };
        let (word, code, sentence) = match comparison {
            WitnessComparison::Same { .. } => return None,
            WitnessComparison::Other => (
                "other",
                "witness-other",
                format!(
                    "le témoin est celui d'un autre journal ({}) : ce n'est pas le bon témoin, ou le journal a été refait",
                    witness.ledger
                ),
            ),
            WitnessComparison::Older { seq } => (
                "older",
                "witness-older",
                format!(
                    "le témoin a vu l'événement {seq} (le {}), que ce journal n'a pas : une copie plus ancienne a été remise",
                    moment(seq)
                ),
            ),
            WitnessComparison::Rewritten { seq } => (
                "rewritten",
                "witness-rewritten",
                format!(
                    "l'événement {seq} n'est pas celui que le témoin a vu le {} : le journal a été réécrit, ou continué à partir d'une copie plus ancienne",
                    moment(seq)
                ),
            ),
        };
        Some(Self { word, code, sentence })
    }
}
