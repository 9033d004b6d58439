//! `sign import`: letters that the authority signed, taken back. A file that is proven to be ours becomes the
//! bytes that are sent.
//!
//! [`SignedFiles::prepare`] reads whose signature counts and changes nothing; [`SignedFiles::import`] takes
//! the files, once the ledger is open for writing.

use super::countersign_result::CountersignResult;
use super::prove::CountersignContext;
use super::signing_project::SigningProject;
use super::take_back;
use super::unsigned::drafts;
use crate::app::error::{ErrorKind, UserError};
use crate::app::returns::filing::authorities::{ChosenAuthorities, read_authorities};
use crate::app::returns::named_letter::catalogue;
use crate::archive::intake::item::IntakeProblem;
use crate::ledger::{Ledger, LedgerError};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::json;
use std::path::PathBuf;

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
        let (problems, ended) = take_back::import(&context, self.paths, |result| {
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
