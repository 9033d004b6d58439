//! Which messages may go over the relay now, which wait, and which do not go.

use super::open_messages::{OutgoingMessage, open_messages, school_name};
use super::route::route;
use crate::app::approval::message_fingerprint::of_message;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::relay::transmission::QueuedMessage;
use crate::plan::history::{CampaignHistory, MessageEntry, MessageKind, MessageState};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What may go, and what not.
#[derive(Default)]
pub struct SendQueueState<'p, 'r> {
    /// Messages that may be sent now.
    pub now: Vec<OutgoingMessage<'p, 'r>>,
    /// Deferred to a later time.
    pub later: Vec<OutgoingMessage<'p, 'r>>,
    /// Left for another time by `limit`.
    pub held: usize,
    /// Number of messages in the outbox.
    pub deposited: usize,
    /// Nobody knows whether they left.
    pub ambiguous: usize,
    /// Refused by the relay.
    pub refused: usize,
    /// Not approved as they are, where that is asked for.
    pub unapproved: Option<usize>,
}

impl<'p, 'r> SendQueueState<'p, 'r> {
    /// Looks at the messages of the chosen mailings.
    pub fn of(
        resolved: &ResolvedCampaign<'r>,
        history: &'p CampaignHistory,
        only: Option<&BTreeSet<usize>>,
        now: Timestamp,
    ) -> Self {
        let mut state = Self::default();
        for outgoing in open_messages(resolved, history.messages.values(), only) {
            match outgoing.message.state {
                MessageState::Ready => state.now.push(outgoing),
                MessageState::Deferred if outgoing.message.is_due(now) => state.now.push(outgoing),
                MessageState::Deferred => state.later.push(outgoing),
                MessageState::Deposited => state.deposited += 1,
                MessageState::Ambiguous => state.ambiguous += 1,
                MessageState::Refused => state.refused += 1,
                _ => {}
            }
        }
        if only.is_none() {
            // Also those of letters that are no longer called for.
            let is_ambiguous = |state: MessageState| state == MessageState::Ambiguous;
            state.ambiguous =
                history.messages.values().filter(|message| is_ambiguous(message.state)).count();
        }
        state
    }

    /// Takes out what nobody approved as it is, where that is asked for.
    pub fn keep_approved(&mut self, resolved: &ResolvedCampaign<'_>, history: &CampaignHistory) {
        if !resolved.needs_approval() {
            return;
        }
        let all = self.now.len() + self.later.len();
        let is_approved = |outgoing: &OutgoingMessage<'_, '_>| {
            history.approvals.is_approved(&of_message(resolved, history, outgoing))
        };
        self.now.retain(is_approved);
        self.later.retain(is_approved);
        self.unapproved = Some(all - self.now.len() - self.later.len());
    }

    /// Leaves what goes beyond a limit for another time.
    pub fn limit_to(&mut self, limit: Option<usize>) {
        let kept = limit.unwrap_or(usize::MAX).min(self.now.len());
        self.held = self.now.len() - kept;
        self.now.truncate(kept);
    }

    /// Waits for deferred messages too, as far as `limit` goes.
    pub fn keep_later(&mut self, limit: Option<usize>) {
        let room = limit.map_or(usize::MAX, |limit| limit.saturating_sub(self.now.len()));
        self.held += self.later.len().saturating_sub(room);
        self.later.truncate(room);
    }
}

/// The messages of these rows as a queue, in the order of the campaign.
pub fn queued<'p>(
    resolved: &ResolvedCampaign<'_>,
    history: &'p CampaignHistory,
    ids: &BTreeSet<i64>,
) -> Vec<QueuedMessage<'p>> {
    let of_schools = history.messages.values().chain(history.reminders.values());
    let is_queued = |outgoing: &OutgoingMessage<'_, '_>| {
        ids.contains(&outgoing.message.id) && outgoing.message.route.is_some()
    };
    let requests = history.designations.values().filter(|message| ids.contains(&message.id));
    let requests = requests.filter_map(|message| queued_request(resolved, message));
    let to_referents = history.to_referents.values().filter(|message| ids.contains(&message.id));
    let to_referents = to_referents.filter_map(|message| queued_to_referent(resolved, message));
    open_messages(resolved, of_schools, None)
        .into_iter()
        .filter(is_queued)
        .map(|outgoing| QueuedMessage {
            message: outgoing.message,
            address: outgoing.mailing.address.map(|address| address.as_str().to_owned()),
            route: route(resolved, &outgoing),
            name: resolved.desired.mailing_name(&outgoing.mailing),
            school: school_name(resolved, &outgoing.mailing),
            approval: (resolved.needs_approval() && outgoing.message.kind == MessageKind::Letters)
                .then(|| of_message(resolved, history, &outgoing).fingerprint),
        })
        .chain(to_referents)
        .chain(requests)
        .collect()
}

/// A message to a referent, as it goes over the relay: it brings what left to the school, and nothing of it is
/// approved again.
fn queued_to_referent<'p>(
    resolved: &ResolvedCampaign<'_>,
    message: &'p MessageEntry,
) -> Option<QueuedMessage<'p>> {
    let reference = &message.letters.first()?.reference;
    let mut letters = resolved.desired.letters.iter();
    let letter = letters.find(|letter| letter.reference.to_string() == *reference)?;
    let address = resolved.desired.referent_address(letter);
    Some(QueuedMessage {
        message,
        address: address.map(|address| address.as_str().to_owned()),
        route: message.route.clone()?,
        name: message.name.clone(),
        school: letter.establishment.label(),
        approval: None,
    })
}

/// A request to designate a referent, as it goes over the relay.
fn queued_request<'p>(
    resolved: &ResolvedCampaign<'_>,
    message: &'p MessageEntry,
) -> Option<QueuedMessage<'p>> {
    let school = resolved.desired.schools().find(|school| school.uai.as_str() == message.uai)?;
    Some(QueuedMessage {
        message,
        address: school.email.as_ref().map(|email| email.as_str().to_owned()),
        route: message.route.clone()?,
        name: message.name.clone(),
        school: school.label(),
        approval: None,
    })
}
