//! Messages to referents into the outbox, for a person to send; and those that nothing calls for any more, out of it.

use super::due_referent_messages::due_referent_messages;
use super::render_referent_message::{check_template, render_referent_message};
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::outbox_file::outbox_file;
use crate::app::sending::queue::rendered_message::{MakeError, make, write_files};
use crate::app::sending::refusal::SendRefusal;
use crate::ledger::{Ledger, LedgerError};
use crate::mail::message::SendMethod;
use crate::plan::Orders;
use crate::plan::history::CampaignHistory;
use crate::project::outbox::Outbox;
use crate::render::template_names::REFERENT;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Which messages to referents are deposited.
#[derive(Clone, Copy, Debug)]
pub struct ReferentDepositRequest<'d> {
    /// The chosen mailings; all if there is no choice.
    pub only: Option<&'d BTreeSet<usize>>,
    /// At most so many.
    pub limit: Option<usize>,
    /// The day it is.
    pub day: Date,
}

/// The messages to referents that were deposited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReferentDeposits {
    /// Name of each file in the outbox, and the Message-ID in it.
    pub files: Vec<DepositedFile>,
    /// Left for another time by the limit.
    pub remaining: usize,
    /// Documents of referents without a valid address.
    pub blocked: usize,
}

/// A file that was put into the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositedFile {
    /// Its name.
    pub name: String,
    /// The Message-ID in it, angle brackets included.
    pub message_id: String,
}

/// Makes the messages to referents that are due, and puts them in the outbox.
pub fn deposit_referent_messages(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    history: &CampaignHistory,
    request: ReferentDepositRequest<'_>,
) -> Result<ReferentDeposits, SendRefusal> {
    check_template(resolved)?;
    let mut due = due_referent_messages(resolved, history, request.only);
    let blocked = due.blocked;
    let all = due.fresh.len();
    due.fresh.truncate(request.limit.unwrap_or(all));
    let remaining = all - due.fresh.len();
    if due.fresh.is_empty() {
        return Ok(ReferentDeposits { remaining, blocked, ..ReferentDeposits::default() });
    }
    super::referent_queue::retire(ledger, &due.retire)?;
    let (today, method) = (request.day, SendMethod::Outbox(request.day));
    let orders = Orders::default();
    let evaluator = LetterEvaluator::new(resolved, history, Some(ledger), &orders, today);
    let made = make(
        ledger,
        &due.fresh,
        |one| render_referent_message(&evaluator, ledger, one, today, method),
        |change, id, message| {
            let file = Outbox::referent_name(&message.row.uai, message.row.number);
            change.deposit(id, &message.frozen.message_id, &message.bytes, &file)
        },
    );
    let ids = made.map_err(|error| match error {
        MakeError::Template(why) => SendRefusal::NotDeposited { template: REFERENT, why },
        MakeError::Ledger(error) => SendRefusal::Ledger(error),
    })?;
    // The rows are there; the files follow, as for any message.
    write_files(resolved, ledger, &ids, today)?;
    let after = ledger.history(resolved.desired.campaign.id.as_str())?;
    let files = after.to_referents.values().filter(|message| ids.contains(&message.id));
    let files = files.map(|message| DepositedFile {
        name: outbox_file(message),
        message_id: message.message_id.clone().unwrap_or_default(),
    });
    Ok(ReferentDeposits { files: files.collect(), remaining, blocked })
}

/// Takes back what waits and nothing calls for any more; says whether there was any. Its files go with the others
/// that nothing calls for.
pub fn withdraw_referent_messages(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    history: &CampaignHistory,
) -> Result<bool, LedgerError> {
    let retired = due_referent_messages(resolved, history, None).retire;
    if retired.is_empty() {
        return Ok(false);
    }
    ledger.write(|change| retired.iter().try_for_each(|one| change.retire(one.id)))?;
    Ok(true)
}
