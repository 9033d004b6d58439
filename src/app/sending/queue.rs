//! What is about to go over the relay: which messages, to whom, how large; and freezing them.

use crate::app::letters::render_documents;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::freeze::{Failed, open_messages, seal};
use crate::app::sending::relay::transmit::QueuedMessage;
use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::letter::mailing::Mailing;
use crate::mail::message::Way;
use crate::plan::past::{CampaignHistory, MessagePast, MessageState, Route};
use crate::render::worker_pool;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

/// Messages frozen in one transaction.
const BATCH: usize = 24;
/// Messages shown in full.
pub const SHOWN: usize = 3;
/// What a message grows by on its way (base64, RFC 2045), in hundredths.
const GROWTH: u64 = 137;
/// Octets of a message besides its documents.
const FRAME: u64 = 4_000;

/// A message with its letters as the campaign has them now.
pub type Going<'p, 'r> = (&'p MessagePast, Mailing<'r>);

/// What would go, and what would not.
#[derive(Default)]
pub struct SendQueueState<'p, 'r> {
    /// May go now.
    pub now: Vec<Going<'p, 'r>>,
    /// Put off by the relay to a later time.
    pub later: Vec<Going<'p, 'r>>,
    /// Left for another time by `limit`.
    pub held: usize,
    /// In the outbox.
    pub deposited: usize,
    /// Nobody knows whether they left.
    pub ambiguous: usize,
    /// Refused by the relay.
    pub refused: usize,
}

impl<'p, 'r> SendQueueState<'p, 'r> {
    /// Looks at the messages of the chosen mailings.
    pub fn of(
        resolved: &ResolvedCampaign<'r>,
        past: &'p CampaignHistory,
        only: Option<&BTreeSet<usize>>,
        limit: Option<usize>,
        now: Timestamp,
    ) -> Self {
        let mut own = Self::default();
        for (message, mailing) in open_messages(resolved, past.messages.values(), only) {
            match message.state {
                MessageState::Ready => own.now.push((message, mailing)),
                MessageState::Deferred if message.is_due(now) => own.now.push((message, mailing)),
                MessageState::Deferred => own.later.push((message, mailing)),
                MessageState::Deposited => own.deposited += 1,
                MessageState::Ambiguous => own.ambiguous += 1,
                MessageState::Refused => own.refused += 1,
                _ => {}
            }
        }
        let kept = limit.unwrap_or(usize::MAX).min(own.now.len());
        own.held = own.now.len() - kept;
        own.now.truncate(kept);
        if only.is_none() {
            // Also those of letters that nothing calls for any more.
            let all = past.messages.values();
            own.ambiguous = all.filter(|own| own.state == MessageState::Ambiguous).count();
        }
        own
    }
}

impl SendQueueState<'_, '_> {
    /// Waits for deferred messages too, as far as `limit` goes.
    pub fn keep_later(&mut self, limit: Option<usize>) {
        let room = limit.map_or(usize::MAX, |limit| limit.saturating_sub(self.now.len()));
        self.held += self.later.len().saturating_sub(room);
        self.later.truncate(room);
    }
}

/// What a person sees before anything leaves.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// Messages by domain of their school's address.
    pub domains: BTreeMap<String, usize>,
    /// Recipients the relay will count, message by message.
    pub recipients: Vec<u32>,
    /// Octets of all messages, about.
    pub octets: u64,
    /// Octets of the largest, about.
    pub largest: u64,
    /// The first few: address, subject, attachments.
    pub first: Vec<(String, String, Vec<String>)>,
}

/// Looks at what would go.
pub fn preview(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    past: &CampaignHistory,
    going: &[Going<'_, '_>],
) -> Preview {
    let mut preview = Preview::default();
    let enclosed: u64 = resolved.enclosures.iter().map(|own| own.bytes.len() as u64).sum();
    for (message, mailing) in going {
        let to = message.address.as_deref().unwrap_or_default();
        let domain = to.rsplit('@').next().unwrap_or_default().to_lowercase();
        *preview.domains.entry(domain).or_default() += 1;
        preview.recipients.push(route(resolved, message, mailing).recipients());
        let size = |hash: &str| ledger.store.size(hash).unwrap_or(0);
        let letters = message.letters.iter().filter_map(|(name, row, _)| past.issued(name, *row));
        let mut documents = letters.map(|hash| size(hash)).sum::<u64>() + enclosed;
        if resolved.settings.mail.attach_cover {
            documents += size(&message.cover_pdf);
        }
        let octets = on_the_wire(documents) + 2 * size(&message.cover_html);
        preview.octets += octets;
        preview.largest = preview.largest.max(octets);
        if preview.first.len() < SHOWN {
            let mut names = render_documents::attachment_names(resolved, mailing);
            if resolved.settings.mail.attach_cover {
                names.push(mailing.attachment_name());
            }
            names.extend(resolved.enclosures.iter().map(|own| own.name.clone()));
            let subject =
                format!("[{}] {}", resolved.desired.mailing_name(mailing), message.subject);
            preview.first.push((to.to_owned(), subject, names));
        }
    }
    preview
}

/// Octets of a message with documents of so many.
pub fn on_the_wire(documents: u64) -> u64 {
    documents * GROWTH / 100 + FRAME
}

/// Where a message goes.
///
/// A message that was never tried follows the settings; one that was keeps its envelope.
fn route(resolved: &ResolvedCampaign<'_>, message: &MessagePast, mailing: &Mailing<'_>) -> Route {
    match &message.route {
        Some(route) if message.tries > 0 || message.reminder => route.clone(),
        _ => wanted(resolved, message, mailing),
    }
}

/// The envelope that the settings ask for.
fn wanted(resolved: &ResolvedCampaign<'_>, message: &MessagePast, mailing: &Mailing<'_>) -> Route {
    let mail = &resolved.settings.mail;
    Route {
        from: mail.from.address.as_str().to_owned(),
        to: message.address.clone().unwrap_or_default(),
        copies: resolved
            .desired
            .copies(mailing)
            .iter()
            .map(|own| own.as_str().to_owned())
            .collect(),
        control: mail.control_copy.as_ref().map(|own| own.as_str().to_owned()),
    }
}

/// What became of messages that were to be frozen.
#[derive(Debug, Default)]
pub struct Frozen {
    /// Those that are frozen, by their numbers in the ledger.
    pub ids: BTreeSet<i64>,
    /// Messages that cannot be composed: name and why.
    pub problems: Vec<(String, String)>,
    /// The disk or the ledger refused: nothing more is done.
    pub refused: Option<String>,
}

/// Freezes those that are not frozen yet, all of them before anything leaves.
pub fn freeze(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    past: &CampaignHistory,
    going: &[Going<'_, '_>],
    clock: &Clock,
    jobs: usize,
) -> Frozen {
    let fresh: Vec<&Going<'_, '_>> =
        going.iter().filter(|(message, _)| message.route.is_none()).collect();
    let moment = clock.now();
    let stop = AtomicBool::new(false);
    let ids = going.iter().filter(|(own, _)| own.route.is_some()).map(|(own, _)| own.id);
    let mut outcome = Frozen { ids: ids.collect(), ..Frozen::default() };
    // Another control copy is another envelope for the same bytes.
    let moved = going.iter().filter_map(|(message, mailing)| {
        let route = route(resolved, message, mailing);
        let other = message.route.as_ref().is_some_and(|own| *own != route);
        let (id, bytes) = (message.message_id.clone()?, message.bytes.clone()?);
        other.then_some((message.id, id, bytes, route))
    });
    let mut batch: Vec<(i64, String, String, Route)> = moved.collect();
    let write = |batch: &mut Vec<(i64, String, String, Route)>| {
        let batch = std::mem::take(batch);
        ledger.write(|change| {
            batch
                .iter()
                .map(|(id, message_id, bytes, route)| change.freeze(*id, message_id, bytes, route))
                .collect::<Result<Vec<i64>, _>>()
        })
    };
    // The bytes are in the store: only their names wait to be written down.
    let work = |at: usize| -> Result<(String, String), Failed> {
        let (message, mailing) = fresh[at];
        let (frozen, bytes) = seal(resolved, ledger, past, message, mailing, Way::Relay(moment))?;
        Ok((frozen.message_id, bytes))
    };
    worker_pool::run(fresh.len(), jobs, &stop, work, |at, sealed| {
        let (message, mailing) = fresh[at];
        match sealed.unwrap_or_else(Failed::bug) {
            Ok((message_id, bytes)) => {
                let route = wanted(resolved, message, mailing);
                batch.push((message.id, message_id, bytes, route));
            }
            Err(Failed::Problem(problem)) => {
                outcome
                    .problems
                    .push((resolved.desired.mailing_name(mailing), problem.message.clone()));
            }
            Err(Failed::Disk(error)) => {
                let why = crate::files::reason(&error);
                outcome
                    .refused
                    .get_or_insert(format!("data/ledger ne peut pas être écrit : {why}"));
            }
        }
        if batch.len() >= BATCH {
            match write(&mut batch) {
                Ok(ids) => outcome.ids.extend(ids),
                Err(error) => drop(outcome.refused.get_or_insert(error.to_string())),
            }
        }
        if outcome.refused.is_some() {
            stop.store(true, Ordering::Relaxed);
        }
    });
    if outcome.refused.is_none() {
        match write(&mut batch) {
            Ok(ids) => outcome.ids.extend(ids),
            Err(error) => outcome.refused = Some(error.to_string()),
        }
    }
    outcome
}

/// The messages of these rows as a queue, in the order of the campaign.
pub fn queued<'p>(
    resolved: &ResolvedCampaign<'_>,
    past: &'p CampaignHistory,
    ids: &BTreeSet<i64>,
) -> Vec<QueuedMessage<'p>> {
    let all = past.messages.values().chain(past.reminders.values());
    open_messages(resolved, all, None)
        .into_iter()
        .filter(|(message, _)| ids.contains(&message.id) && message.route.is_some())
        .map(|(message, mailing)| QueuedMessage {
            message,
            address: mailing.address.map(|own| own.as_str().to_owned()),
            route: route(resolved, message, &mailing),
            name: resolved.desired.mailing_name(&mailing),
            school: school(resolved, &mailing),
        })
        .collect()
}

/// The school of a message as a person knows it.
pub fn school(resolved: &ResolvedCampaign<'_>, mailing: &Mailing<'_>) -> String {
    let first = mailing.letters.first().map(|at| resolved.desired.letters[*at].establishment);
    first.map_or(String::new(), |school| format!("{} ({})", school.name.value, mailing.uai))
}
