//! The data for questions about a campaign: what the ledger knows, and what the records call for if
//! they have no errors. A closed campaign calls for nothing any more.
//!
//! Writes nothing. `status`, `export` and `campaign close` use it, so that they give the same
//! counts.

use crate::app::error::{ErrorKind, UserError};
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::workspace::Workspace;
use crate::diagnostic::Problem;
use crate::ledger::{Ledger, LedgerError, LedgerOpening};
use crate::plan::account::Account;
use crate::plan::history::CampaignHistory;
use crate::records::campaign::Campaign;
use crate::records::values::CampaignId;
use jiff::civil::Date;

/// What is known of a campaign.
pub struct CampaignSnapshot {
    /// The project.
    pub workspace: Workspace,
    /// The campaign, which no record may describe any more.
    pub campaign: CampaignId,
    /// The ledger, open for reading, if there is one.
    pub ledger: Option<Ledger>,
    /// Whether it is older than the one this computer has known.
    pub is_older: bool,
    /// What it knows.
    pub history: CampaignHistory,
    /// The day it is.
    pub today: Date,
    /// Whether the campaign is closed on that day.
    pub is_closed: bool,
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
    /// Neither the ledger nor the records know the campaign.
    #[error("rien n'est connu de la campagne {0}")]
    UnknownCampaign(CampaignId),
}

impl UserError for SnapshotError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidRecords => ErrorKind::InvalidProject,
            Self::UnknownCampaign(_) => ErrorKind::Usage,
        }
    }

    fn todo(&self) -> String {
        match self {
            Self::InvalidRecords => "les corriger : « missive check » les montre",
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
        Ok(Self { workspace, campaign, ledger, is_older, history, today, is_closed })
    }

    /// The campaign's record, if there is one without errors.
    pub fn record(&self) -> Option<&Campaign> {
        let mut records = self.workspace.loaded.records.campaigns.iter();
        records.find(|record| record.id.value == self.campaign)
    }

    /// Counts the letters.
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
        Ok(CampaignCount { resolved, account, is_balanced })
    }
}
