//! One pass over a campaign: makes what it calls for, withdraws what it no longer calls for, deposits
//! messages, and removes files that nothing needs.
//!
//! Workers compare letters with the ledger, render what is new and put it in the store; this thread
//! writes the rows. Must not know the terminal.

use super::made_message::MadeMessage;
use super::make_documents::DocumentMaker;
use super::outcome::{GenerateOutcome, GenerateRequest, PutBack};
use super::withdraw::{sweep_files, withdraw_letters};
use super::write_rows::RowWriter;
use crate::app::error::UserError as _;
use crate::app::failure::{DocumentFailure, StopCause};
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::letters::plan_campaign::PlanFailure;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::returns::settle::{SettleError, settle};
use crate::app::sending::deposit::{DepositRequest, deposit};
use crate::app::sending::designations::deposit_requests::withdraw_answered;
use crate::app::sending::queue::freeze::FreezeContext;
use crate::app::sending::referents::deposit_referent_messages::{
    ReferentDepositRequest, deposit_referent_messages, withdraw_referent_messages,
};
use crate::app::sending::refusal::SendRefusal;
use crate::app::sending::write_send_log::restore_log;
use crate::diagnostic::{Problem, Span};
use crate::ledger::{Ledger, LedgerError};
use crate::plan::account::Account;
use crate::plan::history::CampaignHistory;
use crate::plan::{Action, Orders};
use crate::project::output_folders::OutputFolders;
use crate::render::template_names::REFERENT;
use crate::render::worker_pool;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// A pass, with what the ledger knows after it.
pub struct PassOutcome {
    /// What the pass did.
    pub outcome: GenerateOutcome,
    /// The ledger after it; a rehearsal has none.
    pub after: Option<LedgerAfter>,
}

/// The ledger after a pass.
pub struct LedgerAfter {
    /// Each letter in one state.
    pub account: Account,
    /// Letters, revisions and messages.
    pub history: CampaignHistory,
}

/// Makes what a campaign calls for; without a ledger it is a rehearsal. `progress` gets the
/// number of letters of each message once it is made.
pub fn run(
    resolved: &ResolvedCampaign<'_>,
    ledger: Option<&Ledger>,
    request: &GenerateRequest,
    orders: &Orders,
    progress: impl FnMut(usize) + Send,
) -> Result<PassOutcome, LedgerError> {
    let Some(ledger) = ledger else {
        return Ok(PassOutcome {
            outcome: rehearse(resolved, request, orders, progress),
            after: None,
        });
    };
    let campaign = resolved.desired.campaign.id.as_str();
    let day = request.day;
    // What came back need not go; its return may have been filed by an earlier version.
    let settled = match settle(resolved.project, ledger, campaign, day) {
        Ok(settled) => settled,
        Err(SettleError::Ledger(error)) => return Err(error),
        // The sweep below takes its file out of the outbox.
        Err(SettleError::OutboxNotEmptied(_)) => Vec::new(),
    };
    let history = ledger.history(campaign)?;
    let evaluator = LetterEvaluator::new(resolved, &history, Some(ledger), orders, day);
    restore_log(resolved, ledger, day)?;
    let mut outcome = make_all(&evaluator, request, progress);
    outcome.settled = settled;
    if outcome.stopped.is_none() {
        let mut history = ledger.history(campaign)?;
        if request.sweep {
            withdraw_letters(resolved, ledger, &history, day, &mut outcome);
            let answered = withdraw_answered(resolved, ledger, &history, day)?;
            let outdated = withdraw_referent_messages(resolved, ledger, &history)?;
            if answered || outdated || !outcome.withdrawn.is_empty() {
                history = ledger.history(campaign)?;
            }
        }
        let context = FreezeContext { resolved, ledger, history: &history };
        let deposits = DepositRequest {
            only: request.only.as_ref(),
            // What an older ledger does not know may have left already.
            ready: request.deposit && !ledger.lacks_known_events(),
            limit: request.limit,
            jobs: request.jobs,
            day,
            is_stopped: outcome.stopped.is_some(),
        };
        let doubt = ledger.doubt_of_deposits()?;
        outcome.add_deposits(deposit(&context, deposits));
        outcome.put_back = doubt.and_then(|doubt| PutBack::of(&outcome.deposited, doubt));
        if deposits.ready && outcome.stopped.is_none() {
            deposit_to_referents(&context, deposits, &mut outcome);
        }
    }
    let history = ledger.history(campaign)?;
    if request.sweep && outcome.stopped.is_none() {
        sweep_files(resolved, Some(&history), day, &mut outcome);
    }
    // What a stopped run left in the store, and what nothing needs any more, goes.
    let cleaned = ledger.clean();
    if outcome.stopped.is_none() {
        cleaned?;
    }
    let letters = resolved.desired.letters.iter();
    let references: Vec<String> = letters.map(|letter| letter.reference.to_string()).collect();
    let account = Account::of(&history, references.iter().map(String::as_str));
    if !account.is_balanced(&history) {
        return Err(LedgerError::Corrupt("le compte des lettres ne tombe pas juste".to_owned()));
    }
    Ok(PassOutcome { outcome, after: Some(LedgerAfter { account, history }) })
}

/// Deposits what is due to referents, as far as the limit goes.
fn deposit_to_referents(
    context: &FreezeContext<'_>,
    deposits: DepositRequest<'_>,
    outcome: &mut GenerateOutcome,
) {
    let FreezeContext { resolved, ledger, history } = *context;
    let taken = outcome.deposited.iter().filter(|message| message.is_new).count();
    let limit = deposits.limit.map(|limit| limit.saturating_sub(taken));
    let request = ReferentDepositRequest { only: deposits.only, limit, day: deposits.day };
    match deposit_referent_messages(resolved, ledger, history, request) {
        Ok(deposited) => outcome.add_referent_deposits(&resolved.output, deposited),
        Err(SendRefusal::Ledger(error)) => outcome.stop(error),
        Err(refusal) => {
            let problem = Problem::error("E-TEMPLATE", refusal.to_string()).help(refusal.todo());
            let problem = problem.located(resolved.sources);
            let names = vec![REFERENT.to_owned()];
            outcome.kept_back += 1;
            outcome.failures.push(DocumentFailure { problem, names });
        }
    }
}

fn rehearse(
    resolved: &ResolvedCampaign<'_>,
    request: &GenerateRequest,
    orders: &Orders,
    progress: impl FnMut(usize) + Send,
) -> GenerateOutcome {
    let history = CampaignHistory::default();
    let evaluator = LetterEvaluator::new(resolved, &history, None, orders, request.day);
    let evaluator = evaluator.rehearsing(&request.late);
    let mut outcome = make_all(&evaluator, request, progress);
    if request.sweep && outcome.stopped.is_none() {
        sweep_files(resolved, None, request.day, &mut outcome);
    }
    outcome
}

/// Alike failures together, by place, code and sentence.
type Failures = BTreeMap<(Option<Span>, String), DocumentFailure>;

/// Makes the documents of all chosen messages, with their rows where there is a ledger.
fn make_all(
    evaluator: &LetterEvaluator<'_>,
    request: &GenerateRequest,
    mut progress: impl FnMut(usize) + Send,
) -> GenerateOutcome {
    let resolved = evaluator.resolved;
    let mut outcome =
        GenerateOutcome { left_out: resolved.left_out.clone(), ..GenerateOutcome::default() };
    let folders = OutputFolders::new(resolved.project, &resolved.output, evaluator.ledger)
        .rewriting(request.force);
    if let Err(error) = folders.create(resolved.desired.rehearsal.is_none()) {
        outcome.stop(error);
        return outcome;
    }
    let compiled_before = resolved.engine.compiled();
    let mailings = &resolved.desired.mailings;
    let chosen: Vec<usize> = match &request.only {
        Some(only) => only.iter().copied().collect(),
        None => (0..mailings.len()).collect(),
    };
    let maker = DocumentMaker { evaluator, folders: &folders };
    let mut writer = RowWriter::new(evaluator, &folders, request.day);
    let mut failures = Failures::new();
    let stop = AtomicBool::new(false);
    let work = |at: usize| {
        let made = maker.make(&mailings[chosen[at]]);
        if made.stopped.is_some() {
            stop.store(true, Ordering::Relaxed);
        }
        made
    };
    let is_started = worker_pool::run(chosen.len(), request.jobs, &stop, work, |at, made| {
        let mailing = &mailings[chosen[at]];
        progress(mailing.letters.len());
        let mut made = made.unwrap_or_else(|| MadeMessage::panicked(resolved, mailing));
        let error = made.stopped.take();
        add_message(resolved, &mut outcome, &mut failures, &mut made);
        match error {
            Some(error) => outcome.stop(error),
            None => writer.add(made, &mut outcome),
        }
        if outcome.stopped.is_some() {
            stop.store(true, Ordering::Relaxed);
        }
    });
    writer.write(&mut outcome);
    if !is_started {
        outcome.stopped = Some(StopCause::NoThread);
    }
    outcome.failures = failures.into_values().collect();
    for failure in &mut outcome.failures {
        failure.names.sort();
    }
    outcome.withdrawn_messages.sort();
    outcome.long.sort();
    outcome.edited.sort();
    outcome.changes.sort_by(|a, b| a.reference.cmp(&b.reference));
    outcome.compiled = resolved.engine.compiled() - compiled_before;
    outcome
}

/// Adds what making one message gave. Its rows stay where they are.
fn add_message(
    resolved: &ResolvedCampaign<'_>,
    outcome: &mut GenerateOutcome,
    failures: &mut Failures,
    made: &mut MadeMessage<'_>,
) {
    outcome.letters.add(made.letters);
    outcome.covers.add(made.covers);
    outcome.files.append(&mut made.files);
    outcome.edited.append(&mut made.edited);
    outcome.long.append(&mut made.long);
    outcome.kept_back += usize::from(made.is_kept_back);
    outcome.blocked_messages += usize::from(made.is_blocked);
    outcome.unsigned += made.unsigned;
    outcome.voided.append(&mut made.voided);
    for row in &made.letter_rows {
        let planned = &row.decision.planned;
        if planned.action != Action::Keep || planned.note.is_some() {
            outcome.changes.push(planned.clone());
        }
    }
    for PlanFailure { problem, name } in made.failures.drain(..) {
        add_failure(failures, resolved, &problem, name);
    }
}

fn add_failure(
    failures: &mut Failures,
    resolved: &ResolvedCampaign<'_>,
    problem: &Problem,
    name: String,
) {
    let key = (problem.span, format!("{}{}", problem.code, problem.message));
    let alike = failures.entry(key).or_insert_with(|| DocumentFailure {
        problem: problem.located(resolved.sources),
        names: Vec::new(),
    });
    alike.names.push(name);
}
