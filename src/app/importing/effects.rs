//! What a change of records would do to letters: every open campaign is planned with the records as they
//! are, and as they would be.

use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::letters::plan_campaign::{self, CampaignPlan};
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::workspace::Workspace;
use crate::diagnostic::{Problem, Sources};
use crate::import::existing_records::RecordFile;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::action::Action;
use crate::plan::orders::Orders;
use crate::project::folder::Project;
use crate::project::load::Loaded;
use crate::records::campaign::Campaign;
use crate::records::values::CampaignId;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What a change of records does to letters, each by its reference.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// Letters handed over that would be issued again: corrected, amended or ended.
    pub reissued: Vec<String>,
    /// Letters handed over that would be sent once more, unchanged, to a new head.
    pub readdressed: Vec<String>,
    /// Letters that nothing would call for any more.
    pub withdrawn: Vec<String>,
    /// Errors that the records would have and have not now.
    pub errors: Vec<Problem>,
    /// The new texts, which the errors point into.
    pub sources: Sources,
}

/// When and how the campaigns are planned.
#[derive(Clone, Copy, Debug)]
pub struct PlanningOptions {
    /// The day it is.
    pub today: Date,
    /// The moment it is.
    pub now: Timestamp,
    /// On how many workers.
    pub jobs: usize,
}

/// Plans every open campaign with the records as they are and with new texts of some files, by path.
/// Without a ledger no letter was handed over, and the records are only checked.
pub fn effects(
    project: &Project,
    ledger: Option<&Ledger>,
    texts: &BTreeMap<String, RecordFile>,
    options: PlanningOptions,
) -> Result<Effects, LedgerError> {
    let new_texts: BTreeMap<String, String> =
        texts.iter().map(|(path, file)| (path.clone(), file.text.clone())).collect();
    let mut before = workspace_with(project, &BTreeMap::new());
    let mut after = workspace_with(project, &new_texts);
    // A head who comes later changes nothing yet.
    before.keep_heads_in_office(options.today);
    after.keep_heads_in_office(options.today);
    let mut effects = Effects::default();
    let mut known: BTreeSet<(&'static str, String)> = BTreeSet::new();
    let mut found: Vec<Problem> = Vec::new();
    for id in open_campaigns(&after, options.today) {
        let resolve_options =
            ResolveOptions { beforehand: false, ..ResolveOptions::today(options.today) };
        let (old, old_problems) = resolve(&before, id, resolve_options);
        let (new, new_problems) = resolve(&after, id, resolve_options);
        known.extend(old_problems.iter().map(|problem| (problem.code, problem.message.clone())));
        found.extend(new_problems.into_iter().filter(Problem::is_error));
        if let (Some(old), Some(new), Some(ledger), Some(id)) = (old, new, ledger, id) {
            compare_plans(id, &old, &new, ledger, options, &mut effects)?;
        }
    }
    found.retain(|problem| !known.contains(&(problem.code, problem.message.clone())));
    effects.errors = found;
    effects.sources = after.loaded.sources.clone();
    Ok(effects)
}

fn workspace_with(project: &Project, new_texts: &BTreeMap<String, String>) -> Workspace {
    let loaded = Loaded::read_with(project, new_texts);
    Workspace {
        project: project.clone(),
        loaded,
        except: Default::default(),
        coming_heads: Vec::new(),
    }
}

/// Without a campaign the records are still checked against each other.
fn open_campaigns(workspace: &Workspace, today: Date) -> Vec<Option<&CampaignId>> {
    let campaigns = workspace.loaded.records.campaigns.iter();
    let open: Vec<&Campaign> = campaigns.filter(|campaign| !campaign.is_closed(today)).collect();
    match open.as_slice() {
        [] => vec![None],
        some => some.iter().map(|campaign| Some(&campaign.id.value)).collect(),
    }
}

fn compare_plans(
    id: &CampaignId,
    old: &ResolvedCampaign<'_>,
    new: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    options: PlanningOptions,
    effects: &mut Effects,
) -> Result<(), LedgerError> {
    let history = ledger.history(id.as_str())?;
    if history.letters.values().all(|letter| letter.issued.is_none()) {
        return Ok(());
    }
    let orders = Orders::default();
    let plan = |campaign| {
        let evaluator =
            LetterEvaluator::new(campaign, &history, Some(ledger), &orders, options.today);
        plan_campaign::plan(&evaluator, options.now, options.jobs, |_| {})
    };
    list_differences(&plan(old), &plan(new), effects);
    Ok(())
}

fn list_differences(before: &CampaignPlan, after: &CampaignPlan, effects: &mut Effects) {
    let before: BTreeMap<&str, Action> =
        before.letters.iter().map(|letter| (letter.reference.as_str(), letter.action)).collect();
    for letter in &after.letters {
        if before.get(letter.reference.as_str()) == Some(&letter.action) {
            continue;
        }
        let list = match letter.action {
            Action::Reissue | Action::End => &mut effects.reissued,
            Action::Readdress => &mut effects.readdressed,
            Action::Withdraw => &mut effects.withdrawn,
            _ => continue,
        };
        list.push(letter.reference.clone());
    }
}
