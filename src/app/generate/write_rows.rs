//! Writes the ledger's rows of what was made, some messages in one transaction.
//!
//! A message that the rows replace is no longer right: once the rows are written, its file is removed
//! from the outbox, and `send.log` says so.

use super::made_message::{LetterRow, MadeMessage, MessageRow};
use super::outcome::GenerateOutcome;
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::letters::plan_message::PlannedMessage;
use crate::ledger::LedgerError;
use crate::ledger::write::change::Change;
use crate::ledger::write::message::NewMessage;
use crate::plan::decision::letter_decision::CurrentRevision;
use crate::plan::history::{CampaignHistory, MessageKind, MessageLetter, MessageState, ObjectHash};
use crate::project::outbox::Outbox;
use crate::project::output_folders::{FileWriteError, OutputFolders};
use crate::project::send_log::SendLog;
use crate::stages::Stage;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Messages whose rows are written in one transaction: the work of so many is done again after a
/// crash.
const BATCH: usize = 48;

/// Collects what was made, and writes its rows.
pub(super) struct RowWriter<'a, 'r> {
    evaluator: &'a LetterEvaluator<'r>,
    folders: &'a OutputFolders<'a>,
    log: SendLog,
    batch: Vec<MadeMessage<'r>>,
}

impl<'a, 'r> RowWriter<'a, 'r> {
    /// `day` is the one that `send.log` gets.
    pub(super) fn new(
        evaluator: &'a LetterEvaluator<'r>,
        folders: &'a OutputFolders<'a>,
        day: Date,
    ) -> Self {
        let log = SendLog::new(&folders.out, day);
        Self { evaluator, folders, log, batch: Vec::new() }
    }

    /// Takes what was made of one message; a full batch is written.
    pub(super) fn add(&mut self, made: MadeMessage<'r>, outcome: &mut GenerateOutcome) {
        self.batch.push(made);
        if self.batch.len() >= BATCH {
            self.write(outcome);
        }
    }

    /// Writes what is left in one transaction.
    pub(super) fn write(&mut self, outcome: &mut GenerateOutcome) {
        let batch = std::mem::take(&mut self.batch);
        let Some(ledger) = self.evaluator.ledger else { return };
        let mut withdrawn = Vec::new();
        let stored = store_templates(self.evaluator, &batch).map_err(LedgerError::from);
        let written = stored.and_then(|()| {
            self.evaluator.resolved.engine.stages().time(Stage::Ledger, || {
                ledger.write(|change| {
                    for made in &batch {
                        self.write_message(change, made, &mut withdrawn)?;
                    }
                    Ok(())
                })
            })
        });
        match written {
            Ok(()) => remove_messages(self.folders, &self.log, withdrawn, outcome),
            Err(error) => outcome.stop(error),
        }
    }

    fn write_message(
        &self,
        change: &mut Change<'_>,
        made: &MadeMessage<'_>,
        withdrawn: &mut Vec<String>,
    ) -> Result<(), LedgerError> {
        for id in &made.outdated {
            withdrawn.extend(take_back(change, self.evaluator.history, *id)?);
        }
        let mut revisions: BTreeMap<&str, i64> = BTreeMap::new();
        for row in &made.letter_rows {
            if let Some(id) = self.write_letter(change, row)? {
                revisions.insert(&row.reference, id);
            }
        }
        match &made.message_row {
            Some(row) => self.write_message_row(change, row, &revisions),
            None => Ok(()),
        }
    }

    /// Writes what is new of a letter; gives the row of the current revision.
    fn write_letter(
        &self,
        change: &mut Change<'_>,
        row: &LetterRow,
    ) -> Result<Option<i64>, LedgerError> {
        let reference = row.reference.as_str();
        let decision = &row.decision;
        let known = self.evaluator.history.letters.get(reference);
        if known.is_none_or(|letter| letter.latest().is_none())
            && matches!(decision.current, CurrentRevision::Undecided)
        {
            // Nothing was made of it: the ledger does not know it yet.
            return Ok(None);
        }
        if known.is_none_or(|letter| letter.withdrawn) {
            let campaign = self.evaluator.resolved.desired.campaign.id.as_str();
            change.letter(reference, campaign, &row.uai, row.referent.as_deref())?;
        }
        let revision = match (&row.new, &decision.current) {
            (Some((new, inputs)), _) => {
                change.inputs(&new.inputs, inputs)?;
                Some(change.revision(new, &decision.drops)?)
            }
            (None, standing) => {
                change.drop_revisions(reference, &decision.drops)?;
                match standing {
                    CurrentRevision::Kept(revision) => Some(revision.id),
                    _ => None,
                }
            }
        };
        for judged in &decision.judged {
            if !decision.drops.contains(&judged.revision) {
                change.inputs(&judged.change.inputs, &judged.inputs)?;
                change.record_judgement(
                    reference,
                    judged.revision,
                    &judged.change,
                    judged.why.as_deref(),
                )?;
            }
        }
        Ok(revision)
    }

    fn write_message_row(
        &self,
        change: &mut Change<'_>,
        row: &MessageRow<'_>,
        revisions: &BTreeMap<&str, i64>,
    ) -> Result<(), LedgerError> {
        let PlannedMessage { mailing, addressees, documents, decision } = &row.planned;
        let cover = decision.cover.hashes();
        if let Some(inputs) = &row.inputs {
            change.inputs(&cover.inputs, inputs)?;
        }
        if let Some(same) = decision.same {
            return match decision.is_refreshed {
                true => change.refresh_cover(same, &decision.cover_content, &cover.inputs),
                false => Ok(()),
            };
        }
        let desired = &self.evaluator.resolved.desired;
        let mut letters = Vec::new();
        for (at, document) in mailing.letters.iter().zip(documents) {
            let reference = desired.letters[*at].reference.to_string();
            let revision = document.along.or_else(|| revisions.get(reference.as_str()).copied());
            let revision =
                revision.ok_or_else(|| LedgerError::Corrupt(format!("{reference} sans ligne")))?;
            letters.push(MessageLetter { reference, revision, readdressed: document.again });
        }
        letters.sort();
        change.message(&NewMessage {
            campaign: desired.campaign.id.value.to_string(),
            uai: mailing.uai.to_string(),
            number: decision.number,
            name: row.name.clone(),
            address: mailing.address.map(|to| to.as_str().to_owned()),
            date: decision.date,
            addressees: addressees.clone(),
            cover: decision.cover_content.clone(),
            inputs: cover.inputs.clone(),
            fingerprint: decision.fingerprint.clone(),
            cover_pdf: cover.pdf.clone(),
            cover_html: cover.html.clone(),
            subject: cover.subject.clone(),
            letters,
            kind: MessageKind::Letters,
            held: decision.is_held,
        })?;
        Ok(())
    }
}

/// Takes an open message back; gives the name of its file, if it was deposited.
pub(super) fn take_back(
    change: &mut Change<'_>,
    history: &CampaignHistory,
    id: i64,
) -> Result<Option<String>, LedgerError> {
    let message = history.messages.get(&id);
    let deposited = message.filter(|message| message.state == MessageState::Deposited);
    let file = deposited.map(|message| Outbox::file_name(&message.uai, message.number));
    change.retire(id).map(|()| file)
}

/// Removes messages from the outbox, and notes it in `send.log`.
pub(super) fn remove_messages(
    folders: &OutputFolders<'_>,
    log: &SendLog,
    files: Vec<String>,
    outcome: &mut GenerateOutcome,
) {
    for file in files {
        let removed = folders
            .remove(folders.outbox.folder(), &file)
            .and_then(|()| log.withdrawn(&file).map_err(|e| FileWriteError::new(log.path(), e)));
        if let Err(error) = removed {
            outcome.stop(error);
        }
        outcome.withdrawn_messages.push(file);
    }
}

/// Puts the template files of new inputs in the store, before any row names them.
fn store_templates(
    evaluator: &LetterEvaluator<'_>,
    batch: &[MadeMessage<'_>],
) -> std::io::Result<()> {
    let Some(ledger) = evaluator.ledger else { return Ok(()) };
    let rows = || batch.iter().flat_map(|made| &made.letter_rows);
    let letters = rows().filter_map(|row| row.new.as_ref()).map(|(_, inputs)| inputs);
    let judged = rows().flat_map(|row| &row.decision.judged).map(|judged| &judged.inputs);
    let covers = batch.iter().filter_map(|made| made.message_row.as_ref()?.inputs.as_ref());
    let inputs = letters.chain(judged).chain(covers);
    let wanted: BTreeSet<(&String, &ObjectHash)> =
        inputs.flat_map(|inputs| &inputs.templates).collect();
    for (path, name) in wanted {
        if ledger.store.has(name) {
            continue;
        }
        let mut templates = evaluator.resolved.templates.iter();
        if let Some(file) = templates.find(|file| file.path == *path) {
            ledger.store.put(&file.bytes)?;
        }
    }
    Ok(())
}
