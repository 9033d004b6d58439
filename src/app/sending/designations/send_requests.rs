//! Requests over the relay, with the same guards and guarantees as any message. Letters need not be made, nor be up to
//! date: a request carries none.

use super::deposit_requests::retire;
use super::due_requests::{AskScope, DueRequests, NothingAsked, due_requests};
use super::render_request::{check_project, render_request};
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::sending::context::SendContext;
use crate::app::sending::outcome::{SendOutcome, SendReport};
use crate::app::sending::queue::preview::{MessagesPreview, octets_of_message};
use crate::app::sending::queue::rendered_message::{MakeError, make};
use crate::app::sending::refusal::{Confirmation, CountsToConfirm, SendRefusal};
use crate::app::sending::relay::eta::TIME_PER_MESSAGE;
use crate::app::sending::send::{SendOptions, SendPreview};
use crate::app::sending::transmit_queue::{SendMonitor, TransmitRequest, transmit};
use crate::letter::french;
use crate::mail::message::SendMethod;
use crate::plan::Orders;
use crate::plan::history::{CampaignHistory, MessageEntry};
use crate::render::template_names::DESIGNATION;
use serde::Serialize;
use smtp_session::RelayConfig;
use std::collections::BTreeSet;

/// What a sending of requests would do.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestsPlan {
    /// Requests would leave.
    Requests(SendPreview),
    /// None is due.
    Nothing(NothingAsked),
}

impl NothingAsked {
    /// The `send` part of the JSON.
    pub fn report(&self) -> SendReport {
        SendReport {
            deferred: self.waiting,
            refused: self.refused,
            ambiguous: self.ambiguous,
            skipped: self.blocked,
            ..SendReport::default()
        }
    }
}

/// Looks at the requests that would leave; writes nothing.
pub fn preview_requests(
    context: &SendContext<'_>,
    scope: &AskScope,
    options: SendOptions,
) -> Result<RequestsPlan, SendRefusal> {
    let history = context.check_for_requests()?;
    check_project(context.resolved)?;
    let chosen = ChosenRequests::of(context, &history, scope, options);
    if chosen.now() == 0 {
        return Ok(RequestsPlan::Nothing(NothingAsked {
            waiting: chosen.waiting,
            ..chosen.due.nothing
        }));
    }
    let messages = chosen.preview(context);
    let recipients = messages.recipients.iter().copied();
    let ends_at = context.limiter()?.ends_at(context.clock.now(), recipients, TIME_PER_MESSAGE);
    Ok(RequestsPlan::Requests(SendPreview {
        messages,
        counts: chosen.counts(),
        held: chosen.all - chosen.now(),
        waiting: chosen.waiting - chosen.later.len(),
        refused: chosen.due.nothing.refused,
        blocked: 0,
        unapproved: None,
        ends_at,
    }))
}

/// Makes and sends the requests that are due, once their count is confirmed.
pub fn send_requests(
    context: &SendContext<'_>,
    (scope, options): (&AskScope, SendOptions),
    confirmation: Confirmation,
    relay: &RelayConfig,
    monitor: &mut SendMonitor<'_>,
) -> Result<SendOutcome, SendRefusal> {
    let SendContext { resolved, ledger, clock, .. } = *context;
    let history = context.check_for_requests()?;
    check_project(resolved)?;
    let chosen = ChosenRequests::of(context, &history, scope, options);
    chosen.counts().confirm(confirmation)?;
    context.check_place()?;
    let limiter = context.limiter()?;
    retire(resolved, ledger, &chosen.due.retire, clock.day())?;
    let orders = Orders::default();
    let evaluator = LetterEvaluator::new(resolved, &history, Some(ledger), &orders, clock.day());
    let (today, method) = (clock.day(), SendMethod::Relay(clock.now()));
    let made = make(
        ledger,
        &chosen.due.fresh,
        |one| render_request(&evaluator, ledger, one, today, method),
        |change, id, request| {
            let route = request.route(resolved);
            change.freeze(id, &request.frozen.message_id, &request.bytes, &route).map(|_| ())
        },
    );
    let mut now = made.map_err(|error| match error {
        MakeError::Template(why) => SendRefusal::NotMade { template: DESIGNATION, why },
        MakeError::Ledger(error) => SendRefusal::Ledger(error),
    })?;
    now.extend(chosen.open.iter().map(|message| message.id));
    let later: BTreeSet<i64> = chosen.later.iter().map(|message| message.id).collect();
    let (waiting, held) = (chosen.waiting, chosen.all - chosen.now());
    let blocked = chosen.due.nothing.blocked;
    let frozen = context.history()?;
    let (now, later, wait) = (&now, &later, options.wait);
    let request = TransmitRequest { history: &frozen, now, later, wait, limiter, relay };
    let (mut transmission, later_found) = transmit(context, request, monitor);
    transmission.deferred += waiting - later_found;
    transmission.remaining += held;
    Ok(SendOutcome { transmission, blocked, unapproved: None, history: context.history()? })
}

/// The requests that the options choose: those that are due, those to be made, those that are not due yet; in this
/// order the limit takes them.
struct ChosenRequests<'p, 'r> {
    due: DueRequests<'p, 'r>,
    open: Vec<&'p MessageEntry>,
    later: Vec<&'p MessageEntry>,
    /// Deferred requests, chosen or not.
    waiting: usize,
    /// Requests without the limit.
    all: usize,
}

impl<'p, 'r> ChosenRequests<'p, 'r> {
    fn of(
        context: &SendContext<'r>,
        history: &'p CampaignHistory,
        scope: &AskScope,
        options: SendOptions,
    ) -> Self {
        let SendContext { resolved, clock, .. } = *context;
        let mut due = due_requests(resolved, history, scope, clock.day());
        let open = std::mem::take(&mut due.open);
        let (mut open, mut later): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|message| message.is_due(clock.now()));
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

    fn preview(&self, context: &SendContext<'_>) -> MessagesPreview {
        let SendContext { resolved, ledger, .. } = *context;
        let mut preview = MessagesPreview::default();
        let recipients = 1 + u32::from(resolved.settings.mail.control_copy.is_some());
        for message in self.open.iter().chain(&self.later) {
            let stored = message.bytes.as_ref().and_then(|hash| ledger.store.size(hash));
            let to = message.address.as_deref().unwrap_or_default();
            preview.add(to, recipients, stored.unwrap_or(0), || {
                (format!("{} [{}]", message.subject, message.name), Vec::new())
            });
        }
        let by = french::date(resolved.desired.answer_by(context.clock.day()));
        for due in &self.due.fresh {
            preview.add(due.address.as_str(), recipients, octets_of_message(0), || {
                let what = match due.asked_on {
                    Some(_) => "Un référent numérique à désigner",
                    None => "Désigner un référent numérique",
                };
                let name = resolved.desired.request_name(due.uai);
                (format!("{what}, pour le {by} [{name}]"), Vec::new())
            });
        }
        preview
    }
}
