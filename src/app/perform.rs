//! One pass over a campaign with its ledger: make, withdraw, deposit, sweep.

use super::consider::Comparer;
use super::produce::{self, Order, Outcome};
use super::{Job, deposit};
use crate::ledger::{Ledger, LedgerError};
use crate::plan::Orders;
use crate::plan::account::Account;
use crate::plan::past::Past;
use jiff::civil::Date;

/// What a pass ended with.
pub struct Performed {
    /// What was done.
    pub outcome: Outcome,
    /// Letters that left the campaign.
    pub withdrawn: Vec<String>,
    /// The account after it, if there is a ledger.
    pub account: Option<Account>,
    /// What the ledger knows after it, if there is one.
    pub past: Option<Past>,
}

/// Makes what a campaign calls for; without a ledger it is a rehearsal.
pub fn perform(
    job: &Job<'_>,
    ledger: Option<&Ledger>,
    order: &Order,
    orders: &Orders,
    today: Date,
    progress: impl FnMut(usize) + Send,
) -> Result<Performed, LedgerError> {
    let campaign = job.desired.campaign.id.as_str();
    let read = || ledger.map_or_else(|| Ok(Past::default()), |ledger| ledger.past(campaign));
    let past = read()?;
    let comparer = Comparer::new(job, &past, ledger, orders, today);
    if let Some(ledger) = ledger {
        deposit::restore_log(&comparer, ledger, order)?;
    }
    let mut outcome = produce::produce(&comparer, order, progress);
    let mut withdrawn = Vec::new();
    let Some(ledger) = ledger else {
        if order.sweep && outcome.stopped.is_none() {
            deposit::sweep(&comparer, None, order, &mut outcome);
        }
        return Ok(Performed { outcome, withdrawn, account: None, past: None });
    };
    if outcome.stopped.is_none() {
        let mut past = read()?;
        if order.sweep {
            withdrawn = deposit::withdraw(&comparer, ledger, &past, order, &mut outcome);
            if !withdrawn.is_empty() {
                past = read()?;
            }
        }
        deposit::deposit(&comparer, ledger, &past, order, &mut outcome);
    }
    let past = read()?;
    if order.sweep && outcome.stopped.is_none() {
        deposit::sweep(&comparer, Some(&past), order, &mut outcome);
    }
    // What a stopped run left in the store, and what nothing needs any more, goes.
    let cleaned = ledger.clean();
    if outcome.stopped.is_none() {
        cleaned?;
    }
    let references: Vec<String> =
        job.desired.letters.iter().map(|letter| letter.reference.to_string()).collect();
    let account = Account::of(&past, references.iter().map(String::as_str));
    if !account.is_balanced(&past) {
        return Err(LedgerError::Spoilt("le compte des lettres ne tombe pas juste".to_owned()));
    }
    Ok(Performed { outcome, withdrawn, account: Some(account), past: Some(past) })
}

/// Makes the rows of a campaign, but no files: what a question about other rules is held against.
pub fn baseline(
    job: &Job<'_>,
    ledger: &Ledger,
    orders: &Orders,
    today: Date,
    jobs: usize,
) -> Result<(), LedgerError> {
    let past = Past::default();
    let comparer = Comparer::new(job, &past, Some(ledger), orders, today);
    produce::rows_only(&comparer, jobs)
}
