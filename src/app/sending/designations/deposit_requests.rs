//! Requests into the outbox, for a person to send; and those that are answered, out of it.

use super::due_requests::{
    AskScope, DepositedRequest, DueRequests, NothingAsked, answered, due_requests,
};
use super::render_request::{check_project, freeze_request, render_request};
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::outbox_file::empty_outbox;
use crate::app::sending::queue::rendered_message::{MakeError, make, write_files};
use crate::app::sending::refusal::SendRefusal;
use crate::clock::Clock;
use crate::ledger::object_store::hash;
use crate::ledger::{Ledger, LedgerError};
use crate::mail::message::SendMethod;
use crate::plan::Orders;
use crate::plan::history::{CampaignHistory, MessageEntry};
use crate::project::outbox::Outbox;
use crate::render::template_names::DESIGNATION;
use jiff::civil::Date;
use serde::Serialize;

/// What was done with the requests that are due.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestsDeposited {
    /// So many are in the outbox now; so many schools have no valid address.
    Deposited {
        /// Number of requests.
        number: usize,
        /// Number of schools without a valid address.
        blocked: usize,
    },
    /// None was due.
    Nothing(NothingAsked),
}

/// Makes the requests that are due, and puts them in the outbox.
pub fn deposit_requests(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    scope: &AskScope,
    limit: Option<usize>,
    clock: &Clock,
) -> Result<RequestsDeposited, SendRefusal> {
    if ledger.lacks_known_events() {
        return Err(SendRefusal::LedgerOlder);
    }
    check_project(resolved)?;
    let campaign = resolved.desired.campaign.id.as_str();
    let history = ledger.history(campaign)?;
    let orders = Orders::default();
    let evaluator = LetterEvaluator::new(resolved, &history, Some(ledger), &orders, clock.day());
    let mut due = due_requests(resolved, &history, scope, clock.day());
    let blocked = due.nothing.blocked;
    make_anew(&evaluator, &mut due)?;
    retire(resolved, ledger, &due.retire, clock.day())?;
    due.fresh.truncate(limit.unwrap_or(usize::MAX));
    if due.fresh.is_empty() {
        return Ok(RequestsDeposited::Nothing(due.nothing));
    }
    let (today, method) = (clock.day(), SendMethod::Outbox(clock.day()));
    let made = make(
        ledger,
        &due.fresh,
        |one| render_request(&evaluator, ledger, one, today, method),
        |change, id, request| {
            let file = Outbox::designation_name(&request.row.uai, request.row.number);
            change.deposit(id, &request.frozen.message_id, &request.bytes, &file)
        },
    );
    let ids = made.map_err(not_deposited)?;
    // The rows are there; the files follow, as for any message.
    write_files(resolved, ledger, &ids, clock.day())?;
    Ok(RequestsDeposited::Deposited { number: ids.len(), blocked })
}

/// Requests in the outbox that would be written otherwise now, with another sender, text or signature, are made anew.
fn make_anew(
    evaluator: &LetterEvaluator<'_>,
    due: &mut DueRequests<'_, '_>,
) -> Result<(), SendRefusal> {
    let mut anew = Vec::new();
    for DepositedRequest { message, due: wanted } in std::mem::take(&mut due.deposited) {
        let method = SendMethod::Outbox(message.date);
        let frozen = freeze_request(evaluator.resolved, &wanted, message.date, method)
            .map_err(|error| not_deposited(error.into()))?;
        if message.bytes.as_ref().is_none_or(|bytes| *bytes != hash(&frozen.bytes)) {
            due.nothing.deposited -= 1;
            due.retire.push(message);
            anew.push(wanted);
        }
    }
    // Before those that a limit may leave for another time.
    due.fresh.splice(0..0, anew);
    Ok(())
}

fn not_deposited(error: MakeError) -> SendRefusal {
    match error {
        MakeError::Template(why) => SendRefusal::NotDeposited { template: DESIGNATION, why },
        MakeError::Ledger(error) => SendRefusal::Ledger(error),
    }
}

/// Takes requests back that are no longer right, and their files out of the outbox.
pub(super) fn retire(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    requests: &[&MessageEntry],
    day: Date,
) -> Result<(), SendRefusal> {
    if requests.is_empty() {
        return Ok(());
    }
    ledger.write(|change| requests.iter().try_for_each(|request| change.retire(request.id)))?;
    let campaign = [resolved.desired.campaign.id.value.to_string()];
    let files: Vec<MessageEntry> = requests.iter().copied().cloned().collect();
    Ok(empty_outbox(resolved.project, &campaign, &files, day)?)
}

/// Takes back the requests that have not left and whose schools have a referent by now; says whether there are any.
/// Their files go with the others that nothing calls for.
pub fn withdraw_answered(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    history: &CampaignHistory,
    day: Date,
) -> Result<bool, LedgerError> {
    let answered = answered(resolved, history, day);
    if answered.is_empty() {
        return Ok(false);
    }
    ledger.write(|change| answered.iter().try_for_each(|request| change.retire(request.id)))?;
    Ok(true)
}
