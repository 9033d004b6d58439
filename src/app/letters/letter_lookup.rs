//! One letter by its reference, with its revisions: what the commands about one letter begin with.

use crate::app::error::{Complaint, ErrorKind, UserError};
use crate::app::letters::replay::ReplayError;
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::workspace::Workspace;
use crate::diagnostic::{LocatedProblem, Problem, did_you_mean};
use crate::ledger::read::revisions::LetterRevision;
use crate::ledger::{Ledger, LedgerError};
use crate::letter::issue::Issue;
use crate::letter::mission_letter::Letter;
use crate::letter::reference::{Reference, ReferenceError};
use crate::plan::decision::late_letter::late_since;
use crate::plan::history::{CampaignHistory, StoredRevision};
use crate::project::folder::Project;
use jiff::civil::Date;

/// A letter, as far as the project and the ledger know it.
pub struct LetterLookup {
    /// Reference of the letter.
    pub reference: Reference,
    /// The project, with all its files read.
    pub workspace: Workspace,
    /// The ledger, if there is one.
    pub ledger: Option<Ledger>,
    /// Its revisions, oldest first.
    pub revisions: Vec<LetterRevision>,
}

/// Why nothing can be said of a letter.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The word is not a reference.
    #[error("« {word} » : {error}")]
    NotAReference {
        /// What was typed.
        word: String,
        /// What is wrong with it.
        error: ReferenceError,
    },
    /// The letter has no such revision.
    #[error("cette lettre n'a pas de révision r{number} : {reference}")]
    NoSuchRevision {
        /// The letter.
        reference: Reference,
        /// The number that was asked for.
        number: u32,
        /// The numbers it has.
        known: Vec<u32>,
    },
    /// The letter was never made.
    #[error("cette lettre n'a encore aucune révision : {0}")]
    NoRevision(Reference),
    /// No letter has this reference.
    #[error("aucune lettre ne porte cette référence : {reference}")]
    Unknown {
        /// The reference.
        reference: Reference,
        /// The nearest one.
        near: Option<String>,
    },
    /// The letter was never made, and the records have errors.
    #[error("cette lettre n'a pas encore été produite, et les données ont des erreurs : {0}")]
    UnknownInInvalidProject(Reference),
    /// The records of today do not call for the letter.
    #[error("les données d'aujourd'hui ne donnent pas cette lettre")]
    NotCalledFor,
    /// A template file of then is missing, or cannot be used.
    #[error(transparent)]
    Templates(ReplayError),
    /// The letter cannot be made: these problems say why.
    #[error("la lettre ne peut pas être composée")]
    Problems(Vec<LocatedProblem>),
    /// The ledger cannot be read.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
    /// A revision without a ledger.
    #[error("une révision sans journal des envois")]
    NoLedger,
}

impl UserError for LetterError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotAReference { .. }
            | Self::NoSuchRevision { .. }
            | Self::NoRevision(_)
            | Self::Unknown { .. } => ErrorKind::Usage,
            Self::UnknownInInvalidProject(_) | Self::NotCalledFor | Self::Problems(_) => {
                ErrorKind::InvalidProject
            }
            Self::Templates(_) => ErrorKind::Environment,
            Self::Ledger(error) => error.kind(),
            Self::NoLedger => ErrorKind::Bug,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::NotAReference { .. } => "recopier la référence imprimée sur la lettre, ou donner le nom de l'établissement ou de la personne",
            Self::NoSuchRevision { known, .. } if !known.is_empty() => {
                let known: Vec<String> = known.iter().map(|number| format!("r{number}")).collect();
                return format!("les révisions connues : {}", known.join(", "));
            }
            Self::NoSuchRevision { .. } | Self::NoRevision(_) => {
                "la produire d'abord : missive generate"
            }
            Self::Unknown { near: Some(near), .. } => {
                return format!("vouliez-vous écrire « {near} » ?");
            }
            Self::Unknown { near: None, .. } => {
                "voir les références dans out/<campagne>/report.html"
            }
            Self::UnknownInInvalidProject(_) => "les corriger : « missive check » les montre",
            Self::NotCalledFor => {
                "lancer « missive check », ou comparer deux révisions avec --from et --to"
            }
            Self::Templates(_) => "lancer « missive ledger verify », et remettre une sauvegarde",
            Self::Problems(_) => "corriger ces erreurs",
            Self::Ledger(error) => return UserError::todo(error),
            Self::NoLedger => "signaler ce message et la commande",
        }
        .to_owned()
    }

    fn complaints(&self) -> Vec<Complaint> {
        match self {
            // They say it all.
            Self::Problems(_) => Vec::new(),
            _ => vec![Complaint { message: self.to_string(), todo: self.todo() }],
        }
    }

    fn problems(&self) -> &[LocatedProblem] {
        match self {
            Self::Problems(problems) => problems,
            _ => &[],
        }
    }
}

/// Reads a reference that a person typed.
///
/// # Errors
/// [`LetterError::NotAReference`].
pub fn parse_reference(word: &str) -> Result<Reference, LetterError> {
    word.parse().map_err(|error| LetterError::NotAReference { word: word.to_owned(), error })
}

impl LetterLookup {
    /// Reads the project, and the revisions of a letter from its ledger.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn new(
        reference: Reference,
        project: Project,
        ledger: Option<Ledger>,
        today: Date,
    ) -> Result<Self, LetterError> {
        let revisions = match &ledger {
            Some(ledger) => ledger.revisions(&reference.to_string())?,
            None => Vec::new(),
        };
        let (mut workspace, _) = Workspace::open(project, &[]);
        workspace.keep_heads_in_office(today);
        Ok(Self { reference, workspace, ledger, revisions })
    }

    /// The campaign of the letter as the records are today, if they are sound.
    pub fn resolved(&self, today: Date) -> Option<ResolvedCampaign<'_>> {
        resolve(&self.workspace, Some(self.reference.campaign()), ResolveOptions::today(today)).0
    }

    /// Number and dates of its first revision if it were made today: others may have been handed over.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn first_issue(
        &self,
        resolved: &ResolvedCampaign<'_>,
        today: Date,
    ) -> Result<Issue, LetterError> {
        let desired = &resolved.desired;
        let campaign = desired.campaign;
        let history = match &self.ledger {
            Some(ledger) => ledger.history(campaign.id.as_str())?,
            None => CampaignHistory::default(),
        };
        let first = desired.first_issue();
        let due = resolved.awaits_returns().then(|| first.due(campaign));
        Ok(match late_since(&history, campaign, due, today) {
            Some(made) => Issue::late(made, first.amended, None),
            None => first,
        })
    }

    /// The letter among those of its campaign.
    pub fn letter<'c, 'w>(&self, resolved: &'c ResolvedCampaign<'w>) -> Option<&'c Letter<'w>> {
        resolved.desired.letters.iter().find(|letter| letter.reference == self.reference)
    }

    /// The revision of this number, or the latest; none when there is none at all.
    ///
    /// # Errors
    /// [`LetterError::NoSuchRevision`].
    pub fn revision(&self, number: Option<u32>) -> Result<Option<LetterRevision>, LetterError> {
        let Some(number) = number else { return Ok(self.revisions.last().copied()) };
        let mut latest_first = self.revisions.iter().rev();
        match latest_first.find(|revision| revision.number == number) {
            Some(revision) => Ok(Some(*revision)),
            None => Err(LetterError::NoSuchRevision {
                reference: self.reference.clone(),
                number,
                known: self.revisions.iter().map(|revision| revision.number).collect(),
            }),
        }
    }

    /// All that the ledger keeps of a revision.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn stored(&self, revision: LetterRevision) -> Result<StoredRevision, LetterError> {
        let ledger = self.ledger.as_ref().ok_or(LetterError::NoLedger)?;
        Ok(ledger.stored(revision.id)?)
    }

    /// The error of a letter that cannot be made.
    pub(super) fn problems(&self, problems: Vec<Problem>) -> LetterError {
        let sources = &self.workspace.loaded.sources;
        LetterError::Problems(problems.iter().map(|problem| problem.located(sources)).collect())
    }

    /// Why the letter is not known, with the nearest reference.
    pub fn unknown(&self, resolved: Option<&ResolvedCampaign<'_>>) -> LetterError {
        let reference = self.reference.clone();
        let Some(resolved) = resolved else {
            return LetterError::UnknownInInvalidProject(reference);
        };
        let letters = resolved.desired.letters.iter();
        let names: Vec<String> = letters.map(|letter| letter.reference.to_string()).collect();
        let near = did_you_mean(&reference.to_string(), names.iter().map(String::as_str));
        LetterError::Unknown { near: near.map(str::to_owned), reference }
    }
}
