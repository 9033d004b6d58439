//! `resolve --copies`: ambiguous messages resolved by the copies that reached the service's own mailbox.
//!
//! The relay takes all recipients of a message at its final dot or none, so a control copy that came proves that
//! the message left; one that did not come proves nothing.

use super::by_word::rewrite_logs;
use crate::app::error::{ErrorKind, UserError};
use crate::files;
use crate::ledger::{Ledger, LedgerError};
use crate::mail::message_ids;
use crate::plan::history::{MessageEntry, MessageState};
use crate::project::folder::Project;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// The copies that were found.
#[derive(Debug, Default)]
pub struct FoundCopies {
    /// Message-IDs, each with its file.
    pub files: BTreeMap<String, PathBuf>,
    /// Files of the folder that cannot be read: a copy less proves nothing.
    pub unreadable: Vec<UnreadableCopy>,
}

/// A file that cannot be read.
#[derive(Debug)]
pub struct UnreadableCopy {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

/// The copies cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{} ne peut pas être lu : {}", printable_text::of_path(.path), files::reason(.error))]
pub struct CopiesError {
    path: PathBuf,
    error: io::Error,
}

impl UserError for CopiesError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Environment
    }

    fn todo(&self) -> String {
        "donner un dossier de .eml, ou un fichier .eml ou .mbox".to_owned()
    }
}

/// Reads the Message-IDs in a file, or in the files of a folder.
pub fn find_copies(path: &Path) -> Result<FoundCopies, CopiesError> {
    read_copies(path).map_err(|error| CopiesError { path: path.to_owned(), error })
}

fn read_copies(path: &Path) -> io::Result<FoundCopies> {
    let is_folder = path.is_dir();
    let list = match is_folder {
        true => files::walk(path)?.into_iter().map(|(_, file)| file).collect(),
        false => vec![path.to_owned()],
    };
    let mut found = FoundCopies::default();
    for file in list {
        match message_ids(&file) {
            Ok(ids) => found.files.extend(ids.into_iter().map(|id| (id, file.clone()))),
            Err(error) if is_folder => found.unreadable.push(UnreadableCopy { path: file, error }),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn message_ids(file: &Path) -> io::Result<BTreeSet<String>> {
    let mut open = files::RegularFile::open(file)?;
    message_ids::message_ids(io::BufReader::new(open.content()?))
}

/// What was resolved; serialised as the JSON of `resolve`.
#[derive(Clone, Debug, Serialize)]
pub struct CopiesOutcome {
    /// The state that the messages are in now.
    pub state: &'static str,
    /// Number of messages resolved.
    pub messages: usize,
    /// Message-ID of each; none if it has none.
    pub message_ids: Vec<Option<String>>,
    /// Messages that stay ambiguous.
    pub ambiguous: usize,
}

/// Records that the ambiguous messages whose copy came have left.
pub fn resolve_by_copies(
    project: &Project,
    ledger: &Ledger,
    campaign: &str,
    copies: &FoundCopies,
    day: Date,
) -> Result<CopiesOutcome, LedgerError> {
    let history = ledger.history(campaign)?;
    let all = history.messages.values().chain(history.reminders.values());
    let ambiguous: Vec<&MessageEntry> =
        all.filter(|message| message.state == MessageState::Ambiguous).collect();
    let resolved: Vec<(&MessageEntry, &PathBuf)> = ambiguous
        .iter()
        .filter_map(|message| Some((*message, copies.files.get(message.message_id.as_deref()?)?)))
        .collect();
    ledger.write(|change| {
        resolved.iter().try_for_each(|(message, file)| {
            let name = file.file_name().map(printable_text::of_file_name).unwrap_or_default();
            change.hand_over(message.id, &format!("copie de contrôle reçue ({name})"))
        })
    })?;
    rewrite_logs(project, ledger, &[campaign.to_owned()], day);
    Ok(CopiesOutcome {
        state: MessageState::HandedOver.as_str(),
        messages: resolved.len(),
        message_ids: resolved.iter().map(|(message, _)| message.message_id.clone()).collect(),
        ambiguous: ambiguous.len() - resolved.len(),
    })
}
