//! A message that is made and frozen in one step from a template of its own: a reminder, or a request to designate a
//! referent. Made in batches, each written into the ledger with what becomes of it; put into the outbox.

use super::freeze::FreezeError;
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::outbox_file::outbox_file;
use crate::diagnostic::Problem;
use crate::ledger::write::change::Change;
use crate::ledger::write::message::NewMessage;
use crate::ledger::{Ledger, LedgerError};
use crate::mail::message::FrozenMessage;
use crate::plan::history::{FrozenEnvelope, ObjectHash, RenderInputs};
use crate::project::outbox::Outbox;
use crate::project::send_log::SendLog;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Messages made in one transaction.
const BATCH: usize = 24;

/// A message that was made, with all its objects in the store.
pub struct RenderedMessage {
    /// The row for the ledger.
    pub row: NewMessage,
    /// What was read to render it.
    pub inputs: RenderInputs,
    /// The frozen bytes and their Message-ID.
    pub frozen: FrozenMessage,
    /// Hash of its bytes.
    pub bytes: ObjectHash,
}

impl RenderedMessage {
    /// Writes the rows; gives the number of the message.
    fn write(&self, change: &mut Change<'_>) -> Result<i64, LedgerError> {
        change.inputs(&self.row.inputs, &self.inputs)?;
        change.message(&self.row)
    }

    /// Its envelope: the school, and the mailbox of the service.
    pub(in crate::app::sending) fn route(&self, resolved: &ResolvedCampaign<'_>) -> FrozenEnvelope {
        let mail = &resolved.settings.mail;
        FrozenEnvelope {
            from: mail.from.address.as_str().to_owned(),
            to: self.row.address.clone().unwrap_or_default(),
            copies: Vec::new(),
            control: mail.control_copy.as_ref().map(|control| control.as_str().to_owned()),
        }
    }
}

/// Why a message was not made.
pub(in crate::app::sending) enum MakeError {
    /// The template.
    Template(String),
    /// The ledger or the store.
    Ledger(LedgerError),
}

impl From<LedgerError> for MakeError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<FreezeError> for MakeError {
    fn from(error: FreezeError) -> Self {
        match error {
            FreezeError::Problem(problem) => Self::Template(problem.message),
            FreezeError::Disk(error) => Self::Ledger(LedgerError::of_object(error)),
        }
    }
}

/// A problem of a template, as the reason why a message cannot be frozen.
pub(in crate::app::sending) fn failed(problem: Problem) -> FreezeError {
    FreezeError::Problem(Box::new(problem))
}

/// Makes messages; `keep` writes beside each row what becomes of it. Gives their numbers.
pub(in crate::app::sending) fn make<T>(
    ledger: &Ledger,
    due: &[T],
    render: impl Fn(&T) -> Result<RenderedMessage, FreezeError>,
    mut keep: impl FnMut(&mut Change<'_>, i64, &RenderedMessage) -> Result<(), LedgerError>,
) -> Result<BTreeSet<i64>, MakeError> {
    let mut ids = BTreeSet::new();
    for batch in due.chunks(BATCH) {
        let rendered: Vec<RenderedMessage> =
            batch.iter().map(&render).collect::<Result<_, FreezeError>>()?;
        let kept = ledger.write(|change| {
            let mut kept = Vec::new();
            for message in &rendered {
                let id = message.write(change)?;
                keep(change, id, message)?;
                kept.push(id);
            }
            Ok(kept)
        })?;
        ids.extend(kept);
    }
    Ok(ids)
}

/// Keeps the templates that were read, so that the message can be made again.
pub(in crate::app::sending) fn store_templates(
    evaluator: &LetterEvaluator<'_>,
    ledger: &Ledger,
    inputs: &RenderInputs,
) -> Result<(), FreezeError> {
    for (path, hash) in &inputs.templates {
        if !ledger.store.has(hash)
            && let Some(file) = evaluator.resolved.templates.iter().find(|file| file.path == *path)
        {
            ledger.store.put(&file.bytes).map_err(FreezeError::Disk)?;
        }
    }
    Ok(())
}

/// Writes the files of messages whose rows say that they are deposited.
pub(in crate::app::sending) fn write_files(
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    ids: &BTreeSet<i64>,
    day: Date,
) -> Result<(), LedgerError> {
    let out = resolved.project.path(&resolved.output);
    let outbox = Outbox::new(out.join("outbox"));
    let log = SendLog::new(&out, day);
    std::fs::create_dir_all(outbox.folder())?;
    let history = ledger.history(resolved.desired.campaign.id.as_str())?;
    for message in history.all_messages().filter(|message| ids.contains(&message.id)) {
        let hash = message.bytes.clone().unwrap_or_default();
        let bytes = ledger.store.get(&hash)?;
        let file = outbox_file(message);
        outbox.deposit(&file, &bytes)?;
        let to = message.address.as_deref().unwrap_or_default();
        let message_id = message.message_id.as_deref().unwrap_or_default();
        log.deposited(&file, message_id, to)?;
    }
    Ok(())
}
