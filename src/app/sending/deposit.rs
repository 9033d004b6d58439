//! Deposits messages in the outbox, and brings back the files of those that lie there already.
//!
//! The row that says "deposited" is on the disk before the file is: every file in the outbox is
//! known to the ledger.

use super::outbox_file::outbox_file;
use super::queue::freeze::{FreezeContext, FreezeError, StoredMessage};
use super::queue::open_messages::{OutgoingMessage, open_messages};
use crate::app::approval::message_fingerprint::of_message;
use crate::app::failure::{DocumentFailure, StopCause};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::ledger::{Ledger, LedgerError};
use crate::mail::message::SendMethod;
use crate::plan::history::{CampaignHistory, MessageEntry, MessageKind, MessageState};
use crate::project::output_folders::{FileOutcome, FileWriteError, OutputFolders};
use crate::project::send_log::SendLog;
use crate::render::worker_pool;
use crate::stages::{Stage, Stages};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

/// Messages deposited in one transaction.
const BATCH: usize = 24;

/// Which messages to deposit in the outbox.
#[derive(Clone, Copy, Debug)]
pub struct DepositRequest<'d> {
    /// The chosen mailings; all if there is no choice.
    pub only: Option<&'d BTreeSet<usize>>,
    /// Whether ready messages are deposited; else only those that lie in the outbox are brought back.
    pub ready: bool,
    /// At most so many ready messages.
    pub limit: Option<usize>,
    /// Number of worker threads.
    pub jobs: usize,
    /// The day in `send.log`.
    pub day: Date,
    /// Whether the pass has stopped: then nothing new is deposited.
    pub is_stopped: bool,
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositedMessage {
    /// Name of the `.eml` file.
    pub file: String,
    /// What it is for.
    pub kind: MessageKind,
    /// Message-ID (RFC 5322, 3.6.4), angle brackets included.
    pub message_id: String,
    /// Whether its file was written by this pass.
    pub is_new: bool,
    /// Whether it was deposited before and its file was missing.
    pub is_put_back: bool,
}

/// The messages that were deposited, and those that were not.
#[derive(Debug, Default)]
pub struct DepositOutcome {
    /// Messages in the outbox, by file name.
    pub deposited: Vec<DepositedMessage>,
    /// Ready messages left for another time by the limit.
    pub remaining: usize,
    /// Messages that nobody approved as they are, where that is asked for.
    pub unapproved: Option<usize>,
    /// Messages that cannot be composed.
    pub failures: Vec<DocumentFailure>,
    /// Files taken out of the outbox: they were deposited before an approval was asked for.
    pub taken_out: Vec<String>,
    /// Files that someone had edited, and that are as they were again.
    pub edited: Vec<String>,
    /// Files made or confirmed, relative to the project.
    pub files: Vec<String>,
    /// The disk or the ledger refused: nothing more was done.
    pub stopped: Option<StopCause>,
}

/// Deposits ready messages and brings deposited ones back.
pub fn deposit(context: &FreezeContext<'_>, request: DepositRequest<'_>) -> DepositOutcome {
    let resolved = context.resolved;
    let folders = OutputFolders::new(resolved.project, &resolved.output, Some(context.ledger));
    let mut outbox = OutboxWriter {
        log: SendLog::new(&folders.out, request.day),
        folders,
        ledger: context.ledger,
        resolved,
        outcome: DepositOutcome::default(),
    };
    let mut ready = outbox.bring_back_all(context, request);
    let limit = request.limit.unwrap_or(usize::MAX).min(ready.len());
    outbox.outcome.remaining = ready.len() - limit;
    ready.truncate(limit);
    let stages = resolved.engine.stages();
    let stop = AtomicBool::new(request.is_stopped || outbox.outcome.stopped.is_some());
    let work = |at: usize| {
        let OutgoingMessage { message, mailing } = &ready[at];
        let method = SendMethod::Outbox(message.date);
        stages.time(Stage::Message, || context.freeze_and_store(message, mailing, method))
    };
    let mut batch: BTreeMap<usize, StoredMessage> = BTreeMap::new();
    worker_pool::run(ready.len(), request.jobs, &stop, work, |at, stored| {
        match stored.unwrap_or_else(|| Err(FreezeError::bug())) {
            Ok(stored) => drop(batch.insert(at, stored)),
            Err(FreezeError::Problem(problem)) => {
                let name = resolved.desired.mailing_name(&ready[at].mailing);
                let problem = problem.located(resolved.sources);
                outbox.outcome.failures.push(DocumentFailure { problem, names: vec![name] });
            }
            Err(FreezeError::Disk(error)) => match LedgerError::of_object(error) {
                LedgerError::Io(error) => {
                    outbox.stop(FileWriteError::new(outbox.folders.outbox.folder(), error));
                }
                lost => outbox.stop(lost),
            },
        }
        if batch.len() >= BATCH {
            outbox.deposit_batch(&ready, std::mem::take(&mut batch), stages);
        }
        if outbox.outcome.stopped.is_some() {
            stop.store(true, Ordering::Relaxed);
        }
    });
    outbox.deposit_batch(&ready, batch, stages);
    outbox.outcome.deposited.sort_by(|a, b| a.file.cmp(&b.file));
    outbox.outcome
}

/// Writes into the outbox, the ledger and the log.
struct OutboxWriter<'o> {
    folders: OutputFolders<'o>,
    log: SendLog,
    ledger: &'o Ledger,
    resolved: &'o ResolvedCampaign<'o>,
    outcome: DepositOutcome,
}

impl OutboxWriter<'_> {
    fn stop(&mut self, cause: impl Into<StopCause>) {
        self.outcome.stopped.get_or_insert(cause.into());
    }

    /// Brings the files of deposited messages back; gives the ready ones.
    fn bring_back_all<'p, 'r>(
        &mut self,
        context: &FreezeContext<'r>,
        request: DepositRequest<'_>,
    ) -> Vec<OutgoingMessage<'p, 'r>>
    where
        'r: 'p,
    {
        let history = context.history;
        let is_deposited = |message: &&MessageEntry| message.state == MessageState::Deposited;
        let others = history.all_messages().filter(|one| one.kind != MessageKind::Letters);
        for message in others.filter(is_deposited) {
            self.bring_back(message);
        }
        let mut ready = Vec::new();
        let messages = history.messages.values();
        for outgoing in open_messages(context.resolved, messages, request.only) {
            match outgoing.message.state {
                MessageState::Deposited => match self.is_approved(history, &outgoing) {
                    true => self.bring_back(outgoing.message),
                    false => self.take_out(outgoing.message),
                },
                // What the relay deferred has not left: it may go by hand as well.
                MessageState::Ready | MessageState::Deferred
                    if request.ready && self.is_approved(history, &outgoing) =>
                {
                    ready.push(outgoing);
                }
                _ => {}
            }
        }
        ready
    }

    /// Whether a message may lie in the outbox; one that nobody approved is counted where that is asked for.
    fn is_approved(
        &mut self,
        history: &CampaignHistory,
        outgoing: &OutgoingMessage<'_, '_>,
    ) -> bool {
        if !self.resolved.needs_approval() {
            return true;
        }
        let is_approved =
            history.approvals.is_approved(&of_message(self.resolved, history, outgoing));
        *self.outcome.unapproved.get_or_insert_default() += usize::from(!is_approved);
        is_approved
    }

    /// Nobody sends by hand what nobody approved. It stays deposited in the ledger: it may have been sent before.
    fn take_out(&mut self, message: &MessageEntry) {
        let file = outbox_file(message);
        let path = self.folders.outbox.folder().join(&file);
        match std::fs::remove_file(&path) {
            Ok(()) => match self.log.withdrawn(&file) {
                Ok(()) => self.outcome.taken_out.push(file),
                Err(error) => self.stop(FileWriteError::new(self.log.path(), error)),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => self.stop(FileWriteError::new(&path, error)),
        }
    }

    /// The file of a deposited message is there, as it was.
    fn bring_back(&mut self, message: &MessageEntry) {
        let (Some(hash), Some(message_id)) = (&message.bytes, &message.message_id) else {
            return;
        };
        let file = outbox_file(message);
        let placed = match self.folders.restore(self.folders.outbox.folder(), &file, hash) {
            Ok(placed) => placed,
            Err(error) => return self.stop(error),
        };
        let path = format!("{}/outbox/{file}", self.resolved.output);
        if placed.was_edited {
            self.outcome.edited.push(path.clone());
        }
        self.outcome.files.push(path);
        let is_new = placed.outcome == FileOutcome::Written;
        let message_id = message_id.clone();
        self.outcome.deposited.push(DepositedMessage {
            kind: message.kind,
            file,
            message_id,
            is_new,
            is_put_back: placed.outcome != FileOutcome::Unchanged && !placed.was_edited,
        });
    }

    fn deposit_batch(
        &mut self,
        ready: &[OutgoingMessage<'_, '_>],
        batch: BTreeMap<usize, StoredMessage>,
        stages: &Stages,
    ) {
        if !batch.is_empty()
            && let Err(cause) = stages.time(Stage::Ledger, || self.publish(ready, batch))
        {
            self.stop(cause);
        }
    }

    /// Rows first, files after; each noted in the log as it happens.
    fn publish(
        &mut self,
        ready: &[OutgoingMessage<'_, '_>],
        batch: BTreeMap<usize, StoredMessage>,
    ) -> Result<(), StopCause> {
        let file = |at: usize| outbox_file(ready[at].message);
        self.ledger.write(|change| {
            batch.iter().try_for_each(|(at, stored)| {
                let (id, message_id) = (ready[*at].message.id, &stored.frozen.message_id);
                change.deposit(id, message_id, &stored.hash, &file(*at))
            })
        })?;
        for (at, StoredMessage { frozen, .. }) in batch {
            let name = file(at);
            let path = self.folders.outbox.folder().join(&name);
            self.folders
                .outbox
                .deposit(&name, &frozen.bytes)
                .map_err(|error| FileWriteError::new(&path, error))?;
            let to = ready[at].mailing.address.map_or("", |to| to.as_str());
            self.log
                .deposited(&name, &frozen.message_id, to)
                .map_err(|error| FileWriteError::new(self.log.path(), error))?;
            self.outcome.files.push(format!("{}/outbox/{name}", self.resolved.output));
            self.outcome.deposited.push(DepositedMessage {
                file: name,
                kind: MessageKind::Letters,
                message_id: frozen.message_id,
                is_new: true,
                is_put_back: false,
            });
        }
        Ok(())
    }
}
