//! The one place where the report is written anew after a command that changed what letters stand at and made
//! none: `resolve`, reminders, returns, signatures. `generate`, `run` and a sending write it themselves, as
//! they know what could not be made.
//!
//! What was done stays done: a page that cannot be written is told, and fails nothing.

use crate::app::campaign::check;
use crate::app::exports::report::write_report::{self, ReportBasis, ReportWriteError};
use crate::app::generate::outcome::GenerateOutcome;
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::ResolveOptions;
use crate::app::workspace::Workspace;
use crate::ledger::{Actor, Ledger, LedgerError};
use crate::plan::account::Account;
use crate::project::folder::Project;
use crate::records::campaign::Campaign;
use crate::records::values::CampaignId;

/// Why the report of a campaign stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum ReportRefreshError {
    /// The records have errors, so that letters cannot be listed.
    #[error("les données ont des erreurs (missive check les montre)")]
    InvalidRecords,
    /// The page cannot be written.
    #[error(transparent)]
    Write(#[from] ReportWriteError),
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// A report that tells an earlier state.
#[derive(Debug)]
pub struct StaleReport {
    /// Its campaign.
    pub campaign: CampaignId,
    /// Why it was not written.
    pub error: ReportRefreshError,
}

/// Writes the report of each open campaign that has letters; gives those that could not be written. The report
/// of a closed campaign stays as it was when it was closed.
pub fn refresh_reports(project: Project, actor: Actor) -> Vec<StaleReport> {
    let (workspace, _) = Workspace::open(project, &[]);
    let today = actor.clock.day();
    let open = workspace.loaded.records.campaigns.iter();
    let mut stale = Vec::new();
    for campaign in open.filter(|campaign| !campaign.is_closed(today)) {
        if let Err(error) = refresh(&workspace, campaign, actor.clone()) {
            stale.push(StaleReport { campaign: campaign.id.value.clone(), error });
        }
    }
    stale
}

fn refresh(
    workspace: &Workspace,
    campaign: &Campaign,
    actor: Actor,
) -> Result<(), ReportRefreshError> {
    let clock = actor.clock.clone();
    let found = Ledger::open_read_only(workspace.project.root(), actor)?;
    let Some((ledger, _)) = found else { return Ok(()) };
    let history = ledger.history(campaign.id.as_str())?;
    if history.letters.is_empty() {
        return Ok(());
    }
    let options = ResolveOptions { beforehand: false, ..ResolveOptions::today(clock.day()) };
    let (resolved, problems) = resolve(workspace, Some(&campaign.id.value), options);
    let outcome = check::outcome(workspace, resolved.as_ref(), &problems);
    let resolved = resolved.ok_or(ReportRefreshError::InvalidRecords)?;
    let letters = resolved.desired.letters.iter();
    let references: Vec<String> = letters.map(|letter| letter.reference.to_string()).collect();
    let account = Account::of(&history, references.iter().map(String::as_str));
    let known = Some((&account, &history));
    let basis = ReportBasis { known, problems: &outcome.problems, clock: &clock };
    write_report::write(&resolved, &GenerateOutcome::default(), basis)?;
    Ok(())
}
