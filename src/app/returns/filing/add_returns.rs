//! `archive add`: files that came back taken in, and what follows it.
//!
//! [`ReturnsToAdd::prepare`] reads what they are held against and changes nothing; [`ReturnsToAdd::add`]
//! files them, once the ledger is open for writing.

use super::authorities::{ChosenAuthorities, read_authorities};
use super::context::{TakeInContext, TakeInError};
use super::take_in::{TakeInOutcome, take_in};
use crate::app::campaign_snapshot::{CampaignToReadError, campaign_to_read};
use crate::app::error::{ErrorKind, UserError};
use crate::app::returns::after_return::{AfterReturnError, ensure_balanced, withdraw_reminders};
use crate::app::returns::named_letter::catalogue;
use crate::app::returns::returned_file::ReturnedFile;
use crate::app::returns::settle::{SettledMessage, settle};
use crate::app::returns::sound_settings::{InvalidSettings, require_sound_settings};
use crate::app::workspace::Workspace;
use crate::archive::intake::item::{IntakeProblem, Limits};
use crate::archive::store::Archive;
use crate::diagnostic::LocatedProblem;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::account::Account;
use crate::project::folder::Project;
use crate::records::values::CampaignId;
use cancel_token::CancelToken;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// Why files cannot be taken in, or not all of them.
#[derive(Debug, thiserror::Error)]
pub enum AddReturnsError {
    /// Nothing is there.
    #[error("{} n'existe pas", printable_text::of_path(.0))]
    MissingPath(PathBuf),
    /// The settings have errors.
    #[error(transparent)]
    Settings(#[from] InvalidSettings),
    /// There is no one campaign.
    #[error(transparent)]
    Campaign(#[from] CampaignToReadError),
    /// Archive or ledger refused.
    #[error(transparent)]
    TakeIn(#[from] TakeInError),
    /// What follows went wrong.
    #[error(transparent)]
    After(#[from] AfterReturnError),
}

impl AddReturnsError {
    fn cause(&self) -> Option<&dyn UserError> {
        match self {
            Self::MissingPath(_) => None,
            Self::Settings(error) => Some(error),
            Self::Campaign(error) => Some(error),
            Self::TakeIn(error) => Some(error),
            Self::After(error) => Some(error),
        }
    }
}

impl UserError for AddReturnsError {
    fn kind(&self) -> ErrorKind {
        self.cause().map_or(ErrorKind::Usage, UserError::kind)
    }

    fn todo(&self) -> String {
        self.cause().map_or_else(
            || "donner le chemin d'un fichier ou d'un dossier".to_owned(),
            UserError::todo,
        )
    }

    fn problems(&self) -> &[LocatedProblem] {
        self.cause().map_or(&[], UserError::problems)
    }
}

impl From<LedgerError> for AddReturnsError {
    fn from(error: LedgerError) -> Self {
        Self::TakeIn(error.into())
    }
}

/// Files to take in, with what they are held against.
pub struct ReturnsToAdd<'a> {
    /// The campaign that the command is about; the letters may be of others.
    pub campaign: CampaignId,
    /// French sentences about certificates that cannot be used.
    pub warnings: Vec<String>,
    project: &'a Project,
    authorities: ChosenAuthorities,
    paths: &'a [PathBuf],
}

/// How files are taken in.
pub struct AddOptions<'a> {
    /// Workers; as many as there are cores when absent.
    pub jobs: Option<u16>,
    /// The moment at which certificates are judged.
    pub now: Timestamp,
    /// The day it is.
    pub day: Date,
    /// Asked to stop after the files in hand.
    pub cancel: &'a CancelToken,
}

/// The first path where nothing is.
pub(in crate::app::returns) fn missing_path(paths: &[PathBuf]) -> Option<&Path> {
    paths.iter().map(PathBuf::as_path).find(|path| !path.exists())
}

impl<'a> ReturnsToAdd<'a> {
    /// Reads settings and certificates; `asked` is the campaign that a person named.
    pub fn prepare(
        project: &'a Project,
        paths: &'a [PathBuf],
        asked: Option<&str>,
        today: Date,
    ) -> Result<Self, AddReturnsError> {
        if let Some(missing) = missing_path(paths) {
            return Err(AddReturnsError::MissingPath(missing.to_owned()));
        }
        let (workspace, _) = Workspace::open(project.clone(), &[]);
        require_sound_settings(&workspace)?;
        let campaign = campaign_to_read(&workspace, asked, today)?;
        let letters = workspace.loaded.records.settings.as_ref().map(|settings| &settings.letters);
        let authorities = read_authorities(
            project,
            letters.and_then(|letters| letters.authorities.as_ref()),
            letters.and_then(|letters| letters.stamp_authorities.as_ref()),
        );
        let warnings = authorities.warnings.clone();
        Ok(Self { campaign, warnings, project, authorities, paths })
    }

    /// Takes the files in; `progress` is called for each that was filed.
    pub fn add(
        &self,
        ledger: &Ledger,
        options: &AddOptions<'_>,
        progress: impl FnMut(),
    ) -> Result<AddReturnsOutcome, AddReturnsError> {
        let archive = Archive::new(self.project.root());
        archive.sweep().map_err(TakeInError::Archive)?;
        let catalogue = catalogue(ledger)?;
        let context = TakeInContext {
            ledger,
            archive: &archive,
            catalogue: &catalogue,
            authorities: &self.authorities.store,
            now: options.now,
            limits: Limits::default(),
            cancel: options.cancel,
        };
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let workers = options.jobs.map_or_else(cores, usize::from);
        let taken = take_in(&context, self.paths, workers, progress);
        self.finish(ledger, taken, options)
    }

    /// Does what follows, for each campaign that a file belongs to.
    fn finish(
        &self,
        ledger: &Ledger,
        taken: TakeInOutcome,
        options: &AddOptions<'_>,
    ) -> Result<AddReturnsOutcome, AddReturnsError> {
        let TakeInOutcome { mut files, problems, result } = taken;
        let campaigns: BTreeSet<String> = files
            .iter()
            .flat_map(|file| file.letters.iter().map(|letter| letter.revision.campaign.clone()))
            .chain([self.campaign.to_string()])
            .collect();
        let mut settled = Vec::new();
        for campaign in &campaigns {
            let found = settle(self.project, ledger, campaign, options.day);
            settled.extend(found.map_err(AfterReturnError::from)?);
        }
        let mut states = HashMap::new();
        let mut is_balanced = true;
        for campaign in &campaigns {
            let history = ledger.history(campaign)?;
            let account = Account::of(&history, []);
            is_balanced &= account.is_balanced(&history);
            states.extend(account.letters);
        }
        for letter in files.iter_mut().flat_map(|file| &mut file.letters) {
            letter.state = states.get(&letter.revision.reference).copied();
        }
        let mut outcome = AddReturnsOutcome {
            files,
            problems,
            settled,
            withdrawn: BTreeMap::new(),
            is_interrupted: false,
            failure: None,
        };
        outcome.failure = match result {
            Err(error) => Some(error.into()),
            Ok(()) => self.follow_up(ledger, &campaigns, is_balanced, options, &mut outcome).err(),
        };
        Ok(outcome)
    }

    fn follow_up(
        &self,
        ledger: &Ledger,
        campaigns: &BTreeSet<String>,
        is_balanced: bool,
        options: &AddOptions<'_>,
        outcome: &mut AddReturnsOutcome,
    ) -> Result<(), AddReturnsError> {
        for campaign in campaigns {
            let number = withdraw_reminders(ledger, self.project, campaign, options.day)?;
            outcome.withdrawn.insert(campaign.clone(), number);
        }
        outcome.is_interrupted = options.cancel.is_requested();
        if !is_balanced {
            ensure_balanced(ledger, self.campaign.as_str())?;
        }
        Ok(())
    }
}

/// What was taken in, and what followed. Serialized, it is the JSON document of `archive add`.
#[derive(Debug)]
pub struct AddReturnsOutcome {
    /// The files that were filed, in the order they were found.
    pub files: Vec<ReturnedFile>,
    /// What could not be taken.
    pub problems: Vec<IntakeProblem>,
    /// Messages whose letters came back although nobody said that they had left.
    pub settled: Vec<SettledMessage>,
    /// Reminders that were taken out of the outbox, by campaign.
    pub withdrawn: BTreeMap<String, usize>,
    /// Whether a person asked to stop: what is left can be taken in later.
    pub is_interrupted: bool,
    /// Why it ended before its end; what was filed stays.
    pub failure: Option<AddReturnsError>,
}

impl AddReturnsOutcome {
    /// Number of files and problems that a person has to do something about.
    pub fn need_a_person(&self) -> usize {
        let files = self.files.iter().filter(|file| file.needs_a_person()).count();
        files + self.problems.iter().filter(|problem| problem.is_lost()).count()
    }

    fn document(&self) -> Value {
        let unfinished = self.problems.iter().filter_map(|problem| problem.unfinished.as_ref());
        json!({
            "files": self.files,
            "troubles": self.problems.iter().map(|problem| json!({
                "path": problem.label, "message": problem.message, "lost": problem.is_lost(),
            })).collect::<Vec<_>>(),
            "unfinished": unfinished.map(|source| json!({
                "path": source.label, "looked_at": source.looked, "left": source.left,
                "limit": source.end.as_str(),
            })).collect::<Vec<_>>(),
            "settled": self.settled,
            "need_a_person": self.need_a_person(),
        })
    }
}

impl Serialize for AddReturnsOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document().serialize(serializer)
    }
}
