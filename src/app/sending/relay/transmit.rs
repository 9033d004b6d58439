//! Hands messages to the relay, one at a time, each step written down before and after.
//!
//! frozen → MAIL, RCPT → intent on the disk → DATA, message, dot → result on the disk → next. What became of a
//! message is judged by `smtp_session::disposition`; what was not proven stays ambiguous, and the others go on.

use super::preflight::{self, Preflight, PreflightError};
use super::record_attempt::{AttemptRecord, AttemptRecorder};
use super::retry_queue::RetryQueue;
use super::stopped_by::StoppedBy;
use super::transmission::{
    DeliveryIssue, PauseReason, Progress, QueuedMessage, RejectedCopy, TransmissionOutcome,
};
use super::wording;
use crate::clock::Clock;
use crate::ledger::{Ledger, LedgerError};
use crate::plan::history::{CampaignHistory, MessageState};
use crate::project::send_log::SendLog;
use jiff::{SignedDuration, Timestamp};
use smtp_session::{
    Attempt, CancelToken, ConnectError, Disposition, Envelope, LossCause, Phase, RateLimiter,
    RejectedRecipient, RelayConfig, ServerOutcome, Session, StopReason, StopRules, TransactionEnd,
};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

/// Longest pause on an open connection: servers close idle connections, so it is closed first.
const MAX_IDLE: SignedDuration = SignedDuration::from_secs(20);
/// Time between two looks at the cancel token during a pause.
const CANCEL_POLL: Duration = Duration::from_millis(50);

/// Everything that a transmission needs.
pub struct Transmission<'a> {
    /// The ledger that records each step.
    pub ledger: &'a Ledger,
    /// The campaign whose messages leave.
    pub campaign: &'a str,
    /// What it knew when the messages were frozen.
    pub history: &'a CampaignHistory,
    /// The relay.
    pub relay: &'a RelayConfig,
    /// Seconds to wait after so many tries.
    pub delay: &'a dyn Fn(u32) -> i64,
    /// The clock, which may be simulated.
    pub clock: &'a Clock,
    /// A person's wish to stop.
    pub cancel: &'a CancelToken,
    /// Stay until nothing is deferred.
    pub wait: bool,
    /// Hashes of the documents that go with every message.
    pub enclosures: BTreeSet<String>,
    /// Where the log goes.
    pub log: &'a SendLog,
    /// Files for results that could not be written to the ledger, the preferred one first.
    pub emergency: Vec<PathBuf>,
}

/// A message in the queue, with the number of its tries.
struct QueueEntry<'p> {
    queued: QueuedMessage<'p>,
    tries: u32,
}

/// A transaction that ended.
struct Ended {
    end: TransactionEnd,
    rejected: Vec<RejectedRecipient>,
    intent_recorded: bool,
}

impl Ended {
    /// One that ended before its intent.
    fn early(end: TransactionEnd) -> Self {
        Self { end, rejected: Vec::new(), intent_recorded: false }
    }
}

impl Transmission<'_> {
    /// Sends what is in the queue. `later` are deferred messages that are not due yet.
    pub fn run<'p>(
        &self,
        queue: Vec<QueuedMessage<'p>>,
        later: Vec<QueuedMessage<'p>>,
        limiter: RateLimiter,
        progress: &mut dyn FnMut(Progress),
    ) -> TransmissionOutcome {
        let entry = |queued: QueuedMessage<'p>| QueueEntry { tries: queued.message.tries, queued };
        let deferred = later
            .into_iter()
            .map(|queued| (queued.message.due.unwrap_or_else(|| self.clock.now()), entry(queued)));
        let mut run = Run {
            transmission: self,
            queue: RetryQueue::new(queue.into_iter().map(entry), deferred),
            limiter,
            rules: StopRules::default(),
            session: None,
            failed_connections: 0,
            outcome: TransmissionOutcome::default(),
            progress,
        };
        while run.step().is_continue() {}
        run.finish()
    }

    fn recorder(&self) -> AttemptRecorder<'_> {
        let (ledger, log, clock) = (self.ledger, self.log, self.clock);
        AttemptRecorder { ledger, log, clock, emergency: &self.emergency }
    }

    /// The moment in so many seconds.
    fn after(&self, seconds: i64) -> Timestamp {
        let now = self.clock.now();
        now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
    }

    /// The frozen bytes of a message, after the last check.
    fn checked_bytes(&self, queued: &QueuedMessage<'_>) -> Result<Vec<u8>, PreflightError> {
        let hash = queued.message.bytes.clone().unwrap_or_default();
        let bytes = self.ledger.store.get(&hash)?;
        let preflight = Preflight {
            message: queued.message,
            route: &queued.route,
            address: queued.address.as_deref(),
            history: self.history,
            enclosures: &self.enclosures,
        };
        preflight::check(&bytes, &preflight)?;
        if let Some(fingerprint) = &queued.approval
            && !self.ledger.is_approved(self.campaign, fingerprint)?
        {
            return Err(PreflightError::NotApproved);
        }
        Ok(bytes)
    }

    /// One transaction; none when an idle connection turned out to be closed.
    fn attempt(
        &self,
        session: &mut Session,
        queued: &QueuedMessage<'_>,
        bytes: &[u8],
    ) -> Result<Option<Ended>, LedgerError> {
        if let Some(limit) = session.capabilities().limit_below(bytes.len()) {
            let outcome = ServerOutcome::TooLarge { octets: bytes.len() as u64, limit };
            return Ok(Some(Ended::early(TransactionEnd { phase: Phase::Mail, outcome })));
        }
        let rejected = match session.send_envelope(&envelope(queued), bytes.len()) {
            Ok(rejected) => rejected,
            Err(end) if session.is_used() && was_closed(&end) => return Ok(None),
            Err(end) => return Ok(Some(Ended::early(end))),
        };
        let relay = format!("{}:{}", self.relay.host, self.relay.port);
        self.recorder().record_intent(queued, &relay)?;
        let end = session.send_message(bytes);
        Ok(Some(Ended { end, rejected, intent_recorded: true }))
    }
}

fn envelope(queued: &QueuedMessage<'_>) -> Envelope {
    let route = &queued.route;
    let recipients = std::iter::once(&route.to).chain(&route.copies).chain(&route.control);
    Envelope {
        from: route.from.clone(),
        recipients: recipients.cloned().collect(),
        id: format!("{}.r{}", queued.name, queued.message.number),
    }
}

/// Whether the relay had closed the connection before the transaction.
fn was_closed(end: &TransactionEnd) -> bool {
    let gone = match &end.outcome {
        ServerOutcome::Lost(loss) => loss.cause != LossCause::Cancelled,
        ServerOutcome::Reply(reply) => reply.code == 421,
        ServerOutcome::TooLarge { .. } => false,
    };
    end.phase == Phase::Mail && gone
}

/// A transmission that is going on.
struct Run<'r, 't, 'p> {
    transmission: &'r Transmission<'t>,
    queue: RetryQueue<QueueEntry<'p>>,
    limiter: RateLimiter,
    rules: StopRules,
    session: Option<Session>,
    /// Connections in a row that failed.
    failed_connections: u32,
    outcome: TransmissionOutcome,
    progress: &'r mut dyn FnMut(Progress),
}

impl<'p> Run<'_, '_, 'p> {
    /// The next message, or the next pause.
    fn step(&mut self) -> ControlFlow<()> {
        let transmission = self.transmission;
        if transmission.cancel.is_requested() {
            self.outcome.stopped = Some(StoppedBy::Signal);
            return ControlFlow::Break(());
        }
        let now = transmission.clock.now();
        let Some(entry) = self.queue.next(now) else { return self.wait_for_deferred() };
        let ready_at = self.limiter.ready_at(now, entry.queued.route.recipients());
        if ready_at > now {
            if ready_at.duration_since(now) > MAX_IDLE {
                self.close_session();
            }
            self.queue.put_back(entry);
            self.pause(ready_at, PauseReason::Quota);
            return ControlFlow::Continue(());
        }
        match transmission.checked_bytes(&entry.queued) {
            Ok(bytes) => self.send(entry, &bytes),
            Err(error) => {
                let why = error.to_string();
                self.outcome.kept_back += 1;
                self.outcome.issues.push(DeliveryIssue::of(&entry.queued, None, why, None));
                (self.progress)(Progress::Done);
                ControlFlow::Continue(())
            }
        }
    }

    fn wait_for_deferred(&mut self) -> ControlFlow<()> {
        match self.queue.next_due() {
            Some(due) if self.transmission.wait => {
                self.close_session();
                self.pause(due, PauseReason::Deferred);
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Break(()),
        }
    }

    /// Sends one message, over a new connection if the last one is spent.
    fn send(&mut self, entry: QueueEntry<'p>, bytes: &[u8]) -> ControlFlow<()> {
        let transmission = self.transmission;
        if self.session.as_ref().is_none_or(Session::is_exhausted) {
            self.close_session();
            match Session::open(transmission.relay, transmission.cancel) {
                Ok(session) => self.session = Some(session),
                Err(error) => {
                    self.queue.put_back(entry);
                    return self.connection_failed(&error);
                }
            }
        }
        let Some(session) = self.session.as_mut() else { return ControlFlow::Continue(()) };
        match transmission.attempt(session, &entry.queued, bytes) {
            Ok(Some(ended)) => self.conclude(entry, ended),
            Ok(None) => {
                self.close_session();
                self.queue.put_back(entry);
                ControlFlow::Continue(())
            }
            Err(error) => {
                // The intent is not on the disk: the message is not sent.
                session.reset();
                self.queue.put_back(entry);
                self.stop(StoppedBy::Disk, error.to_string())
            }
        }
    }

    /// A relay that cannot be reached ends the sending, unless it may come back and is waited for.
    fn connection_failed(&mut self, error: &ConnectError) -> ControlFlow<()> {
        let transmission = self.transmission;
        self.failed_connections += 1;
        let due = transmission.after((transmission.delay)(self.failed_connections));
        if transmission.cancel.is_requested() {
            self.outcome.stopped = Some(StoppedBy::Signal);
            return ControlFlow::Break(());
        }
        let reason = StopReason::from(error);
        let may_pass = matches!(reason, StopReason::Unreliable | StopReason::Throttled);
        if may_pass && transmission.wait {
            self.pause(due, PauseReason::ServerUnavailable);
            return ControlFlow::Continue(());
        }
        let is_lasting =
            matches!(error, ConnectError::SessionRefused(reply) if reply.is_permanent());
        self.outcome.next = Some(due).filter(|_| may_pass && !is_lasting);
        let why = wording::connect_error(error, transmission.relay);
        self.stop(StoppedBy::Server(reason), why)
    }

    /// Records what became of a message, and what follows from it for the others.
    fn conclude(&mut self, entry: QueueEntry<'p>, ended: Ended) -> ControlFlow<()> {
        let transmission = self.transmission;
        let QueueEntry { queued, tries } = entry;
        let Ended { end, rejected, intent_recorded } = ended;
        let recipients = queued.route.recipients();
        self.limiter.record(Attempt { moment: transmission.clock.now(), recipients });
        self.failed_connections = 0;
        let tries = tries + 1;
        let retry_at = transmission.after((transmission.delay)(tries));
        let result = AttemptRecord::of(&end, rejected, intent_recorded, retry_at);
        if let Err(error) = transmission.recorder().record(&queued, &result) {
            return self.not_recorded(&queued, &result, &error);
        }
        let copies = result.rejected.iter().map(|one| RejectedCopy {
            name: queued.name.clone(),
            address: one.address.clone(),
            reply: one.reply.to_string(),
        });
        self.outcome.rejected_copies.extend(copies);
        self.outcome.count(&queued, result.disposition, &result.reply, result.due);
        match result.disposition {
            Disposition::Deferred => self.queue.defer(retry_at, QueueEntry { queued, tries }),
            Disposition::Unchanged => self.queue.put_back(QueueEntry { queued, tries }),
            Disposition::HandedOver | Disposition::Refused | Disposition::Ambiguous => {
                (self.progress)(Progress::Done);
            }
        }
        self.apply_stop_rules(&end, &result.reply)
    }

    fn apply_stop_rules(&mut self, end: &TransactionEnd, reply: &str) -> ControlFlow<()> {
        // Each message that is too large is named: to stop would only make the list shorter.
        let is_too_large = matches!(end.outcome, ServerOutcome::TooLarge { .. });
        let Some(reason) = (!is_too_large).then(|| self.rules.note(end)).flatten() else {
            return ControlFlow::Continue(());
        };
        if reason == StopReason::Throttled && self.transmission.wait {
            self.close_session();
            self.rules = StopRules::default();
            let transmission = self.transmission;
            self.pause(transmission.after((transmission.delay)(1)), PauseReason::Throttled);
            return ControlFlow::Continue(());
        }
        let why = match reason {
            StopReason::Unreliable => wording::many_ambiguous(reply),
            _ => wording::server_says(reply),
        };
        self.stop(StoppedBy::Server(reason), why)
    }

    /// Reports a result that could not be written to the ledger, and writes it to an emergency
    /// file.
    fn not_recorded(
        &mut self,
        queued: &QueuedMessage<'_>,
        result: &AttemptRecord,
        error: &LedgerError,
    ) -> ControlFlow<()> {
        if result.intent_recorded {
            let recorder = self.transmission.recorder();
            let kept = recorder.record_elsewhere(queued, result).map(printable_text::of_path);
            let reply = wording::not_recorded(&result.reply, kept.as_deref());
            self.outcome.ambiguous += 1;
            let state = Some(MessageState::Ambiguous);
            self.outcome.issues.push(DeliveryIssue::of(queued, state, reply, None));
        } else {
            // Nothing was sent, and the ledger says so.
            self.outcome.remaining += 1;
        }
        self.stop(StoppedBy::Disk, error.to_string())
    }

    fn stop(&mut self, stopped_by: StoppedBy, why: String) -> ControlFlow<()> {
        self.outcome.stopped = Some(stopped_by);
        self.outcome.why = Some(why);
        ControlFlow::Break(())
    }

    fn close_session(&mut self) {
        if let Some(session) = self.session.take() {
            session.close();
        }
    }

    /// Waits, while a person may still stop it.
    fn pause(&mut self, until: Timestamp, reason: PauseReason) {
        (self.progress)(Progress::Paused(until, reason));
        let Transmission { clock, cancel, .. } = self.transmission;
        while clock.now() < until && !cancel.is_requested() {
            let left = until.duration_since(clock.now());
            let left = Duration::try_from(left).unwrap_or(CANCEL_POLL);
            std::thread::sleep(left.clamp(Duration::from_millis(1), CANCEL_POLL));
        }
    }

    fn finish(mut self) -> TransmissionOutcome {
        self.close_session();
        let due = self.queue.next_due();
        let mut outcome = self.outcome;
        outcome.deferred = self.queue.deferred();
        outcome.remaining += self.queue.pending();
        outcome.next = match outcome.stopped {
            Some(StoppedBy::Server(StopReason::Throttled)) => due.or(outcome.next),
            _ => outcome.next.or(due),
        };
        outcome
    }
}
