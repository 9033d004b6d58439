//! The data for questions about a campaign: what the ledger knows, and what the records call for if
//! they have no errors. A closed campaign calls for nothing any more.
//!
//! Writes nothing. `status`, `export` and `campaign close` use it, so that they give the same
//! counts.

use crate::app::error::{ErrorKind, UserError};
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::workspace::{CampaignError, Workspace};
use crate::diagnostic::Problem;
use crate::ledger::{Ledger, LedgerError, LedgerOpening};
use crate::plan::account::Account;
use crate::plan::history::CampaignHistory;
use crate::records::campaign::Campaign;
use crate::records::values::CampaignId;
use crate::records::values::Departement;
use jiff::civil::Date;
use std::borrow::Cow;

/// What is known of a campaign.
pub struct CampaignSnapshot {
    /// The project, with all its files read.
    pub workspace: Workspace,
    /// The campaign, which no record may describe any more.
    pub campaign: CampaignId,
    /// The ledger, open for reading, if there is one.
    pub ledger: Option<Ledger>,
    /// Whether it is older than the one this computer has known.
    pub is_older: bool,
    /// Letters, messages and returns of the campaign in the ledger.
    pub history: CampaignHistory,
    /// The day it is.
    pub today: Date,
    /// Whether the campaign is closed on that day.
    pub is_closed: bool,
    /// The département that is asked about; all without one.
    pub departement: Option<Departement>,
}

/// The letters of a campaign, counted.
pub struct CampaignCount<'s> {
    /// What the records call for; absent where they have errors.
    pub resolved: Option<ResolvedCampaign<'s>>,
    /// Each letter in one state.
    pub account: Account,
    /// Whether the account comes out even.
    pub is_balanced: bool,
}

/// Why the letters of a campaign cannot be counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The ledger knows no letter, and the records have errors.
    #[error("rien n'a encore été produit, et les données ont des erreurs")]
    InvalidRecords,
    /// No letter is for a school of this département.
    #[error("aucune lettre de cette campagne n'est pour un établissement de {0}")]
    NoLetterThere(Departement),
    /// Neither the ledger nor the records know the campaign.
    #[error("rien n'est connu de la campagne {0}")]
    UnknownCampaign(CampaignId),
}

impl UserError for SnapshotError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidRecords => ErrorKind::InvalidProject,
            Self::NoLetterThere(_) | Self::UnknownCampaign(_) => ErrorKind::Usage,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::InvalidRecords => "les corriger : « missive check » les montre",
            Self::NoLetterThere(_) => "voir les départements de la campagne : missive status",
            Self::UnknownCampaign(_) => "vérifier son nom, et lancer « missive check »",
        }
        .to_owned()
    }
}

impl CampaignSnapshot {
    /// Reads what the ledger knows of a campaign.
    pub fn read(
        workspace: Workspace,
        campaign: CampaignId,
        ledger: Option<(Ledger, LedgerOpening)>,
        today: Date,
    ) -> Result<Self, LedgerError> {
        let (ledger, is_older) = match ledger {
            Some((ledger, opened)) => (Some(ledger), opened.older),
            None => (None, false),
        };
        let history = match &ledger {
            Some(ledger) => ledger.history(campaign.as_str())?,
            None => CampaignHistory::default(),
        };
        let mut records = workspace.loaded.records.campaigns.iter();
        let is_closed =
            records.any(|record| record.id.value == campaign && record.is_closed(today));
        let departement = None;
        Ok(Self { workspace, campaign, ledger, is_older, history, today, is_closed, departement })
    }

    /// The campaign's record, if there is one without errors.
    pub fn record(&self) -> Option<&Campaign> {
        let mut records = self.workspace.loaded.records.campaigns.iter();
        records.find(|record| record.id.value == self.campaign)
    }

    /// What the ledger knows of the letters and messages that are asked about.
    pub fn asked_history(&self) -> Cow<'_, CampaignHistory> {
        let Some(departement) = &self.departement else { return Cow::Borrowed(&self.history) };
        let mut history = self.history.clone();
        history.letters.retain(|_, letter| departement.has(&letter.uai));
        history.messages.retain(|_, message| departement.has(&message.uai));
        history.reminders.retain(|_, message| departement.has(&message.uai));
        history.designations.retain(|_, message| departement.has(&message.uai));
        history.to_referents.retain(|_, message| departement.has(&message.uai));
        Cow::Owned(history)
    }

    /// Counts the letters by state; an error if neither ledger nor records give them.
    pub fn count(&self) -> Result<CampaignCount<'_>, SnapshotError> {
        let options = ResolveOptions::today(self.today);
        let (resolved, problems) = resolve(&self.workspace, Some(&self.campaign), options);
        if self.history.letters.is_empty() && resolved.is_none() {
            return Err(match problems.iter().any(Problem::is_error) {
                true => SnapshotError::InvalidRecords,
                false => SnapshotError::UnknownCampaign(self.campaign.clone()),
            });
        }
        let letters = resolved.iter().filter(|_| !self.is_closed);
        let desired: Vec<String> = letters
            .flat_map(|resolved| &resolved.desired.letters)
            .map(|letter| letter.reference.to_string())
            .collect();
        let account = Account::of(&self.history, desired.iter().map(String::as_str));
        let is_balanced = account.is_balanced(&self.history);
        let account = match &self.departement {
            Some(departement) => account.of_departement(departement.code()),
            None => account,
        };
        if let Some(departement) = self.departement.as_ref().filter(|_| account.letters.is_empty())
        {
            return Err(SnapshotError::NoLetterThere(departement.clone()));
        }
        Ok(CampaignCount { resolved, account, is_balanced })
    }
}

/// Why there is no one campaign to ask about.
#[derive(Debug, thiserror::Error)]
pub enum CampaignToReadError {
    /// The word that names it is none.
    #[error("{0}")]
    Malformed(String),
    /// There is none.
    #[error("aucune campagne n'est décrite")]
    NoCampaign,
    /// The last one that was closed is not named as campaigns are.
    #[error("campagne inconnue")]
    Unknown,
    /// There are several.
    #[error(transparent)]
    Choice(CampaignError),
}

impl UserError for CampaignToReadError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn todo(&self) -> String {
        match self {
            Self::Malformed(_) => "donner l'identifiant de [campaign], comme 2026",
            Self::NoCampaign => "lancer « missive check »",
            Self::Unknown => "la nommer avec --campaign",
            Self::Choice(_) => "nommer une campagne : --campaign 2026",
        }
        .to_owned()
    }
}

/// The campaign that a question about what was done is about: the one that a person named, which no
/// record need describe, or the only one. A closed one still has an account.
pub fn campaign_to_read(
    workspace: &Workspace,
    asked: Option<&str>,
    today: Date,
) -> Result<CampaignId, CampaignToReadError> {
    if let Some(text) = asked {
        let parsed = text.parse::<CampaignId>();
        return parsed.map_err(|error| CampaignToReadError::Malformed(error.message));
    }
    match workspace.campaign(None, today) {
        Ok(Some(only)) => Ok(only.id.value.clone()),
        Ok(None) => Err(CampaignToReadError::NoCampaign),
        Err(CampaignError::Closed(id)) => id.parse().map_err(|_| CampaignToReadError::Unknown),
        Err(error) => Err(CampaignToReadError::Choice(error)),
    }
}
