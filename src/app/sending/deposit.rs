//! Deposits messages in the outbox, and brings back those that lie there already.
//!
//! The row that says "deposited" is on the disk before the file is: whoever sees a file can be sure
//! that the ledger knows of it. Makes no document.

use crate::app::failure::{DocumentFailure, StopCause};
use crate::app::output_folders::{FileOutcome, FileWriteError, OutputFolders};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::freeze::{Failed, Sealed, open_messages, seal};
use crate::deliver::log::SendLog;
use crate::deliver::outbox::Outbox;
use crate::ledger::Ledger;
use crate::letter::mailing::Mailing;
use crate::mail::message::{FrozenMessage, Way};
use crate::plan::past::{CampaignHistory, MessagePast, MessageState};
use crate::render::worker_pool;
use crate::stages::Stage;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

/// Messages deposited in one transaction.
const BATCH: usize = 24;

/// What to deposit.
#[derive(Clone, Copy, Debug)]
pub struct DepositRequest<'a> {
    /// The chosen mailings; all when absent.
    pub only: Option<&'a BTreeSet<usize>>,
    /// How many messages that are ready are deposited at most. Absent: none is, and none is left for
    /// later.
    pub limit: Option<usize>,
    /// Workers.
    pub jobs: usize,
    /// The day written in `send.log`.
    pub day: Date,
    /// Whether the pass has stopped: then nothing new is deposited.
    pub is_stopped: bool,
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositedMessage {
    /// File name.
    pub file: String,
    /// Message-ID.
    pub message_id: String,
    /// Whether its file was written by this pass.
    pub is_new: bool,
}

/// What became of the outbox.
#[derive(Debug, Default)]
pub struct DepositOutcome {
    /// The messages in it, by file name.
    pub messages: Vec<DepositedMessage>,
    /// Their files, relative to the project.
    pub files: Vec<String>,
    /// Those that someone had edited.
    pub edited: Vec<String>,
    /// Messages left for a later pass by the limit.
    pub remaining: usize,
    /// Messages that cannot be put together.
    pub failures: Vec<DocumentFailure>,
    /// Why it stopped before its end, if it did.
    pub stopped: Option<StopCause>,
}

impl DepositOutcome {
    fn stop(&mut self, cause: impl Into<StopCause>) {
        self.stopped.get_or_insert(cause.into());
    }
}

/// The name of a message's file in the outbox.
pub fn outbox_file(message: &MessagePast) -> String {
    match message.reminder {
        true => Outbox::reminder_name(&message.uai, message.number),
        false => Outbox::file_name(&message.uai, message.number),
    }
}

/// Restores deposited messages, and deposits ready ones. `history` is what the ledger knows after the
/// letters were made.
pub fn deposit(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    history: &CampaignHistory,
    request: &DepositRequest<'_>,
) -> DepositOutcome {
    let folders = OutputFolders::new(resolved.project, &resolved.output, Some(ledger));
    let log = SendLog::new(&folders.out, request.day);
    let mut depositor = Depositor { resolved, ledger, folders, log, ready: Vec::new() };
    let mut outcome = DepositOutcome::default();
    let reminders = history.reminders.values();
    for message in reminders.filter(|reminder| reminder.state == MessageState::Deposited) {
        depositor.restore(message, &mut outcome);
    }
    for (message, mailing) in open_messages(resolved, history.messages.values(), request.only) {
        match message.state {
            MessageState::Deposited => depositor.restore(message, &mut outcome),
            // What the relay put off has not left: it may go by hand as well.
            MessageState::Ready | MessageState::Deferred if request.limit.is_some() => {
                depositor.ready.push((message, mailing));
            }
            _ => {}
        }
    }
    let ready = depositor.ready.len();
    let limit = request.limit.unwrap_or_default().min(ready);
    outcome.remaining = ready - limit;
    depositor.ready.truncate(limit);
    let stop = AtomicBool::new(request.is_stopped || outcome.stopped.is_some());
    let stages = resolved.engine.stages();
    let work = |at: usize| {
        let (message, mailing) = &depositor.ready[at];
        let way = Way::Outbox(message.date);
        stages.time(Stage::Message, || seal(resolved, ledger, history, message, mailing, way))
    };
    let mut batch = Batch::new();
    worker_pool::run(limit, request.jobs, &stop, work, |at, sealed| {
        depositor.take(at, sealed.unwrap_or_else(Failed::bug), &mut batch, &mut outcome);
        if batch.len() >= BATCH {
            depositor.publish(std::mem::take(&mut batch), &mut outcome);
        }
        if outcome.stopped.is_some() {
            stop.store(true, Ordering::Relaxed);
        }
    });
    depositor.publish(batch, &mut outcome);
    outcome.messages.sort_by(|a, b| a.file.cmp(&b.file));
    outcome
}

/// FrozenMessage messages by their place among those that are ready, with the name of their bytes in the
/// store.
type Batch = BTreeMap<usize, (FrozenMessage, String)>;

struct Depositor<'a, 'r> {
    resolved: &'a ResolvedCampaign<'r>,
    ledger: &'a Ledger,
    folders: OutputFolders<'a>,
    log: SendLog,
    ready: Vec<(&'a MessagePast, Mailing<'r>)>,
}

impl Depositor<'_, '_> {
    /// Makes sure that the file of a deposited message is there, as it was.
    fn restore(&self, message: &MessagePast, outcome: &mut DepositOutcome) {
        let (Some(hash), Some(message_id)) = (&message.bytes, &message.message_id) else { return };
        let file = outbox_file(message);
        let placed = match self.folders.restore(self.folders.outbox.folder(), &file, hash) {
            Ok(placed) => placed,
            Err(error) => return outcome.stop(error),
        };
        let path = self.shown(&file);
        if placed.was_edited {
            outcome.edited.push(path.clone());
        }
        outcome.files.push(path);
        let is_new = placed.outcome == FileOutcome::Written;
        outcome.messages.push(DepositedMessage { file, message_id: message_id.clone(), is_new });
    }

    fn shown(&self, file: &str) -> String {
        format!("{}/outbox/{file}", self.resolved.output)
    }

    fn take(&self, at: usize, sealed: Sealed, batch: &mut Batch, outcome: &mut DepositOutcome) {
        match sealed {
            Ok(sealed) => drop(batch.insert(at, sealed)),
            Err(Failed::Problem(problem)) => outcome.failures.push(DocumentFailure {
                problem: problem.located(self.resolved.sources),
                names: vec![self.resolved.desired.mailing_name(&self.ready[at].1)],
            }),
            Err(Failed::Disk(error)) => {
                outcome.stop(FileWriteError::new(self.folders.outbox.folder(), error));
            }
        }
    }

    /// Writes the rows of a batch, then its files.
    fn publish(&self, batch: Batch, outcome: &mut DepositOutcome) {
        let stages = self.resolved.engine.stages();
        let published = stages.time(Stage::Ledger, || self.write_batch(batch, outcome));
        if let Err(cause) = published {
            outcome.stop(cause);
        }
    }

    fn write_batch(&self, batch: Batch, outcome: &mut DepositOutcome) -> Result<(), StopCause> {
        if batch.is_empty() {
            return Ok(());
        }
        let file = |at: usize| outbox_file(self.ready[at].0);
        self.ledger.write(|change| {
            for (at, (frozen, bytes)) in &batch {
                change.deposit(self.ready[*at].0.id, &frozen.message_id, bytes, &file(*at))?;
            }
            Ok(())
        })?;
        for (at, (frozen, _)) in batch {
            let name = file(at);
            let path = self.folders.outbox.folder().join(&name);
            let deposited = self.folders.outbox.deposit(&name, &frozen.bytes);
            deposited.map_err(|error| FileWriteError::new(&path, error))?;
            let to = self.ready[at].1.address.map_or("", |to| to.as_str());
            let logged = self.log.deposited(&name, &frozen.message_id, to);
            logged.map_err(|error| FileWriteError::new(self.log.path(), error))?;
            outcome.files.push(self.shown(&name));
            let message_id = frozen.message_id;
            outcome.messages.push(DepositedMessage { file: name, message_id, is_new: true });
        }
        Ok(())
    }
}
