//! Messages that returns settle: a signed copy proves that the school has the letter. The letter counts as
//! handed over by another way, its message is replaced, and other letters in it get a message of their own.

use crate::app::sending::outbox_file::{NotRemoved, empty_outbox};
use crate::ledger::{Ledger, LedgerError};
use crate::plan::history::{MessageEntry, MessageState};
use crate::plan::settlement::{Settlement, settlements};
use crate::project::folder::Project;
use jiff::civil::Date;
use serde::Serialize;

/// A message with letters that came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettledMessage {
    /// Its Message-ID, once its bytes were frozen.
    pub message_id: Option<String>,
    /// The state it was in.
    pub state: MessageState,
    /// References of its letters that came back.
    pub letters: Vec<String>,
    /// References of its other letters.
    pub others: Vec<String>,
    /// Whether a person has to say first what became of it: then nothing was changed.
    pub needs_a_person: bool,
}

impl SettledMessage {
    fn of(settlement: &Settlement<'_>) -> Self {
        Self {
            message_id: settlement.message.message_id.clone(),
            state: settlement.message.state,
            letters: settlement.proven.iter().map(|proven| proven.reference.clone()).collect(),
            others: settlement.others.clone(),
            needs_a_person: settlement.needs_a_person(),
        }
    }
}

/// Why a settlement is not complete.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The file of a settled message is still in the outbox.
    #[error("{0}")]
    OutboxNotEmptied(#[from] NotRemoved),
    /// The ledger.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

/// Settles the messages of a campaign whose letters came back. Those that a person has to speak about first are
/// given too, as they are.
pub fn settle(
    project: &Project,
    ledger: &Ledger,
    campaign: &str,
    day: Date,
) -> Result<Vec<SettledMessage>, SettleError> {
    let history = ledger.history(campaign)?;
    let found = settlements(&history);
    let settled: Vec<&Settlement<'_>> =
        found.iter().filter(|settlement| !settlement.needs_a_person()).collect();
    if !settled.is_empty() {
        ledger.write(|change| {
            settled.iter().try_for_each(|settlement| {
                settlement.proven.iter().try_for_each(|proven| change.settle(proven))?;
                change.replace(settlement.message.id, WHY)
            })
        })?;
        let messages: Vec<MessageEntry> =
            settled.iter().map(|settlement| settlement.message.clone()).collect();
        empty_outbox(project, &[campaign.to_owned()], &messages, day)?;
    }
    Ok(found.iter().map(SettledMessage::of).collect())
}

/// Why a message is replaced, as the ledger keeps it.
pub const WHY: &str = "la lettre est revenue signée : elle est arrivée autrement";
