//! What `generate` and `send` would do with a campaign, and why. Nothing is written.

use super::check::CheckOutcome;
use super::warning_kinds::COPIED;
use crate::app::approval::approval_state::ApprovalState;
use crate::app::generate::baseline::write_baseline;
use crate::app::heads_in_office::ComingHead;
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::letters::outdated::OutdatedMessage;
use crate::app::letters::plan_campaign::{self, CampaignPlan, MessageCounts, PlanFailure};
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::sending::designations::designation_status::DesignationStatus;
use crate::app::sending::referents::referent_message_status::ReferentMessageStatus;
use crate::app::workspace::Workspace;
use crate::clock::SimulatedTime;
use crate::diagnostic::LocatedProblem;
use crate::ledger::{Actor, Ledger, LedgerError};
use crate::plan::history::CampaignHistory;
use crate::plan::{LetterCounts, Orders, PlannedLetter};
use crate::project::environment;
use crate::records::values::CampaignId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

/// What is planned, and as of when.
#[derive(Clone, Copy)]
pub struct PlanRequest<'a> {
    /// What the check of the project found.
    pub check: &'a CheckOutcome,
    /// The project, with all its files read.
    pub workspace: &'a Workspace,
    /// Identifier of the campaign.
    pub campaign: Option<&'a CampaignId>,
    /// The day whose rules are asked about; those of today without it.
    pub as_of: Option<Date>,
    /// The day it is.
    pub today: Date,
    /// The moment it is.
    pub now: Timestamp,
    /// Number of worker threads.
    pub jobs: usize,
}

/// What would be done.
#[derive(Clone, Debug, Serialize)]
pub struct PlanOutcome {
    /// The day whose rules were asked about.
    pub as_of: Option<Date>,
    /// How many letters there are of each kind.
    pub letters: LetterCounts,
    /// How many messages would be sent.
    pub messages: MessageCounts,
    /// What waits for an approval, and what changed since one was given, where one is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<ApprovalState>,
    /// Messages that are not as the records are now, and why: `send` would not send them.
    pub outdated: Vec<OutdatedMessage>,
    /// The schools without a referent, by state.
    pub without_referent: Value,
    /// The same in one sentence, if there are any.
    #[serde(skip)]
    pub designations: Option<String>,
    /// The messages to referents, by state; none where they get none of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referent_messages: Option<Value>,
    /// The same in one sentence.
    #[serde(skip)]
    pub to_referents: Option<String>,
    /// What would be done with each letter, by reference.
    pub actions: Vec<PlannedLetter>,
    /// Heads who come into office later: nothing changes for them before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coming_heads: Vec<ComingHead>,
    /// Rules that change after the rules' date, so that no letter follows them.
    pub problems: Vec<LocatedProblem>,
    /// What cannot be rendered.
    #[serde(skip)]
    pub failures: Vec<PlanFailure>,
    /// How many letters cannot be made.
    #[serde(skip)]
    pub failed: usize,
}

/// Plans a campaign. `progress` is told after each message how many letters it held.
///
/// # Errors
/// The ledger cannot be read.
pub fn plan(
    resolved: &ResolvedCampaign<'_>,
    ledger: Option<&Ledger>,
    request: &PlanRequest<'_>,
    progress: impl FnMut(usize) + Send,
) -> Result<PlanOutcome, LedgerError> {
    let id = resolved.desired.campaign.id.as_str();
    let history = match ledger {
        Some(ledger) => ledger.history(id)?,
        None => CampaignHistory::default(),
    };
    let plan = match request.as_of.filter(|_| history.letters.is_empty()) {
        // Nothing was made yet: the question is what another date would change.
        Some(_) => against_today(resolved, request, progress)?,
        None => plan_against(resolved, &history, ledger, request, progress),
    };
    let asked = DesignationStatus::of(resolved, &history, request.today);
    let told = ReferentMessageStatus::of(resolved, &history, None);
    Ok(PlanOutcome {
        without_referent: asked.to_json(),
        designations: asked.sentence(),
        referent_messages: told.as_ref().map(ReferentMessageStatus::to_json),
        to_referents: told.as_ref().map(ReferentMessageStatus::sentence),
        as_of: request.as_of,
        letters: plan.counts(),
        messages: plan.messages,
        approval: plan.approval,
        outdated: plan.outdated,
        actions: plan.letters,
        coming_heads: request.workspace.coming_heads.clone(),
        problems: request.check.problems.iter().filter(|one| one.code == COPIED).cloned().collect(),
        failures: plan.failures,
        failed: plan.failed,
    })
}

fn plan_against(
    resolved: &ResolvedCampaign<'_>,
    history: &CampaignHistory,
    ledger: Option<&Ledger>,
    request: &PlanRequest<'_>,
    progress: impl FnMut(usize) + Send,
) -> CampaignPlan {
    let orders = Orders::default();
    let evaluator = LetterEvaluator::new(resolved, history, ledger, &orders, request.today);
    plan_campaign::plan(&evaluator, request.now, request.jobs, progress)
}

/// What the rules of a date would change compared with those of today. Today's letters are written
/// into a temporary ledger for that.
fn against_today(
    resolved: &ResolvedCampaign<'_>,
    request: &PlanRequest<'_>,
    progress: impl FnMut(usize) + Send,
) -> Result<CampaignPlan, LedgerError> {
    let today = request.today;
    let (now, _) = resolve(request.workspace, request.campaign, ResolveOptions::today(today));
    let Some(now) = now else { return Ok(CampaignPlan::default()) };
    let folder = tempfile::tempdir()?;
    let simulated = SimulatedTime { day: today, moment: None };
    let actor = Actor { state: None, ..environment::actor(Some(&simulated)) };
    let (ledger, _) = Ledger::open(folder.path(), actor, false)?;
    write_baseline(&now, &ledger, &Orders::default(), today, request.jobs)?;
    let history = ledger.history(resolved.desired.campaign.id.as_str())?;
    Ok(plan_against(resolved, &history, Some(&ledger), request, progress))
}
