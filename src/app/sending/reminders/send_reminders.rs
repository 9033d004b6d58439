//! Reminders over the relay, with the same guards and guarantees as any message.

use super::due_reminders::{DueReminders, due_reminders};
use super::make_reminders::{ReminderMaker, check_template};
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::sending::context::SendContext;
use crate::app::sending::outcome::{SendOutcome, SendReport};
use crate::app::sending::queue::open_messages::OutgoingMessage;
use crate::app::sending::queue::preview::{MessagesPreview, octets_of_message};
use crate::app::sending::queue::rendered_message::MakeError;
use crate::app::sending::refusal::{Confirmation, CountsToConfirm, SendRefusal};
use crate::app::sending::relay::eta::TIME_PER_MESSAGE;
use crate::app::sending::send::{SendOptions, SendPreview};
use crate::app::sending::transmit_queue::{SendMonitor, TransmitRequest, transmit};
use crate::mail::message::{SendMethod, subject_line};
use crate::plan::Orders;
use crate::plan::history::CampaignHistory;
use crate::render::template_names::REMINDER;
use serde::Serialize;
use smtp_session::RelayConfig;
use std::collections::BTreeSet;

/// What a sending of reminders would do.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemindersPlan {
    /// Reminders would leave.
    Reminders(SendPreview),
    /// None is due.
    Nothing(NothingDue),
}

/// Why no reminder is sent, by numbers.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct NothingDue {
    /// Reminders that were deferred.
    pub waiting: usize,
    /// Reminders that were refused.
    pub refused: usize,
    /// Reminders for which nobody knows whether they were sent.
    pub ambiguous: usize,
    /// Reminders in the outbox.
    pub deposited: usize,
    /// Letters whose date has not passed.
    pub early: usize,
    /// Schools that were reminded too short a time ago.
    pub recent: usize,
    /// Letters whose mission is over.
    pub ended: usize,
}

impl NothingDue {
    pub(super) fn of(due: &DueReminders<'_, '_>, waiting: usize) -> Self {
        Self {
            waiting,
            refused: due.refused,
            ambiguous: due.ambiguous,
            deposited: due.deposited,
            early: due.early,
            recent: due.recent,
            ended: due.ended,
        }
    }

    /// The `send` part of the JSON.
    pub fn report(&self) -> SendReport {
        SendReport {
            deferred: self.waiting,
            refused: self.refused,
            ambiguous: self.ambiguous,
            ..SendReport::default()
        }
    }
}

/// Looks at the reminders that would leave; writes nothing.
pub fn preview_reminders(
    context: &SendContext<'_>,
    options: SendOptions,
) -> Result<RemindersPlan, SendRefusal> {
    let history = context.check()?;
    check_template(context.resolved)?;
    let chosen = ChosenReminders::of(context, &history, options);
    if chosen.now() == 0 {
        return Ok(RemindersPlan::Nothing(NothingDue::of(&chosen.due, chosen.waiting)));
    }
    let messages = chosen.preview(context, &history);
    let recipients = messages.recipients.iter().copied();
    let ends_at = context.limiter()?.ends_at(context.clock.now(), recipients, TIME_PER_MESSAGE);
    Ok(RemindersPlan::Reminders(SendPreview {
        messages,
        counts: chosen.counts(),
        held: chosen.all - chosen.now(),
        waiting: 0,
        refused: 0,
        blocked: 0,
        unapproved: None,
        ends_at,
    }))
}

/// Makes and sends the reminders that are due, once their count is confirmed.
pub fn send_reminders(
    context: &SendContext<'_>,
    options: SendOptions,
    confirmation: Confirmation,
    relay: &RelayConfig,
    monitor: &mut SendMonitor<'_>,
) -> Result<SendOutcome, SendRefusal> {
    let SendContext { resolved, ledger, clock, .. } = *context;
    let history = context.check()?;
    check_template(resolved)?;
    let chosen = ChosenReminders::of(context, &history, options);
    chosen.counts().confirm(confirmation)?;
    context.check_place()?;
    let limiter = context.limiter()?;
    let orders = Orders::default();
    let evaluator = LetterEvaluator::new(resolved, &history, Some(ledger), &orders, clock.day());
    let method = SendMethod::Relay(clock.now());
    let maker = ReminderMaker { evaluator: &evaluator, ledger, today: clock.day(), method };
    let made = maker.make(&chosen.due.fresh, |change, id, reminder| {
        let route = reminder.route(resolved);
        change.freeze(id, &reminder.frozen.message_id, &reminder.bytes, &route).map(|_| ())
    });
    let mut now = made.map_err(|error| match error {
        MakeError::Template(why) => SendRefusal::NotMade { template: REMINDER, why },
        MakeError::Ledger(error) => SendRefusal::Ledger(error),
    })?;
    now.extend(chosen.open.iter().map(|outgoing| outgoing.message.id));
    let later: BTreeSet<i64> = chosen.later.iter().map(|outgoing| outgoing.message.id).collect();
    let (waiting, held) = (chosen.waiting, chosen.all - chosen.now());
    let frozen = context.history()?;
    let (now, later, wait) = (&now, &later, options.wait);
    let request = TransmitRequest { history: &frozen, now, later, wait, limiter, relay };
    let (mut transmission, later_found) = transmit(context, request, monitor);
    transmission.deferred += waiting - later_found;
    transmission.remaining += held;
    let (blocked, history) = (context.blocked(), context.history()?);
    // Reminders carry what left before: nothing of it is approved again.
    Ok(SendOutcome { transmission, blocked, unapproved: None, history })
}

/// The reminders that the options choose: those that are due, those to be made, those that are not due yet; in this
/// order the limit takes them.
struct ChosenReminders<'p, 'r> {
    due: DueReminders<'p, 'r>,
    open: Vec<OutgoingMessage<'p, 'r>>,
    later: Vec<OutgoingMessage<'p, 'r>>,
    /// Deferred reminders, chosen or not.
    waiting: usize,
    /// Reminders without the limit.
    all: usize,
}

impl<'p, 'r> ChosenReminders<'p, 'r> {
    fn of(context: &SendContext<'r>, history: &'p CampaignHistory, options: SendOptions) -> Self {
        let SendContext { resolved, only, clock, .. } = *context;
        let mut due = due_reminders(resolved, history, only, clock.day());
        let is_due = |outgoing: &OutgoingMessage<'_, '_>| outgoing.message.is_due(clock.now());
        let (mut open, mut later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut due.open).into_iter().partition(is_due);
        let waiting = later.len();
        if !options.wait {
            later.clear();
        }
        let all = open.len() + due.fresh.len() + later.len();
        let now = options.limit.unwrap_or(all).min(all);
        open.truncate(now);
        due.fresh.truncate(now - open.len());
        later.truncate(now - open.len() - due.fresh.len());
        Self { due, open, later, waiting, all }
    }

    fn now(&self) -> usize {
        self.open.len() + self.due.fresh.len() + self.later.len()
    }

    fn counts(&self) -> CountsToConfirm {
        let now = self.now();
        CountsToConfirm { now, due: now - self.later.len(), all: self.all }
    }

    fn preview(&self, context: &SendContext<'_>, history: &CampaignHistory) -> MessagesPreview {
        let SendContext { resolved, ledger, .. } = *context;
        let mut preview = MessagesPreview::default();
        let recipients = 1 + u32::from(resolved.settings.mail.control_copy.is_some());
        for OutgoingMessage { message, mailing } in self.open.iter().chain(&self.later) {
            let stored = message.bytes.as_ref().and_then(|hash| ledger.store.size(hash));
            let to = message.address.as_deref().unwrap_or_default();
            preview.add(to, recipients, stored.unwrap_or(0), || {
                let name = resolved.desired.mailing_name(mailing);
                let attachments = resolved.attachment_names(mailing, &history.carried(message));
                (subject_line(&message.subject, &name), attachments)
            });
        }
        for due in &self.due.fresh {
            let sizes = due.revisions.iter().filter_map(|one| ledger.store.size(&one.issued));
            let to = due.mailing.address.map_or("", |to| to.as_str());
            preview.add(to, recipients, octets_of_message(sizes.sum()), || {
                let name = resolved.desired.mailing_name(&due.mailing);
                let attachments =
                    resolved.attachment_names(&due.mailing, &due.letters(resolved, history));
                (subject_line("… : retour attendu", &name), attachments)
            });
        }
        preview
    }
}
