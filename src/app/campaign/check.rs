//! `check`: all problems of a project, and the counts of its campaign.
//!
//! Serialized, [`CheckOutcome`] is the `check` part of the JSON documents.

use crate::app::approval::approval_state::ApprovalState;
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::workspace::Workspace;
use crate::diagnostic::{LocatedProblem, Problem};
use crate::ledger::{Ledger, LedgerError};
use crate::records::values::CampaignId;
use serde::Serialize;

/// What a check found.
#[derive(Clone, Debug, Serialize)]
pub struct CheckOutcome {
    /// Errors and warnings, in reading order.
    pub problems: Vec<LocatedProblem>,
    /// Number of records, letters and problems.
    pub counts: CheckCounts,
    /// Names that the user left out and that are known.
    pub left_out: Vec<String>,
    /// What would make the campaign safer; no problem, and nothing waits for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<CheckAdvice>,
    /// What waits for an approval, where one is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<Box<ApprovalState>>,
    /// What `--except` did, if it was given.
    #[serde(skip)]
    pub except: Option<ExceptOutcome>,
    /// Whether the campaign could be resolved: without errors it can.
    #[serde(skip)]
    pub is_resolved: bool,
}

/// What would make a campaign safer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckAdvice {
    /// Messages go over a relay without a control copy: after a loss nothing else tells what had left.
    ControlCopy,
}

impl CheckAdvice {
    fn on(resolved: &ResolvedCampaign<'_>) -> Vec<Self> {
        let mail = &resolved.settings.mail;
        let is_missing = resolved.relay_settings().is_some() && mail.control_copy.is_none();
        is_missing.then_some(Self::ControlCopy).into_iter().collect()
    }
}

/// What was counted. Letters are 0 where the campaign could not be resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckCounts {
    /// Number of schools in the records.
    pub establishments: usize,
    /// Number of referents in the records.
    pub referents: usize,
    /// Letters that the campaign calls for.
    pub letters: usize,
    /// Those among them that are made but may not be sent.
    pub blocked: usize,
    /// Assignments that do not touch the campaign's school year.
    pub other_years: usize,
    /// Number of errors.
    pub errors: usize,
    /// Number of warnings.
    pub warnings: usize,
}

/// What a person left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExceptOutcome {
    /// The names as the user typed them.
    pub names: Vec<String>,
    /// Letters left out; unknown where the campaign could not be resolved.
    pub letters: Option<usize>,
    /// The same, by name.
    pub labels: Vec<String>,
}

impl CheckOutcome {
    /// Whether there is an error. With one, nothing is written or sent.
    pub fn has_errors(&self) -> bool {
        self.counts.errors > 0
    }
}

/// Checks a project, and resolves the campaign if there is no error.
pub fn check<'w>(
    workspace: &'w Workspace,
    campaign: Option<&CampaignId>,
    options: ResolveOptions,
) -> (Option<ResolvedCampaign<'w>>, CheckOutcome) {
    let (resolved, problems) = resolve(workspace, campaign, options);
    let outcome = outcome(workspace, resolved.as_ref(), &problems);
    (resolved, outcome)
}

/// What waits for an approval in the ledger, where one is asked for.
pub fn approval(
    resolved: &ResolvedCampaign<'_>,
    ledger: Option<&Ledger>,
) -> Result<Option<Box<ApprovalState>>, LedgerError> {
    let Some(ledger) = ledger else { return Ok(None) };
    let history = ledger.history(resolved.desired.campaign.id.as_str())?;
    Ok(ApprovalState::of_ledger(resolved, &history).map(Box::new))
}

/// What a check found, from the problems of a campaign that was resolved, or could not be.
pub fn outcome(
    workspace: &Workspace,
    resolved: Option<&ResolvedCampaign<'_>>,
    problems: &[Problem],
) -> CheckOutcome {
    let records = &workspace.loaded.records;
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let mut counts = CheckCounts {
        establishments: records.establishments.len(),
        referents: records.referents.len(),
        errors,
        warnings: problems.len() - errors,
        ..CheckCounts::default()
    };
    if let Some(resolved) = resolved {
        let letters = &resolved.desired.letters;
        counts.letters = letters.len();
        counts.blocked = letters.iter().filter(|letter| letter.is_blocked()).count();
        counts.other_years = resolved.desired.other_years;
    }
    CheckOutcome {
        problems: problems
            .iter()
            .map(|problem| LocatedProblem {
                subject: problem.span.and_then(|place| records.subject_at(place)),
                ..problem.located(&workspace.loaded.sources)
            })
            .collect(),
        counts,
        left_out: resolved.map(|resolved| resolved.left_out.clone()).unwrap_or_default(),
        approval: None,
        advice: resolved.map(CheckAdvice::on).unwrap_or_default(),
        except: (!workspace.except.is_empty()).then(|| ExceptOutcome {
            labels: workspace.left_out_labels(),
            names: workspace.except.names(),
            letters: resolved.map(|resolved| resolved.desired.left_out),
        }),
        is_resolved: resolved.is_some(),
    }
}
