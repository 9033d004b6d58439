//! The messages to referents that go with a sending over the relay, after those to the schools.

use super::due_referent_messages::{DueReferentMessages, due_referent_messages};
use super::render_referent_message::{check_template, mailing_of, render_referent_message};
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::sending::context::SendContext;
use crate::app::sending::queue::preview::{MessagesPreview, octets_of_message};
use crate::app::sending::queue::rendered_message::{MakeError, make};
use crate::app::sending::refusal::SendRefusal;
use crate::ledger::Ledger;
use crate::mail::message::{SendMethod, subject_line};
use crate::plan::Orders;
use crate::plan::history::{CampaignHistory, MessageEntry};
use crate::render::template_names::REFERENT;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// How many of the messages to referents may go.
#[derive(Clone, Copy, Debug)]
pub(in crate::app::sending) struct ReferentOptions {
    /// What the messages to schools left of the limit.
    pub(in crate::app::sending) room: Option<usize>,
    /// Also those that are deferred, each at its time.
    pub(in crate::app::sending) wait: bool,
}

/// The messages to referents that the options choose: those that are due, those to be made, those that are not due
/// yet; in this order the limit takes them.
#[derive(Debug, Default)]
pub(in crate::app::sending) struct ReferentQueue<'p, 'r> {
    due: DueReferentMessages<'p, 'r>,
    open: Vec<&'p MessageEntry>,
    later: Vec<&'p MessageEntry>,
    /// Deferred messages, chosen or not.
    pub(in crate::app::sending) waiting: usize,
    /// Left for another time by the limit.
    pub(in crate::app::sending) held: usize,
    /// When the next deferred message is due.
    pub(in crate::app::sending) next: Option<Timestamp>,
}

impl<'p, 'r> ReferentQueue<'p, 'r> {
    pub(in crate::app::sending) fn of(
        context: &SendContext<'r>,
        history: &'p CampaignHistory,
        options: ReferentOptions,
    ) -> Result<Self, SendRefusal> {
        let SendContext { resolved, only, clock, .. } = *context;
        check_template(resolved)?;
        let mut due = due_referent_messages(resolved, history, only);
        let open = std::mem::take(&mut due.open);
        let (mut open, mut later): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|message| message.is_due(clock.now()));
        let waiting = later.len();
        let next = later.iter().filter_map(|message| message.due).min();
        if !options.wait {
            later.clear();
        }
        let all = open.len() + due.fresh.len() + later.len();
        let now = options.room.unwrap_or(all).min(all);
        open.truncate(now);
        due.fresh.truncate(now - open.len());
        later.truncate(now - open.len() - due.fresh.len());
        Ok(Self { due, open, later, waiting, held: all - now, next })
    }

    /// Those that go now.
    pub(in crate::app::sending) fn now(&self) -> usize {
        self.open.len() + self.due.fresh.len()
    }

    /// Those that go at their time.
    pub(in crate::app::sending) fn later(&self) -> BTreeSet<i64> {
        self.later.iter().map(|message| message.id).collect()
    }

    /// Refused messages, which do not go again.
    pub(in crate::app::sending) fn refused(&self) -> usize {
        self.due.refused
    }

    /// Messages of which nobody knows whether they left.
    pub(in crate::app::sending) fn ambiguous(&self) -> usize {
        self.due.ambiguous
    }

    /// Takes back what is no longer right, makes what has to be made, and freezes it for the relay. Gives the numbers
    /// of all that go now.
    pub(in crate::app::sending) fn make(
        &self,
        context: &SendContext<'_>,
        history: &CampaignHistory,
    ) -> Result<BTreeSet<i64>, SendRefusal> {
        let SendContext { resolved, ledger, clock, .. } = *context;
        retire(ledger, &self.due.retire)?;
        let orders = Orders::default();
        let evaluator = LetterEvaluator::new(resolved, history, Some(ledger), &orders, clock.day());
        let (today, method) = (clock.day(), SendMethod::Relay(clock.now()));
        let made = make(
            ledger,
            &self.due.fresh,
            |one| render_referent_message(&evaluator, ledger, one, today, method),
            |change, id, message| {
                let route = message.route(resolved);
                change.freeze(id, &message.frozen.message_id, &message.bytes, &route).map(|_| ())
            },
        );
        let mut now = made.map_err(|error| match error {
            MakeError::Template(why) => SendRefusal::NotMade { template: REFERENT, why },
            MakeError::Ledger(error) => SendRefusal::Ledger(error),
        })?;
        now.extend(self.open.iter().map(|message| message.id));
        Ok(now)
    }

    /// Adds them to what a person sees before they leave.
    pub(in crate::app::sending) fn preview(
        &self,
        context: &SendContext<'_>,
        preview: &mut MessagesPreview,
    ) {
        let SendContext { resolved, ledger, .. } = *context;
        let recipients = 1 + u32::from(resolved.settings.mail.control_copy.is_some());
        for message in self.open.iter().chain(&self.later) {
            let stored = message.bytes.as_ref().and_then(|hash| ledger.store.size(hash));
            let to = message.address.as_deref().unwrap_or_default();
            preview.add(to, recipients, stored.unwrap_or(0), || {
                (subject_line(&message.subject, &message.name), Vec::new())
            });
        }
        for due in &self.due.fresh {
            let size = ledger.store.size(&due.revision.issued).unwrap_or(0);
            preview.add(due.to.as_str(), recipients, octets_of_message(size), || {
                let mailing = mailing_of(resolved, due.place);
                let names = resolved.attachment_names(&mailing, std::slice::from_ref(&due.letter));
                (subject_line("… (au référent)", &resolved.desired.mailing_name(&mailing)), names)
            });
        }
        preview.to_referents = self.now() + self.later.len();
    }
}

/// Takes messages back that are no longer right.
pub(super) fn retire(ledger: &Ledger, messages: &[&MessageEntry]) -> Result<(), SendRefusal> {
    if messages.is_empty() {
        return Ok(());
    }
    Ok(ledger.write(|change| messages.iter().try_for_each(|one| change.retire(one.id)))?)
}
