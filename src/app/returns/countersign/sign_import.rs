//! `sign import`: letters that the authority signed, taken back. A file that is proven to be ours becomes the
//! bytes that are sent.
//!
//! [`SignedFiles::prepare`] reads whose signature counts and changes nothing; [`SignedFiles::import`] takes
//! the files, once the ledger is open for writing.

use super::prove::{CountersignContext, prove};
use super::signing_project::SigningProject;
use crate::app::error::{ErrorKind, UserError};
use crate::app::returns::filing::authorities::{ChosenAuthorities, read_authorities};
use crate::app::returns::named_letter::catalogue;
use crate::archive::file_kind::FileKind;
use crate::archive::intake::item::{IntakeProblem, Item, Limits};
use crate::archive::intake::walk::walk;
use crate::ledger::{Ledger, LedgerError};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::PathBuf;

pub use super::prove::CountersignResult;

/// Why no signed letter can be taken back.
#[derive(Debug, thiserror::Error)]
pub enum SignImportError {
    /// Nothing is there.
    #[error("{} n'existe pas", printable_text::of_path(.0))]
    MissingPath(PathBuf),
    /// The settings name no certificate of the authority.
    #[error("missive ne connaît pas le certificat de l'autorité")]
    NoCertificates,
}

impl UserError for SignImportError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::MissingPath(_) => ErrorKind::Usage,
            Self::NoCertificates => ErrorKind::Decision,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::MissingPath(_) => "donner le chemin d'un fichier ou d'un dossier",
            Self::NoCertificates => {
                "mettre ses certificats (PEM) dans un dossier du projet, et le nommer : issuer_certificates = \"certs/autorite\" sous [letters]"
            }
        }
        .to_owned()
    }
}

/// Signed letters to take back, with whose signature counts.
pub struct SignedFiles<'a> {
    /// French sentences about certificates that cannot be used.
    pub warnings: Vec<String>,
    authorities: ChosenAuthorities,
    paths: &'a [PathBuf],
}

impl<'a> SignedFiles<'a> {
    /// Reads the certificates of the authority.
    pub fn prepare(
        signing: &SigningProject,
        paths: &'a [PathBuf],
    ) -> Result<Self, SignImportError> {
        if let Some(missing) = paths.iter().find(|path| !path.exists()) {
            return Err(SignImportError::MissingPath(missing.clone()));
        }
        let settings = signing.workspace.loaded.records.settings.as_ref();
        let letters = settings.map(|settings| &settings.letters);
        let folder = letters.and_then(|letters| letters.issuer_certificates.as_ref());
        let folder = folder.ok_or(SignImportError::NoCertificates)?;
        let stamping = letters.and_then(|letters| letters.stamp_authorities.as_ref());
        let authorities = read_authorities(&signing.workspace.project, Some(folder), stamping);
        Ok(Self { warnings: authorities.warnings.clone(), authorities, paths })
    }

    /// Takes the files; `progress` is called after each. The first error of the ledger ends it.
    pub fn import(
        &self,
        ledger: &Ledger,
        now: Timestamp,
        mut progress: impl FnMut(),
    ) -> Result<SignImportOutcome, LedgerError> {
        let context = CountersignContext {
            ledger,
            ready: &drafts(ledger)?,
            catalogue: &catalogue(ledger)?,
            authorities: &self.authorities.store,
            now,
        };
        let mut files = Vec::new();
        let (problems, ended) = take_all(&context, self.paths, |result| {
            progress();
            files.push(result);
        });
        Ok(SignImportOutcome { files, problems, failure: ended.err() })
    }
}

/// What became of signed letters. Serialized, it is the JSON document of `sign import`.
#[derive(Debug)]
pub struct SignImportOutcome {
    /// The files, in the order they were found.
    pub files: Vec<CountersignResult>,
    /// What could not be taken.
    pub problems: Vec<IntakeProblem>,
    /// Why it ended before its end; what was taken stays.
    pub failure: Option<LedgerError>,
}

/// How many files were taken, known already, and refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignImportCounts {
    /// Taken.
    pub signed: usize,
    /// Known already.
    pub unchanged: usize,
    /// Refused.
    pub refused: usize,
}

impl SignImportOutcome {
    /// How many files were taken, known already, and refused.
    pub fn counts(&self) -> SignImportCounts {
        let refused = self.files.iter().filter(|file| file.refused.is_some()).count();
        let is_unchanged = |file: &&CountersignResult| file.refused.is_none() && file.is_known;
        let unchanged = self.files.iter().filter(is_unchanged).count();
        SignImportCounts { signed: self.files.len() - refused - unchanged, unchanged, refused }
    }

    /// Whether something was refused, or could not be taken.
    pub fn is_partial(&self) -> bool {
        self.counts().refused > 0 || self.problems.iter().any(IntakeProblem::is_lost)
    }
}

impl Serialize for SignImportOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let SignImportCounts { signed, unchanged, refused } = self.counts();
        let document = json!({
            "signed": signed, "unchanged": unchanged, "refused": refused, "files": self.files,
            "troubles": self.problems.iter().map(|problem| json!({
                "path": problem.label, "message": problem.message,
            })).collect::<Vec<_>>(),
        });
        document.serialize(serializer)
    }
}

/// The revisions of all campaigns that have not left, as rows of the ledger.
fn drafts(ledger: &Ledger) -> Result<BTreeSet<i64>, LedgerError> {
    let revisions = ledger.sent_revisions()?.into_iter();
    let campaigns: BTreeSet<String> = revisions.map(|revision| revision.campaign).collect();
    let mut rows = BTreeSet::new();
    for campaign in &campaigns {
        let history = ledger.history(campaign)?;
        let letters = history.letters.values().filter(|letter| !letter.withdrawn);
        rows.extend(letters.filter_map(|letter| Some(letter.draft.as_ref()?.id)));
    }
    Ok(rows)
}

/// Takes signed letters back, and reports each file. The first error of the ledger ends it.
fn take_all(
    context: &CountersignContext<'_>,
    paths: &[PathBuf],
    mut report: impl FnMut(CountersignResult),
) -> (Vec<IntakeProblem>, Result<(), LedgerError>) {
    let mut problems = Vec::new();
    let mut ended = Ok(());
    let mut taken: BTreeMap<i64, String> = BTreeMap::new();
    for path in paths {
        let found = walk(path, &Limits::default(), &mut |item| {
            // The list that export writes beside the letters is no letter.
            if item.kind != FileKind::Pdf {
                return ControlFlow::Continue(());
            }
            match take(context, &item, &mut taken) {
                Ok(result) => {
                    report(result);
                    ControlFlow::Continue(())
                }
                Err(error) => {
                    ended = Err(error);
                    ControlFlow::Break(())
                }
            }
        });
        problems.extend(found.problems());
        if ended.is_err() {
            break;
        }
    }
    (problems, ended)
}

fn take(
    context: &CountersignContext<'_>,
    item: &Item,
    taken: &mut BTreeMap<i64, String>,
) -> Result<CountersignResult, LedgerError> {
    let mut result = CountersignResult {
        label: item.label.clone(),
        reference: None,
        signer: String::new(),
        refused: None,
        is_known: false,
    };
    match prove(context, item, &mut result) {
        Err(why) => {
            context.ledger.ensure_sound()?;
            result.refused = Some(why);
        }
        Ok(Some(known)) if taken.contains_key(&known.id) => {
            let other = taken.get(&known.id).map_or("", String::as_str);
            result.refused = Some(format!("cette lettre est déjà reprise de {other}"));
        }
        Ok(Some(known)) => {
            let issued = context.ledger.store.put(&item.bytes)?;
            context.ledger.write(|change| {
                change.countersign(known.id, &known.reference, &issued, &result.signer)
            })?;
            taken.insert(known.id, item.label.clone());
        }
        Ok(None) => result.is_known = true,
    }
    Ok(result)
}
