//! `resolve --copies`: messages resolved by the copies that reached the service's own mailbox: ambiguous ones, and
//! those that left from another copy of the ledger.
//!
//! The relay takes all recipients of a message at its final dot or none, so a control copy that came proves that
//! the message left; one that did not come proves nothing.

use super::by_word::rewrite_logs;
use super::copies_elsewhere::{self, ElsewhereFindings};
use crate::app::error::{ErrorKind, UserError};
use crate::app::sending::outbox_file::empty_outbox;
use crate::files;
use crate::ledger::write::message::SentElsewhere;
use crate::ledger::{Ledger, LedgerError};
use crate::mail::control_copy::{self, ControlCopy};
use crate::plan::history::{MessageEntry, MessageState, ObjectHash};
use crate::project::folder::Project;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// The copies that were found.
#[derive(Debug, Default)]
pub struct FoundCopies {
    /// By Message-ID, each with its file.
    pub copies: BTreeMap<String, FoundCopy>,
    /// Files of the folder that cannot be read: a copy less proves nothing.
    pub unreadable: Vec<UnreadableCopy>,
}

/// A copy, and where it is.
#[derive(Debug)]
pub struct FoundCopy {
    /// The file.
    pub file: PathBuf,
    /// The mail.
    pub copy: ControlCopy,
}

impl FoundCopy {
    fn file_name(&self) -> String {
        self.file.file_name().map(printable_text::of_file_name).unwrap_or_default()
    }
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

/// Reads the mails in a file, or in the files of a folder.
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
        match copies_in(&file) {
            Ok(copies) => found.copies.extend(
                copies
                    .into_iter()
                    .map(|copy| (copy.message_id.clone(), FoundCopy { file: file.clone(), copy })),
            ),
            Err(error) if is_folder => found.unreadable.push(UnreadableCopy { path: file, error }),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn copies_in(file: &Path) -> io::Result<Vec<ControlCopy>> {
    let mut open = files::RegularFile::open(file)?;
    control_copy::control_copies(io::BufReader::new(open.content()?))
}

fn octets_of(found: &FoundCopy) -> io::Result<Vec<u8>> {
    let mut open = files::RegularFile::open(&found.file)?;
    let octets = control_copy::octets_of(io::BufReader::new(open.content()?), &found.copy.sha256)?;
    octets.ok_or_else(|| io::ErrorKind::NotFound.into())
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
    /// Messages that stay ambiguous, those of `held` included.
    pub ambiguous: usize,
    /// Messages, of those resolved, that left from another copy of the ledger.
    pub elsewhere: usize,
    /// Messages that became ambiguous: a copy names their letters, with other octets than those of the ledger.
    pub held: usize,
    /// Copies of messages that had left under another Message-ID.
    pub twice: usize,
    /// Copies of the campaign that fit no message of the ledger.
    pub unmatched: usize,
}

/// Records that the messages whose copy came have left, and that those which a copy only names may have left.
pub fn resolve_by_copies(
    project: &Project,
    ledger: &Ledger,
    campaign: &str,
    copies: &FoundCopies,
    day: Date,
) -> Result<CopiesOutcome, LedgerError> {
    let history = ledger.history(campaign)?;
    let all = || history.all_messages();
    let copy_of = |message: &MessageEntry| copies.copies.get(message.message_id.as_deref()?);
    let resolved: Vec<(&MessageEntry, &FoundCopy)> = all()
        .filter(|message| message.state == MessageState::Ambiguous)
        .filter_map(|message| Some((message, copy_of(message)?)))
        .collect();
    let known = copies.copies.values().map(|found| &found.copy);
    let mut elsewhere = copies_elsewhere::find(&history, campaign, known);
    elsewhere.left.retain(|id, _| resolved.iter().all(|(message, _)| message.id != *id));
    let proofs = proofs(ledger, copies, &elsewhere)?;
    ledger.write(|change| {
        for (message, found) in &resolved {
            let name = found.file_name();
            change.hand_over(message.id, &format!("copie de contrôle reçue ({name})"))?;
        }
        for proof in &proofs {
            let Proof { message_id, bytes, name, .. } = proof;
            let why = format!("parti d'ailleurs : copie de contrôle reçue ({name})");
            let copy = SentElsewhere { message_id, bytes, why: &why };
            change.hand_over_as(proof.message, &copy)?;
        }
        elsewhere.in_doubt.iter().try_for_each(|(id, copy)| {
            change.doubt(
                *id,
                &format!("une copie de contrôle nomme ses lettres, avec d'autres octets : {copy}"),
            )
        })
    })?;
    let settled = |message: &&MessageEntry| {
        elsewhere.left.contains_key(&message.id) || elsewhere.in_doubt.contains_key(&message.id)
    };
    let settled: Vec<MessageEntry> = all().filter(settled).cloned().collect();
    let campaigns = [campaign.to_owned()];
    // A file that stays in the outbox is told by the next command that looks there.
    let _ = empty_outbox(project, &campaigns, &settled, day);
    rewrite_logs(project, ledger, &campaigns, day);
    let after = ledger.history(campaign)?;
    let is_ambiguous = |message: &&MessageEntry| message.state == MessageState::Ambiguous;
    let ambiguous = after.all_messages().filter(is_ambiguous);
    let mut message_ids: Vec<Option<String>> =
        resolved.iter().map(|(message, _)| message.message_id.clone()).collect();
    message_ids.extend(elsewhere.left.values().cloned().map(Some));
    Ok(CopiesOutcome {
        state: MessageState::HandedOver.as_str(),
        messages: message_ids.len(),
        message_ids,
        ambiguous: ambiguous.count(),
        elsewhere: elsewhere.left.len(),
        held: elsewhere.in_doubt.len(),
        twice: elsewhere.twice,
        unmatched: elsewhere.unmatched,
    })
}

/// A message that left from elsewhere, with the octets of its copy in the store.
struct Proof {
    message: i64,
    message_id: String,
    bytes: ObjectHash,
    name: String,
}

fn proofs(
    ledger: &Ledger,
    copies: &FoundCopies,
    elsewhere: &ElsewhereFindings,
) -> Result<Vec<Proof>, LedgerError> {
    let mut proofs = Vec::new();
    for (message, message_id) in &elsewhere.left {
        let Some(found) = copies.copies.get(message_id) else { continue };
        let bytes = ledger.store.put(&octets_of(found)?)?;
        let (message, message_id, name) = (*message, message_id.clone(), found.file_name());
        proofs.push(Proof { message, message_id, bytes, name });
    }
    Ok(proofs)
}
