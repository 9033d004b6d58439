//! Reminders into the outbox, for a person to send.

use super::due_reminders::due_reminders;
use super::make_reminders::{ReminderMaker, check_template};
use super::send_reminders::NothingDue;
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::queue::rendered_message::{MakeError, write_files};
use crate::app::sending::refusal::SendRefusal;
use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::mail::message::SendMethod;
use crate::plan::Orders;
use crate::project::outbox::Outbox;
use crate::render::template_names::REMINDER;
use serde::Serialize;
use std::collections::BTreeSet;

/// What was done with the reminders that are due.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemindersDeposited {
    /// So many are in the outbox now.
    Deposited(usize),
    /// None was due.
    Nothing(NothingDue),
}

/// Makes the reminders that are due to the chosen mailings, and puts them in the outbox.
pub fn deposit_reminders(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    only: Option<&BTreeSet<usize>>,
    limit: Option<usize>,
    clock: &Clock,
) -> Result<RemindersDeposited, SendRefusal> {
    if ledger.lacks_known_events() {
        return Err(SendRefusal::LedgerOlder);
    }
    check_template(resolved)?;
    let campaign = resolved.desired.campaign.id.as_str();
    let history = ledger.history(campaign)?;
    let orders = Orders::default();
    let evaluator = LetterEvaluator::new(resolved, &history, Some(ledger), &orders, clock.day());
    let mut due = due_reminders(resolved, &history, only, clock.day());
    due.fresh.truncate(limit.unwrap_or(usize::MAX));
    if due.fresh.is_empty() {
        return Ok(RemindersDeposited::Nothing(NothingDue::of(&due, 0)));
    }
    ledger.write(|change| due.retire.iter().try_for_each(|id| change.retire(*id)))?;
    let (today, method) = (clock.day(), SendMethod::Outbox(clock.day()));
    let maker = ReminderMaker { evaluator: &evaluator, ledger, today, method };
    let made = maker.make(&due.fresh, |change, id, reminder| {
        let file = Outbox::reminder_name(&reminder.row.uai, reminder.row.number);
        change.deposit(id, &reminder.frozen.message_id, &reminder.bytes, &file)
    });
    let ids = made.map_err(|error| match error {
        MakeError::Template(why) => SendRefusal::NotDeposited { template: REMINDER, why },
        MakeError::Ledger(error) => SendRefusal::Ledger(error),
    })?;
    // The rows are there; the files follow, as for any message.
    write_files(resolved, ledger, &ids, clock.day())?;
    Ok(RemindersDeposited::Deposited(ids.len()))
}
