//! What follows a return: reminders of letters that came back leave the outbox, and the account of the
//! campaign has to balance.

use crate::app::error::{ErrorKind, UserError};
use crate::app::returns::settle::{SettleError, SettledMessage, settle};
use crate::app::sending::outbox_file::{NotRemoved, empty_outbox};
use crate::app::sending::reminders::due_reminders;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::account::Account;
use crate::plan::history::MessageEntry;
use crate::project::folder::Project;
use jiff::civil::Date;

/// What went wrong after a return was written down.
#[derive(Debug, thiserror::Error)]
pub enum AfterReturnError {
    /// A reminder is withdrawn in the ledger, and its file is still in the outbox.
    #[error("{0}")]
    OutboxNotEmptied(#[from] NotRemoved),
    /// The account of the letters is wrong.
    #[error("le compte des lettres ne tombe pas juste")]
    NotBalanced,
    /// The ledger.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl From<SettleError> for AfterReturnError {
    fn from(error: SettleError) -> Self {
        match error {
            SettleError::OutboxNotEmptied(error) => error.into(),
            SettleError::Ledger(error) => error.into(),
        }
    }
}

impl UserError for AfterReturnError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Environment
    }

    fn todo(&self) -> String {
        match self {
            Self::OutboxNotEmptied(error) => error.todo(),
            Self::NotBalanced => "lancer « missive ledger verify »".to_owned(),
            Self::Ledger(error) => UserError::todo(error),
        }
    }
}

/// Where a return is written down.
#[derive(Clone, Copy)]
pub struct ReturnsContext<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its ledger, open for writing.
    pub ledger: &'a Ledger,
    /// The day it is.
    pub day: Date,
}

/// What followed a return that was written down.
#[derive(Debug, Default)]
pub struct AfterReturn {
    /// Reminders that were taken out of the outbox.
    pub withdrawn: usize,
    /// Messages whose letters came back although nobody said that they had left.
    pub settled: Vec<SettledMessage>,
    /// What went wrong then; the return stays written down.
    pub failure: Option<AfterReturnError>,
}

impl ReturnsContext<'_> {
    /// Does what follows a return of a campaign.
    pub(super) fn after_return(self, campaign: &str) -> AfterReturn {
        let mut after = AfterReturn::default();
        after.failure = self.follow(campaign, &mut after).err();
        after
    }

    fn follow(self, campaign: &str, after: &mut AfterReturn) -> Result<(), AfterReturnError> {
        after.settled = settle(self.project, self.ledger, campaign, self.day)?;
        after.withdrawn = withdraw_reminders(self.ledger, self.project, campaign, self.day)?;
        ensure_balanced(self.ledger, campaign)
    }
}

/// Takes the reminders of a campaign out of the outbox that ask for letters which came back meanwhile;
/// gives how many.
pub(super) fn withdraw_reminders(
    ledger: &Ledger,
    project: &Project,
    campaign: &str,
    day: Date,
) -> Result<usize, AfterReturnError> {
    let history = ledger.history(campaign)?;
    let settled: Vec<MessageEntry> =
        due_reminders::answered_deposits(&history).into_iter().cloned().collect();
    if settled.is_empty() {
        return Ok(0);
    }
    ledger.write(|change| settled.iter().try_for_each(|message| change.retire(message.id)))?;
    empty_outbox(project, &[campaign.to_owned()], &settled, day)?;
    Ok(settled.len())
}

/// Checks that the account of a campaign balances, as it must after each command that writes.
pub(super) fn ensure_balanced(ledger: &Ledger, campaign: &str) -> Result<(), AfterReturnError> {
    let history = ledger.history(campaign)?;
    match Account::of(&history, []).is_balanced(&history) {
        true => Ok(()),
        false => Err(AfterReturnError::NotBalanced),
    }
}
