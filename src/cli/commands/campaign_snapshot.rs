//! A campaign as questions about it see it: what the ledger knows, and what the records call for
//! where they are sound. A closed campaign calls for nothing any more.
//!
//! Writes nothing; `status`, `export` and `campaign close` start here, so that they count alike.

use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::workspace::Workspace;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::diagnostic::Problem;
use crate::ledger::Ledger;
use crate::plan::account::Account;
use crate::plan::history::CampaignHistory;
use crate::project;
use crate::records::campaign::Campaign;
use crate::records::values::CampaignId;
use jiff::civil::Date;

/// What is known of a campaign.
pub struct Known {
    /// The project.
    pub workspace: Workspace,
    /// The campaign, which no record may describe any more.
    pub campaign: CampaignId,
    /// The ledger, open for reading, if there is one.
    pub ledger: Option<Ledger>,
    /// Whether it is older than the one this computer has known.
    pub older: bool,
    /// What it knows.
    pub past: CampaignHistory,
    /// The day it is.
    pub today: Date,
    /// Whether the campaign is over.
    pub closed: bool,
}

/// Its account.
pub struct Counted<'k> {
    /// What the records call for; absent where they have errors.
    pub resolved: Option<ResolvedCampaign<'k>>,
    /// Each letter in one state.
    pub account: Account,
    /// Whether the account comes out even.
    pub balanced: bool,
}

impl Known {
    /// Reads the project and the ledger. What keeps that from being done is told here.
    pub fn read(output: &Output, common: &Common) -> Result<Self, Exit> {
        let project = context::project(output, common)?;
        let (ledger, older) = match context::peek(output, &project, common)? {
            Some((ledger, opened)) => (Some(ledger), opened.older),
            None => (None, false),
        };
        let (workspace, _) = Workspace::open(project, &[]);
        let today = project::today(common.today.as_ref());
        let campaign = context::campaign(output, common, &workspace)?;
        let past = match &ledger {
            Some(ledger) => ledger
                .history(campaign.as_str())
                .map_err(|error| context::failed(output, &error))?,
            None => CampaignHistory::default(),
        };
        let mut own = workspace.loaded.records.campaigns.iter();
        let closed = own.any(|own| own.id.value == campaign && own.is_closed(today));
        Ok(Self { workspace, campaign, ledger, older, past, today, closed })
    }

    /// The campaign's record, if there is a sound one.
    pub fn record(&self) -> Option<&Campaign> {
        self.workspace.loaded.records.campaigns.iter().find(|own| own.id.value == self.campaign)
    }

    /// Counts the letters; a campaign of which nothing is known is told here.
    pub fn count(&self, output: &Output) -> Result<Counted<'_>, Exit> {
        let (resolved, problems) =
            resolve(&self.workspace, Some(&self.campaign), ResolveOptions::today(self.today));
        let desired: Vec<String> = match &resolved {
            Some(resolved) if !self.closed => {
                resolved.desired.letters.iter().map(|letter| letter.reference.to_string()).collect()
            }
            _ => Vec::new(),
        };
        if self.past.letters.is_empty() && resolved.is_none() {
            if problems.iter().any(Problem::is_error) {
                output.fail(
                    "rien n'a encore été produit, et les données ont des erreurs",
                    "les corriger : « missive check » les montre",
                );
                return Err(Exit::Invalid);
            }
            output.fail(
                &format!("rien n'est connu de la campagne {}", self.campaign),
                "vérifier son nom, et lancer « missive check »",
            );
            return Err(Exit::Usage);
        }
        let account = Account::of(&self.past, desired.iter().map(String::as_str));
        let balanced = account.is_balanced(&self.past);
        Ok(Counted { resolved, account, balanced })
    }
}
