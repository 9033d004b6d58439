//! Sending the messages of a campaign over the relay: first what would leave, then, with its count confirmed and
//! all guards run again, the sending itself.

use super::context::SendContext;
use super::outcome::{SendOutcome, SendReport};
use super::queue::freeze::FreezeContext;
use super::queue::freeze_batch::freeze_batch;
use super::queue::open_messages::OutgoingMessage;
use super::queue::preview::MessagesPreview;
use super::queue::send_queue::SendQueueState;
use super::referents::referent_queue::{ReferentOptions, ReferentQueue};
use super::refusal::{Confirmation, CountsToConfirm, SendRefusal};
use super::relay::eta::TIME_PER_MESSAGE;
use super::relay::stopped_by::StoppedBy;
use super::relay::transmission::{DeliveryIssue, TransmissionOutcome};
use super::transmit_queue::{SendMonitor, TransmitRequest, transmit};
use super::unsent_letters::UnsentLetters;
use crate::plan::history::CampaignHistory;
use jiff::Timestamp;
use serde::Serialize;
use smtp_session::RelayConfig;
use std::collections::BTreeSet;

/// Which of the messages go.
#[derive(Clone, Copy, Debug, Default)]
pub struct SendOptions {
    /// At most so many.
    pub limit: Option<usize>,
    /// Also those that are deferred, each at its time.
    pub wait: bool,
}

/// The messages that would be sent.
#[derive(Clone, Debug, Serialize)]
pub struct SendPreview {
    /// Number, recipients and first messages.
    pub messages: MessagesPreview,
    /// The numbers that confirm them.
    pub counts: CountsToConfirm,
    /// Messages left for another time by the limit.
    pub held: usize,
    /// Number of deferred messages that are not due yet.
    pub waiting: usize,
    /// Refused messages, which do not go again.
    pub refused: usize,
    /// Mailings without a valid address.
    pub blocked: usize,
    /// Messages that nobody approved as they are, where that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unapproved: Option<usize>,
    /// When the last one will have left.
    pub ends_at: Timestamp,
}

/// What a sending would do.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SendPlan {
    /// Messages would leave.
    Messages(SendPreview),
    /// There is nothing to send.
    Nothing(NothingToSend),
}

/// Why there is nothing to send.
#[derive(Clone, Debug, Serialize)]
pub struct NothingToSend {
    /// The first reason that holds.
    pub reason: NothingReason,
    /// The `send` part of the JSON.
    pub report: SendReport,
}

/// Why there is nothing to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NothingReason {
    /// The limit is 0.
    LimitZero,
    /// Nobody approved what is left as it is.
    Unapproved(usize),
    /// All that is left is deferred: how many, and the next moment.
    Deferred(usize, Timestamp),
    /// All that is left is ambiguous.
    Ambiguous(usize),
    /// All that is left was refused.
    Refused(usize),
    /// All that is left has no valid address.
    Blocked(usize),
    /// No letter is called for.
    NoLetter,
    /// This many letters have not left, and wait for something else: a signature of the authority.
    NotReady(usize),
    /// Everything has left.
    AllSent,
}

/// Looks at what would leave; writes nothing.
pub fn preview_send(
    context: &SendContext<'_>,
    options: SendOptions,
) -> Result<SendPlan, SendRefusal> {
    let history = context.check()?;
    let SendContext { resolved, ledger, clock, .. } = *context;
    let chosen = ChosenMessages::of(context, &history, options)?;
    if chosen.is_empty(options) {
        return Ok(SendPlan::Nothing(chosen.nothing(context, &history)));
    }
    let outgoing: Vec<&OutgoingMessage<'_, '_>> =
        chosen.queue.now.iter().chain(&chosen.queue.later).collect();
    let mut messages = MessagesPreview::of(resolved, ledger, &history, &outgoing);
    chosen.referents.preview(context, &mut messages);
    let recipients = messages.recipients.iter().copied();
    let ends_at = context.limiter()?.ends_at(clock.now(), recipients, TIME_PER_MESSAGE);
    Ok(SendPlan::Messages(SendPreview {
        messages,
        counts: chosen.counts(),
        held: chosen.held(),
        waiting: chosen.waiting(),
        refused: chosen.refused(),
        blocked: context.blocked(),
        unapproved: chosen.queue.unapproved,
        ends_at,
    }))
}

/// Sends what is ready, once its count is confirmed.
pub fn send(
    context: &SendContext<'_>,
    options: SendOptions,
    confirmation: Confirmation,
    relay: &RelayConfig,
    monitor: &mut SendMonitor<'_>,
) -> Result<SendOutcome, SendRefusal> {
    let SendContext { resolved, ledger, clock, jobs, .. } = *context;
    let history = context.check()?;
    let chosen = ChosenMessages::of(context, &history, options)?;
    chosen.counts().confirm(confirmation)?;
    context.check_place()?;
    let limiter = context.limiter()?;
    let freeze = FreezeContext { resolved, ledger, history: &history };
    let frozen = freeze_batch(&freeze, &chosen.queue.now, clock, jobs);
    if let Some(lost) = frozen.lost {
        return Err(SendRefusal::Ledger(lost));
    }
    if let Some(why) = frozen.refused {
        return Err(SendRefusal::NotFrozen(why));
    }
    let mut now = chosen.referents.make(context, &history)?;
    now.extend(&frozen.ids);
    let later = chosen.later();
    let (held, waiting) = (chosen.held(), chosen.waiting() - later.len());
    let unapproved = chosen.queue.unapproved;
    // One view of the ledger at a time.
    drop(chosen);
    drop(history);
    let history = context.history()?;
    let (now, later, wait) = (&now, &later, options.wait);
    let request = TransmitRequest { history: &history, now, later, wait, limiter, relay };
    let (mut transmission, _) = transmit(context, request, monitor);
    transmission.remaining += held;
    transmission.deferred += waiting;
    if transmission.stopped.is_none() && held > 0 {
        transmission.stopped = Some(StoppedBy::Limit);
    }
    for problem in frozen.problems {
        transmission.kept_back += 1;
        transmission.issues.push(DeliveryIssue::not_frozen(problem.name, problem.why));
    }
    drop(history);
    let (blocked, history) = (context.blocked(), context.history()?);
    Ok(SendOutcome { transmission, blocked, unapproved, history })
}

/// The messages that the options choose.
struct ChosenMessages<'p, 'r> {
    queue: SendQueueState<'p, 'r>,
    /// What goes to referents, after that.
    referents: ReferentQueue<'p, 'r>,
    /// Deferred messages to schools, chosen or not.
    waiting: usize,
    /// Deferred messages before the choice: when the next one is due.
    next: Option<Timestamp>,
}

impl<'p, 'r> ChosenMessages<'p, 'r> {
    fn of(
        context: &SendContext<'r>,
        history: &'p CampaignHistory,
        options: SendOptions,
    ) -> Result<Self, SendRefusal> {
        let SendContext { resolved, only, clock, .. } = *context;
        let mut queue = SendQueueState::of(resolved, history, only, clock.now());
        queue.keep_approved(resolved, history);
        queue.limit_to(options.limit);
        let waiting = queue.later.len();
        let next = queue.later.iter().filter_map(|outgoing| outgoing.message.due).min();
        match options.wait {
            true => queue.keep_later(options.limit),
            false => queue.later.clear(),
        }
        let taken = queue.now.len() + queue.later.len();
        let room = options.limit.map(|limit| limit.saturating_sub(taken));
        let referents =
            ReferentQueue::of(context, history, ReferentOptions { room, wait: options.wait })?;
        let next = next.into_iter().chain(referents.next).min();
        Ok(Self { queue, referents, waiting, next })
    }

    /// Left for another time by the limit.
    fn held(&self) -> usize {
        self.queue.held + self.referents.held
    }

    /// Deferred messages, chosen or not.
    fn waiting(&self) -> usize {
        self.waiting + self.referents.waiting
    }

    fn refused(&self) -> usize {
        self.queue.refused + self.referents.refused()
    }

    fn ambiguous(&self) -> usize {
        self.queue.ambiguous + self.referents.ambiguous()
    }

    /// Those that go at their time.
    fn later(&self) -> BTreeSet<i64> {
        let of_schools = self.queue.later.iter().map(|outgoing| outgoing.message.id);
        of_schools.chain(self.referents.later()).collect()
    }

    /// Whether nothing goes now, and nothing is waited for.
    fn is_empty(&self, options: SendOptions) -> bool {
        let now = self.queue.now.len() + self.referents.now();
        now == 0 && (self.waiting() == 0 || !options.wait)
    }

    fn counts(&self) -> CountsToConfirm {
        let due = self.queue.now.len() + self.referents.now();
        CountsToConfirm { now: due + self.later().len(), due, all: due + self.held() }
    }

    fn nothing(&self, context: &SendContext<'_>, history: &CampaignHistory) -> NothingToSend {
        let blocked = context.blocked();
        let reason = match (self.next, &self.queue) {
            _ if self.held() > 0 => NothingReason::LimitZero,
            (_, SendQueueState { unapproved: Some(unapproved), .. }) if *unapproved > 0 => {
                NothingReason::Unapproved(*unapproved)
            }
            (Some(next), _) => NothingReason::Deferred(self.waiting(), next),
            (None, _) if self.ambiguous() > 0 => NothingReason::Ambiguous(self.ambiguous()),
            (None, _) if self.refused() > 0 => NothingReason::Refused(self.refused()),
            (None, _) if blocked > 0 => NothingReason::Blocked(blocked),
            (None, _) => match UnsentLetters::of(context.resolved, history, context.only) {
                UnsentLetters { chosen: 0, .. } => NothingReason::NoLetter,
                UnsentLetters { unsent: 0, .. } => NothingReason::AllSent,
                UnsentLetters { unsent, .. } => NothingReason::NotReady(unsent),
            },
        };
        let transmission = TransmissionOutcome {
            deferred: self.waiting(),
            next: self.next,
            ..TransmissionOutcome::default()
        };
        let report = SendReport::of(&transmission, blocked);
        let report = SendReport { unapproved: self.queue.unapproved, ..report };
        NothingToSend { reason, report }
    }
}
