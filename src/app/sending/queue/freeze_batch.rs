//! Freezes all messages that are about to go over the relay, before the first of them leaves.

use super::freeze::{FreezeContext, FreezeError};
use super::open_messages::OutgoingMessage;
use super::route::{route, settings_route};
use crate::clock::Clock;
use crate::files;
use crate::ledger::{Ledger, LedgerError};
use crate::mail::message::SendMethod;
use crate::plan::history::{FrozenEnvelope, ObjectHash};
use crate::render::worker_pool;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

/// Messages frozen in one transaction.
const BATCH: usize = 24;

/// What became of messages that were to be frozen.
#[derive(Debug, Default)]
pub struct FrozenBatch {
    /// Those that are frozen, by their numbers in the ledger.
    pub ids: BTreeSet<i64>,
    /// Messages that cannot be composed.
    pub problems: Vec<NotFrozen>,
    /// The disk or the ledger refused: nothing more is done.
    pub refused: Option<String>,
    /// An original is missing or changed: nothing more is done.
    pub lost: Option<LedgerError>,
}

/// A message that cannot be composed.
#[derive(Debug)]
pub struct NotFrozen {
    /// Name of the message: its letter's reference, or campaign and lowest UAI.
    pub name: String,
    /// Why it cannot be frozen, in French.
    pub why: String,
}

/// A row of the ledger to be frozen: its bytes are in the store.
struct FrozenRow {
    id: i64,
    message_id: String,
    hash: ObjectHash,
    route: FrozenEnvelope,
}

/// Freezes those that are not frozen yet.
pub fn freeze_batch(
    context: &FreezeContext<'_>,
    outgoing: &[OutgoingMessage<'_, '_>],
    clock: &Clock,
    jobs: usize,
) -> FrozenBatch {
    let resolved = context.resolved;
    let is_frozen = |one: &&OutgoingMessage<'_, '_>| one.message.route.is_some();
    let (frozen, fresh): (Vec<_>, Vec<_>) = outgoing.iter().partition(is_frozen);
    let mut batch = FrozenBatch {
        ids: frozen.iter().map(|one| one.message.id).collect(),
        ..FrozenBatch::default()
    };
    // Another control copy is another envelope for the same bytes.
    let mut rows: Vec<FrozenRow> = frozen
        .iter()
        .filter_map(|one| {
            let (message, route) = (one.message, route(resolved, one));
            let (message_id, hash) = (message.message_id.clone()?, message.bytes.clone()?);
            let is_other = message.route.as_ref().is_some_and(|kept| *kept != route);
            is_other.then_some(FrozenRow { id: message.id, message_id, hash, route })
        })
        .collect();
    let moment = clock.now();
    let stop = AtomicBool::new(false);
    let work = |at: usize| {
        let OutgoingMessage { message, mailing } = fresh[at];
        context.freeze_and_store(message, mailing, SendMethod::Relay(moment))
    };
    worker_pool::run(fresh.len(), jobs, &stop, work, |at, stored| {
        match stored.unwrap_or_else(|| Err(FreezeError::bug())) {
            Ok(stored) => rows.push(FrozenRow {
                id: fresh[at].message.id,
                message_id: stored.frozen.message_id,
                hash: stored.hash,
                route: settings_route(resolved, fresh[at]),
            }),
            Err(FreezeError::Problem(problem)) => batch.problems.push(NotFrozen {
                name: resolved.desired.mailing_name(&fresh[at].mailing),
                why: problem.message,
            }),
            Err(FreezeError::Disk(error)) => match LedgerError::of_object(error) {
                LedgerError::Io(error) => {
                    let why = files::reason(&error);
                    batch.refuse(format!("data/ledger ne peut pas être écrit : {why}"));
                }
                lost => {
                    batch.lost = Some(lost);
                    stop.store(true, Ordering::Relaxed);
                }
            },
        }
        if rows.len() >= BATCH {
            batch.write(context.ledger, &mut rows);
        }
        if batch.refused.is_some() {
            stop.store(true, Ordering::Relaxed);
        }
    });
    if batch.refused.is_none() {
        batch.write(context.ledger, &mut rows);
    }
    batch
}

impl FrozenBatch {
    fn refuse(&mut self, why: String) {
        self.refused.get_or_insert(why);
    }

    /// Writes rows in one transaction.
    fn write(&mut self, ledger: &Ledger, rows: &mut Vec<FrozenRow>) {
        let rows = std::mem::take(rows);
        let written: Result<Vec<i64>, LedgerError> = ledger.write(|change| {
            let freeze =
                |row: &FrozenRow| change.freeze(row.id, &row.message_id, &row.hash, &row.route);
            rows.iter().map(freeze).collect()
        });
        match written {
            Ok(ids) => self.ids.extend(ids),
            Err(error) => self.refuse(error.to_string()),
        }
    }
}
