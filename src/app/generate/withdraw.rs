//! Takes out what nothing calls for any more: letters leave the campaign, files leave `out/`.

use super::make_documents::{Order, Outcome, retire};
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::output_folders::{Folders, Refused};
use crate::app::sending::outbox_file::outbox_file;
use crate::ledger::Ledger;
use crate::letter::Letter;
use crate::plan::history::{CampaignHistory, MessageState};
use crate::project::send_log::SendLog;
use std::collections::BTreeSet;

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
            messages.insert(outbox_file(message));
        }
    }
    let reminders = past.iter().flat_map(|past| past.reminders.values());
    messages.extend(reminders.filter(|own| own.state == MessageState::Deposited).map(outbox_file));
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
