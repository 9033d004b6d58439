//! One pass over a campaign with its ledger: make, withdraw, deposit, sweep.

use crate::app::generate::make_documents::{self, Order, Outcome};
use crate::app::generate::withdraw::{sweep, withdraw};
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::deposit::{DepositRequest, deposit};
use crate::app::sending::queue::freeze::FreezeContext;
use crate::app::sending::write_send_log::restore_log;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::Orders;
use crate::plan::account::Account;
use crate::plan::history::CampaignHistory;
use jiff::civil::Date;

/// What a pass ended with.
pub struct PassOutcome {
    /// What was done.
    pub outcome: Outcome,
    /// Letters that left the campaign.
    pub withdrawn: Vec<String>,
    /// The account after it, if there is a ledger.
    pub account: Option<Account>,
    /// What the ledger knows after it, if there is one.
    pub past: Option<CampaignHistory>,
}

/// Makes what a campaign calls for; without a ledger it is a rehearsal.
pub fn perform(
    resolved: &ResolvedCampaign<'_>,
    ledger: Option<&Ledger>,
    order: &Order,
    orders: &Orders,
    today: Date,
    progress: impl FnMut(usize) + Send,
) -> Result<PassOutcome, LedgerError> {
    let campaign = resolved.desired.campaign.id.as_str();
    let read =
        || ledger.map_or_else(|| Ok(CampaignHistory::default()), |ledger| ledger.history(campaign));
    let past = read()?;
    let evaluator = LetterEvaluator::new(resolved, &past, ledger, orders, today);
    if let Some(ledger) = ledger {
        restore_log(resolved, ledger, order.day)?;
    }
    let mut outcome = make_documents::produce(&evaluator, order, progress);
    let mut withdrawn = Vec::new();
    let Some(ledger) = ledger else {
        if order.sweep && outcome.stopped.is_none() {
            sweep(&evaluator, None, order, &mut outcome);
        }
        return Ok(PassOutcome { outcome, withdrawn, account: None, past: None });
    };
    if outcome.stopped.is_none() {
        let mut past = read()?;
        if order.sweep {
            withdrawn = withdraw(&evaluator, ledger, &past, order, &mut outcome);
            if !withdrawn.is_empty() {
                past = read()?;
            }
        }
        let context = FreezeContext { resolved, ledger, history: &past };
        let request = DepositRequest {
            only: order.only.as_ref(),
            ready: order.deposit,
            limit: order.limit,
            jobs: order.jobs,
            day: order.day,
        };
        outcome.add_deposits(deposit(&context, request));
    }
    let past = read()?;
    if order.sweep && outcome.stopped.is_none() {
        sweep(&evaluator, Some(&past), order, &mut outcome);
    }
    // What a stopped run left in the store, and what nothing needs any more, goes.
    let cleaned = ledger.clean();
    if outcome.stopped.is_none() {
        cleaned?;
    }
    let references: Vec<String> =
        resolved.desired.letters.iter().map(|letter| letter.reference.to_string()).collect();
    let account = Account::of(&past, references.iter().map(String::as_str));
    if !account.is_balanced(&past) {
        return Err(LedgerError::Corrupt("le compte des lettres ne tombe pas juste".to_owned()));
    }
    Ok(PassOutcome { outcome, withdrawn, account: Some(account), past: Some(past) })
}

/// Makes the rows of a campaign, but no files: what a question about other rules is held against.
pub fn baseline(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    orders: &Orders,
    today: Date,
    jobs: usize,
) -> Result<(), LedgerError> {
    let past = CampaignHistory::default();
    let evaluator = LetterEvaluator::new(resolved, &past, Some(ledger), orders, today);
    make_documents::rows_only(&evaluator, jobs)
}
