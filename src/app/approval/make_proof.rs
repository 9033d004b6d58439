//! `proof`: one PDF to proofread, with a letter for each case that occurs, and what it was made of in the ledger.
//!
//! The file is there before the ledger says so: nobody can approve what was not written.

use super::letter_facts::{LetterFacts, facts_of};
use super::merge_pdfs::merge;
use super::message_fingerprint::of_message;
use super::proof_document::{ProofList, ProofPart, list_pages};
use super::proof_error::ProofError;
use super::select_letters::{ChosenLetter, select};
use crate::app::campaign::campaign_run::CampaignRun;
use crate::app::exports::target::{self, ExportWriteError};
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::names::labels::Labels;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::context::out_of_date;
use crate::app::sending::queue::open_messages::{OutgoingMessage, open_messages};
use crate::files;
use crate::ledger::Ledger;
use crate::ledger::write::approval::NewProof;
use crate::plan::Orders;
use crate::plan::history::{ApprovalChange, CampaignHistory, ObjectHash, ProofreadMessage};
use jiff::civil::Date;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What a proof is asked for.
#[derive(Clone, Debug)]
pub struct ProofRequest<'a> {
    /// The file to write.
    pub file: &'a Path,
    /// Whether an existing file is replaced.
    pub replace: bool,
    /// Which letters.
    pub letters: ProofLetters,
    /// The day it is.
    pub day: Date,
}

/// Which letters are in a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofLetters {
    /// One for each case that occurs, of the messages that wait for an approval.
    Chosen,
    /// Every letter that has not left.
    All,
}

/// A proof that was written.
#[derive(Clone, Debug, Serialize)]
pub struct ProofOutcome {
    /// The file.
    #[serde(serialize_with = "path_value")]
    pub file: PathBuf,
    /// The letters in it, in its order, with why each was chosen.
    pub letters: Vec<ChosenLetter>,
    /// The messages that it stands for.
    pub messages: usize,
    /// The letters of these messages.
    pub covered: usize,
    /// Messages that were approved before, and are not in it.
    pub approved_before: usize,
    /// Number of pages.
    pub pages: usize,
}

impl ProofOutcome {
    /// Nothing is left to read: no file is written.
    fn all_approved(file: &Path, messages: usize) -> Self {
        Self {
            file: file.to_owned(),
            letters: Vec::new(),
            messages: 0,
            covered: 0,
            approved_before: messages,
            pages: 0,
        }
    }
}

fn path_value<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    printable_text::path_value(path).serialize(serializer)
}

/// A message that has not left, with what it is made of.
pub(super) struct MessageToRead<'p, 'r> {
    pub(super) outgoing: OutgoingMessage<'p, 'r>,
    pub(super) read: ProofreadMessage,
}

/// The messages that have not left, blocked ones included.
pub(super) fn messages_to_read<'p, 'r>(
    resolved: &ResolvedCampaign<'r>,
    history: &'p CampaignHistory,
) -> Vec<MessageToRead<'p, 'r>> {
    let open = history.messages.values().filter(|message| message.state.is_open());
    let read = |outgoing| {
        let read = of_message(resolved, history, &outgoing);
        MessageToRead { outgoing, read }
    };
    open_messages(resolved, open, None).into_iter().map(read).collect()
}

/// Writes a proof, and notes it.
///
/// # Errors
/// Letters are not up to date, or the file cannot be written.
pub fn make_proof(
    run: &CampaignRun<'_>,
    ledger: &Ledger,
    request: &ProofRequest<'_>,
) -> Result<ProofOutcome, ProofError> {
    let resolved = &run.resolved;
    target::require_extension(request.file, "pdf")?;
    target::require_new_file(resolved.project, request.file, request.replace)?;
    let campaign = resolved.desired.campaign.id.as_str();
    let history = ledger.history(campaign)?;
    let orders = Orders::default();
    let evaluator = LetterEvaluator::new(resolved, &history, Some(ledger), &orders, request.day);
    if let Some(outdated) = out_of_date(&evaluator, None, run.request.jobs) {
        return Err(ProofError::OutOfDate(Box::new(outdated)));
    }
    let mut messages = messages_to_read(resolved, &history);
    let all = messages.len();
    let is_approved = |one: &MessageToRead<'_, '_>| history.approvals.is_approved(&one.read);
    if messages.is_empty() {
        return Err(ProofError::NothingToRead);
    }
    // What was approved is read again only when asked for.
    if request.letters == ProofLetters::Chosen {
        messages.retain(|one| !is_approved(one));
        if messages.is_empty() {
            return Ok(ProofOutcome::all_approved(request.file, all));
        }
    }
    let facts = facts_of_all(resolved, ledger, &messages)?;
    let mut chosen = select(&facts, request.letters == ProofLetters::All);
    say_lapsed(&mut chosen, &messages, &history);
    let (bytes, pages) = document(resolved, ledger, &history, (&messages, &chosen))?;
    files::write_whole(request.file, &bytes, false)
        .map_err(|error| ExportWriteError::new(request.file, error))?;
    let read: Vec<ProofreadMessage> = messages.iter().map(|one| one.read.clone()).collect();
    let letters: Vec<String> = chosen.iter().map(|one| one.reference.clone()).collect();
    let proof = NewProof { campaign, messages: &read, letters: &letters };
    ledger.write(|change| change.proof(&proof))?;
    Ok(ProofOutcome {
        file: request.file.to_owned(),
        letters: chosen,
        messages: messages.len(),
        covered: facts.len(),
        approved_before: all - messages.len(),
        pages,
    })
}

/// Letters whose message was approved before say first what changed since.
fn say_lapsed(
    chosen: &mut [ChosenLetter],
    messages: &[MessageToRead<'_, '_>],
    history: &CampaignHistory,
) {
    for letter in chosen {
        let message = messages.iter().find(|one| one.read.letters.contains_key(&letter.reference));
        let changes = message.map(|one| history.approvals.changes(&one.read)).unwrap_or_default();
        let changes = changes.into_iter().filter(|change| *change != ApprovalChange::Never);
        let changes: Vec<&str> = changes.map(ApprovalChange::french).collect();
        if !changes.is_empty() {
            letter.reasons.insert(0, format!("depuis l'approbation : {}", changes.join(", ")));
        }
    }
}

fn facts_of_all(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    messages: &[MessageToRead<'_, '_>],
) -> Result<Vec<LetterFacts>, ProofError> {
    let labels = Labels::of_campaign(&resolved.desired);
    let date = resolved.desired.campaign.date.value.0;
    let mut facts = Vec::new();
    for one in messages {
        for letter in &one.outgoing.message.letters {
            let stored = ledger.stored(letter.revision)?;
            facts.push(facts_of(&stored, &labels, date, one.outgoing.message));
        }
    }
    facts.sort_by(|a, b| a.reference.cmp(&b.reference));
    Ok(facts)
}

/// The pages of the list, then each letter, the cover after the last letter of its message.
fn document(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    history: &CampaignHistory,
    (messages, chosen): (&[MessageToRead<'_, '_>], &[ChosenLetter]),
) -> Result<(Vec<u8>, usize), ProofError> {
    let object = |name: &str, hash: &ObjectHash| {
        let bytes = ledger.store.get(hash);
        bytes.map_err(|error| ProofError::Unreadable(name.to_owned(), files::reason(&error)))
    };
    let mut parts = Vec::new();
    let mut bytes = Vec::new();
    for one in messages {
        let message = one.outgoing.message;
        let mut letters = message.letters.iter().peekable();
        let mut is_read = false;
        while let Some(letter) = letters.next() {
            if let Some(chosen) = chosen.iter().find(|one| one.reference == letter.reference) {
                let entry = history.revision(&letter.reference, letter.revision);
                let unsigned = entry.map(|entry| entry.unsigned().clone()).unwrap_or_default();
                bytes.push((chosen.name.clone(), object(&chosen.name, &unsigned)?));
                parts.push(ProofPart::letter(chosen));
                is_read = true;
            }
            if letters.peek().is_none() && is_read {
                let name = resolved.desired.mailing_name(&one.outgoing.mailing);
                bytes.push((name.clone(), object(&name, &message.cover_pdf)?));
                let sent = history.carried(message);
                let attachments = resolved.attachment_names(&one.outgoing.mailing, &sent);
                let enclosures = resolved.enclosed_with(&sent).iter().map(|file| file.name.clone());
                let attachments = attachments.into_iter().chain(enclosures).collect();
                parts.push(ProofPart::cover(message, &name, attachments));
            }
        }
    }
    let list = ProofList { resolved, parts, messages: messages.len() };
    let list = list_pages(&list)?;
    let mut all = vec![("la liste".to_owned(), list)];
    all.extend(bytes);
    merge(&all, &format!("Épreuves de la campagne {}", resolved.desired.campaign.id.as_str()))
}
