//! Withdraws letters that are no longer called for from the ledger, and removes their files from
//! `out/`.

use super::outcome::GenerateOutcome;
use super::write_rows::{remove_messages, take_back};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::outbox_file::outbox_file;
use crate::files;
use crate::ledger::Ledger;
use crate::letter::mission_letter::Letter;
use crate::plan::history::{CampaignHistory, MessageState};
use crate::project::output_folders::{FileWriteError, OutputFolders};
use crate::project::send_log::SendLog;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Withdraws the letters that the campaign no longer calls for, and the messages that carry them.
/// `day` is the one that `send.log` gets.
pub(super) fn withdraw_letters(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    history: &CampaignHistory,
    day: Date,
    outcome: &mut GenerateOutcome,
) {
    let letters = resolved.desired.letters.iter();
    let desired: BTreeSet<String> = letters.map(|letter| letter.reference.to_string()).collect();
    let known = history.letters.iter();
    let gone: Vec<&String> = known
        .filter(|(name, letter)| !letter.withdrawn && !desired.contains(*name))
        .map(|(name, _)| name)
        .collect();
    if gone.is_empty() {
        return;
    }
    let open = gone.iter().filter_map(|name| history.open_of(name));
    let open: BTreeSet<i64> = open.map(|message| message.id).collect();
    let mut messages = Vec::new();
    let written = ledger.write(|change| {
        for id in &open {
            messages.extend(take_back(change, history, *id)?);
        }
        gone.iter().try_for_each(|name| change.withdraw(name))
    });
    if let Err(error) = written {
        return outcome.stop(error);
    }
    let folders = OutputFolders::new(resolved.project, &resolved.output, Some(ledger));
    remove_messages(&folders, &SendLog::new(&folders.out, day), messages, outcome);
    outcome.withdrawn = gone.into_iter().cloned().collect();
}

/// Removes the files of letters, covers and messages that nothing calls for any more. `history` is
/// what the ledger knows now; a rehearsal has none.
pub(super) fn sweep_files(
    resolved: &ResolvedCampaign<'_>,
    history: Option<&CampaignHistory>,
    day: Date,
    outcome: &mut GenerateOutcome,
) {
    let folders = OutputFolders::new(resolved.project, &resolved.output, None);
    let log = SendLog::new(&folders.out, day);
    let wanted = WantedFiles::of(resolved, history);
    for (folder, name, endings, keep) in [
        (folders.letters.as_path(), "letters", [".pdf"].as_slice(), &wanted.letters),
        (folders.covers.as_path(), "covers", [".pdf", ".html"].as_slice(), &wanted.covers),
    ] {
        match files::sweep(folder, endings, keep) {
            Ok(removed) => {
                let names = removed.iter().filter_map(|path| path.file_name());
                let shown = names
                    .map(|file| format!("{}/{name}/{}", resolved.output, file.to_string_lossy()));
                outcome.removed.extend(shown);
            }
            Err(error) => outcome.stopped = Some(FileWriteError::new(folder, error).into()),
        }
    }
    let folder = folders.outbox.folder();
    let mut messages: Vec<String> = Vec::new();
    match files::sweep(folder, &[".eml"], &wanted.messages) {
        Ok(removed) => {
            let names = removed.iter().filter_map(|path| path.file_name());
            messages.extend(names.map(|file| file.to_string_lossy().into_owned()));
        }
        Err(error) => outcome.stopped = Some(FileWriteError::new(folder, error).into()),
    }
    // A message that goes away may have been sent by hand: it is named and noted, like any other.
    if let Err(error) = messages.iter().try_for_each(|file| log.withdrawn(file)) {
        outcome.stopped = Some(FileWriteError::new(log.path(), error).into());
    }
    outcome.withdrawn_messages.extend(messages);
    outcome.withdrawn_messages.sort();
    outcome.files.sort();
}

/// The names of the files that have a reason to be there.
struct WantedFiles {
    letters: BTreeSet<String>,
    covers: BTreeSet<String>,
    messages: BTreeSet<String>,
}

impl WantedFiles {
    fn of(resolved: &ResolvedCampaign<'_>, history: Option<&CampaignHistory>) -> Self {
        let desired = &resolved.desired;
        let mailings = desired.mailings.iter();
        let mut schools: BTreeSet<&str> = mailings.map(|mailing| mailing.uai.as_str()).collect();
        let messages = || history.into_iter().flat_map(|history| history.messages.values());
        let standing = messages().filter(|message| message.state != MessageState::Replaced);
        schools.extend(standing.map(|message| message.uai.as_str()));
        let in_outbox = history.into_iter().flat_map(|history| history.all_messages());
        Self {
            letters: desired.letters.iter().map(Letter::file_name).collect(),
            covers: schools
                .iter()
                .flat_map(|uai| [format!("{uai}.pdf"), format!("{uai}.html")])
                .collect(),
            messages: in_outbox
                .filter(|message| message.state == MessageState::Deposited)
                .map(outbox_file)
                .collect(),
        }
    }
}
