//! Deposits in the outbox what is ready, brings back what lies there already, and removes what
//! nothing calls for any more: `out/` says what the ledger says.
//!
//! The row that says "deposited" is on the disk before the file is: whoever sees a file can be
//! sure that the ledger knows of it.

use crate::app::generate::make_documents::{Deposited, Order, Outcome, retire};
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::output_folders::{Fate, Folders, Refused};
use crate::app::sending::freeze::{Failed, open_messages, seal};
use crate::deliver::log::{Line, SendLog};
use crate::deliver::outbox::Outbox;
use crate::ledger::Ledger;
use crate::letter::{Letter, Mailing};
use crate::mail::{Frozen, Way};
use crate::plan::history::{CampaignHistory, MessageEntry, MessageState};
use crate::render::pool;
use crate::stages::Stage;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Messages deposited in one transaction.
const BATCH: usize = 24;

/// Deposits ready messages and restores deposited ones. `past` is what the ledger knows after the
/// letters were made.
pub fn deposit(
    evaluator: &LetterEvaluator<'_>,
    ledger: &Ledger,
    past: &CampaignHistory,
    order: &Order,
    outcome: &mut Outcome,
) {
    let resolved = evaluator.resolved;
    let folders = Folders::new(resolved, Some(ledger));
    let log = SendLog::new(&folders.out, order.day);
    let mut ready: Vec<(&MessageEntry, Mailing<'_>)> = Vec::new();
    for message in past.reminders.values().filter(|own| own.state == MessageState::Deposited) {
        if let Err(refused) = bring_back(&folders, message, resolved.output.as_str(), outcome) {
            outcome.stopped.get_or_insert(refused.sentence());
        }
    }
    for (message, mailing) in open_messages(resolved, past.messages.values(), order.only.as_ref()) {
        match message.state {
            MessageState::Deposited => {
                if let Err(refused) =
                    bring_back(&folders, message, resolved.output.as_str(), outcome)
                {
                    outcome.stopped.get_or_insert(refused.sentence());
                }
            }
            // What the relay put off has not left: it may go by hand as well.
            MessageState::Ready | MessageState::Deferred if order.deposit => {
                ready.push((message, mailing));
            }
            _ => {}
        }
    }
    let limit = order.limit.unwrap_or(usize::MAX).min(ready.len());
    outcome.remaining = ready.len() - limit;
    ready.truncate(limit);
    let stop = AtomicBool::new(outcome.stopped.is_some());
    let stages = resolved.engine.stages();
    let work = |at: usize| {
        let (message, mailing) = &ready[at];
        let way = Way::Outbox(message.date);
        stages.time(Stage::Message, || seal(resolved, ledger, past, message, mailing, way))
    };
    let mut waiting: BTreeMap<usize, (Frozen, String)> = BTreeMap::new();
    let flush = |waiting: &mut BTreeMap<usize, (Frozen, String)>, outcome: &mut Outcome| {
        let batch = std::mem::take(waiting);
        let result = stages.time(Stage::Ledger, || {
            publish(ledger, &folders, &log, &ready, batch, &resolved.output, outcome)
        });
        if let Err(sentence) = result {
            outcome.stopped.get_or_insert(sentence);
        }
    };
    pool::run(ready.len(), order.jobs, &stop, work, |at, sealed| {
        let sealed = sealed.unwrap_or_else(Failed::bug);
        match sealed {
            Ok(sealed) => drop(waiting.insert(at, sealed)),
            Err(Failed::Problem(problem)) => {
                outcome.kept_back += 1;
                let name = resolved.desired.mailing_name(&ready[at].1);
                outcome.failures.push((*problem, vec![name]));
            }
            Err(Failed::Disk(error)) => {
                let refused = Refused::new(folders.outbox.folder(), error);
                outcome.stopped.get_or_insert(refused.sentence());
            }
        }
        if waiting.len() >= BATCH {
            flush(&mut waiting, outcome);
        }
        if outcome.stopped.is_some() {
            stop.store(true, Ordering::Relaxed);
        }
    });
    flush(&mut waiting, outcome);
    outcome.deposited.sort_by(|a, b| a.file.cmp(&b.file));
    // A message that was taken out and put back with other bytes is not gone.
    let there: BTreeSet<&str> = outcome.deposited.iter().map(|own| own.file.as_str()).collect();
    outcome.withdrawn.retain(|file| !there.contains(file.as_str()));
}

/// The name of a message's file in the outbox.
pub fn file_of(message: &MessageEntry) -> String {
    match message.reminder {
        true => Outbox::reminder_name(&message.uai, message.number),
        false => Outbox::file_name(&message.uai, message.number),
    }
}

/// A log that went away with `out/` says again what the ledger knows.
pub fn restore_log(
    evaluator: &LetterEvaluator<'_>,
    ledger: &Ledger,
    order: &Order,
) -> Result<(), crate::ledger::LedgerError> {
    let out = evaluator.resolved.project.path(&evaluator.resolved.output);
    match SendLog::new(&out, order.day).is_absent() {
        true => {
            rewrite_log(ledger, evaluator.resolved.desired.campaign.id.as_str(), &out, order.day)
        }
        false => Ok(()),
    }
}

/// Has the log of a campaign say what the ledger knows; none is made when it knows nothing.
pub fn rewrite_log(
    ledger: &Ledger,
    campaign: &str,
    out: &Path,
    day: Date,
) -> Result<(), crate::ledger::LedgerError> {
    let known = ledger.message_log(campaign)?;
    if known.is_empty() {
        return Ok(());
    }
    let lines = known.iter().map(|own| match (own.kind.as_str(), own.file.as_deref()) {
        ("deposited", Some(file)) => {
            Line::Deposited { day: &own.day, file, message_id: &own.message_id, to: &own.address }
        }
        (_, Some(file)) => Line::Withdrawn { day: &own.day, file },
        (kind, None) => Line::Sent {
            moment: &own.moment,
            kind,
            message_id: &own.message_id,
            to: &own.address,
            said: &own.said,
        },
    });
    std::fs::create_dir_all(out)?;
    Ok(SendLog::new(out, day).rewrite(lines)?)
}

/// The file of a message that was deposited is there, as it was.
fn bring_back(
    folders: &Folders<'_>,
    message: &MessageEntry,
    output: &str,
    outcome: &mut Outcome,
) -> Result<(), Refused> {
    let (Some(hash), Some(message_id)) = (&message.bytes, &message.message_id) else {
        return Ok(());
    };
    let file = file_of(message);
    let (fate, edited) = folders.restore(folders.outbox.folder(), &file, hash, false)?;
    let path = format!("{output}/outbox/{file}");
    if edited {
        outcome.edited.push(path.clone());
    }
    outcome.files.push(path);
    let fresh = fate == Fate::Written;
    outcome.deposited.push(Deposited { file, message_id: message_id.clone(), fresh });
    Ok(())
}

/// Rows first, files after; each noted as it happens.
fn publish(
    ledger: &Ledger,
    folders: &Folders<'_>,
    log: &SendLog,
    ready: &[(&MessageEntry, Mailing<'_>)],
    batch: BTreeMap<usize, (Frozen, String)>,
    output: &str,
    outcome: &mut Outcome,
) -> Result<(), String> {
    if batch.is_empty() {
        return Ok(());
    }
    let file = |at: usize| file_of(ready[at].0);
    ledger
        .write(|change| {
            for (at, (frozen, bytes)) in &batch {
                change.deposit(ready[*at].0.id, &frozen.message_id, bytes, &file(*at))?;
            }
            Ok(())
        })
        .map_err(|error| error.to_string())?;
    for (at, (frozen, _)) in batch {
        let mailing = &ready[at].1;
        let name = file(at);
        let path = folders.outbox.folder().join(&name);
        folders
            .outbox
            .deposit(&name, &frozen.bytes)
            .map_err(|error| Refused::new(&path, error).sentence())?;
        let to = mailing.address.map_or("", |to| to.as_str());
        log.deposited(&name, &frozen.message_id, to)
            .map_err(|error| Refused::new(log.path(), error).sentence())?;
        outcome.files.push(format!("{output}/outbox/{name}"));
        outcome.deposited.push(Deposited {
            file: name,
            message_id: frozen.message_id,
            fresh: true,
        });
    }
    Ok(())
}

/// Letters that nothing calls for any more leave the campaign; says their references.
pub fn withdraw(
    evaluator: &LetterEvaluator<'_>,
    ledger: &Ledger,
    past: &CampaignHistory,
    order: &Order,
    outcome: &mut Outcome,
) -> Vec<String> {
    let desired: BTreeSet<String> = evaluator
        .resolved
        .desired
        .letters
        .iter()
        .map(|letter| letter.reference.to_string())
        .collect();
    let gone: Vec<&String> = past
        .letters
        .iter()
        .filter(|(name, letter)| !letter.withdrawn && !desired.contains(*name))
        .map(|(name, _)| name)
        .collect();
    if gone.is_empty() {
        return Vec::new();
    }
    let open: BTreeSet<i64> =
        gone.iter().filter_map(|name| past.open_of(name)).map(|message| message.id).collect();
    let mut files = Vec::new();
    let written = ledger.write(|change| {
        for id in &open {
            retire(change, past, *id, &mut files)?;
        }
        gone.iter().try_for_each(|name| change.withdraw(name))
    });
    if let Err(error) = written {
        outcome.stopped.get_or_insert(error.to_string());
        return Vec::new();
    }
    let folders = Folders::new(evaluator.resolved, Some(ledger));
    let log = SendLog::new(&folders.out, order.day);
    for file in files {
        let removed = folders
            .remove(folders.outbox.folder(), &file)
            .and_then(|()| log.withdrawn(&file).map_err(|e| Refused::new(log.path(), e)));
        if let Err(refused) = removed {
            outcome.stopped.get_or_insert(refused.sentence());
        }
        outcome.withdrawn.push(file);
    }
    gone.into_iter().cloned().collect()
}

/// Removes the files of letters, covers and messages that nothing calls for any more.
pub fn sweep(
    evaluator: &LetterEvaluator<'_>,
    past: Option<&CampaignHistory>,
    order: &Order,
    outcome: &mut Outcome,
) {
    let resolved = evaluator.resolved;
    let folders = Folders::new(resolved, None);
    let log = SendLog::new(&folders.out, order.day);
    let letters: BTreeSet<String> =
        resolved.desired.letters.iter().map(Letter::file_name).collect();
    let mut schools: BTreeSet<&str> =
        resolved.desired.mailings.iter().map(|mailing| mailing.uai.as_str()).collect();
    let mut messages = BTreeSet::new();
    for message in past.iter().flat_map(|past| past.messages.values()) {
        if message.state != MessageState::Replaced {
            schools.insert(&message.uai);
        }
        if message.state == MessageState::Deposited {
            messages.insert(file_of(message));
        }
    }
    let reminders = past.iter().flat_map(|past| past.reminders.values());
    messages.extend(reminders.filter(|own| own.state == MessageState::Deposited).map(file_of));
    let covers: BTreeSet<String> =
        schools.iter().flat_map(|uai| [format!("{uai}.pdf"), format!("{uai}.html")]).collect();
    let sets = [
        (folders.letters.as_path(), "letters", [".pdf"].as_slice(), &letters),
        (folders.covers.as_path(), "covers", [".pdf", ".html"].as_slice(), &covers),
        (folders.outbox.folder(), "outbox", [".eml"].as_slice(), &messages),
    ];
    let mut gone: Vec<String> = Vec::new();
    for (folder, name, endings, keep) in sets {
        match crate::files::sweep(folder, endings, keep) {
            Ok(removed) => outcome.swept.extend(removed.iter().filter_map(|path| {
                let file = path.file_name()?.to_string_lossy().into_owned();
                if name == "outbox" {
                    gone.push(file);
                    return None;
                }
                Some(format!("{}/{name}/{file}", resolved.output))
            })),
            Err(error) => outcome.stopped = Some(Refused::new(folder, error).sentence()),
        }
    }
    // A message that goes away may have been sent by hand: it is named and noted, like any other.
    if let Err(error) = gone.iter().try_for_each(|file| log.withdrawn(file)) {
        outcome.stopped = Some(Refused::new(log.path(), error).sentence());
    }
    outcome.withdrawn.extend(gone);
    outcome.withdrawn.sort();
    outcome.files.sort();
}
