//! Makes the documents of one message: its letters and its cover, each at its place in `out/`.
//!
//! The unit of work is a message, so that what lies in `out/` is the same whether it was made alone
//! or with all others. Runs on all workers at once; writes no row.

use super::made_message::{LetterRow, MadeMessage, MessageRow};
use crate::app::letters::evaluate::{EvaluatedLetter, LetterEvaluator, RenderedLetter};
use crate::app::letters::plan_message::{PlannedMailing, PlannedMessage};
use crate::letter::mailing::Mailing;
use crate::letter::mission_letter::Letter;
use crate::plan::decision::decide_message::MessageCover;
use crate::plan::decision::letter_decision::CurrentRevision;
use crate::plan::decision::withdraw::voids_signature;
use crate::plan::history::ObjectHash;
use crate::project::output_folders::{FileOutcome, FileWriteError, OutputFolders, PlacedFile};
use crate::stages::Stage;
use std::collections::BTreeSet;

/// Pages that a letter usually has at most; longer letters are listed.
const USUAL_PAGES: usize = 2;

/// Makes the documents of messages.
pub(super) struct DocumentMaker<'a, 'r> {
    pub(super) evaluator: &'a LetterEvaluator<'r>,
    pub(super) folders: &'a OutputFolders<'a>,
}

impl<'r> DocumentMaker<'_, 'r> {
    /// Makes the letters and the cover of a mailing. A document that cannot be made costs only its
    /// own message; a disk that refuses stops the work.
    pub(super) fn make(&self, mailing: &Mailing<'r>) -> MadeMessage<'r> {
        let mut made = MadeMessage::default();
        let planned = self.evaluator.plan_mailing(mailing);
        made.stopped = self.place_all(mailing, planned, &mut made).err();
        made
    }

    fn place_all(
        &self,
        mailing: &Mailing<'r>,
        planned: PlannedMailing<'r>,
        made: &mut MadeMessage<'r>,
    ) -> Result<(), FileWriteError> {
        let desired = &self.evaluator.resolved.desired;
        let mut is_whole = true;
        for (at, decision) in mailing.letters.iter().zip(planned.letters) {
            let letter = &desired.letters[*at];
            made.letters.blocked += usize::from(letter.is_blocked());
            match decision {
                Ok(decision) => self.place_letter(letter, decision, made)?,
                Err(problems) => {
                    is_whole = false;
                    made.letters.failed += 1;
                    let name = letter.reference.to_string();
                    made.fail(problems, &name);
                    // The file that is there says what is no longer true.
                    self.folders.remove(&self.folders.letters, &letter.file_name())?;
                }
            }
        }
        made.outdated = planned.retired;
        made.is_blocked = mailing.address.is_none();
        let mut placed = None;
        match planned.message {
            None => {}
            Some(Ok(message)) => {
                placed = Some(message.mailing.uai.to_string());
                self.place_cover(&message, made)?;
                if is_whole {
                    made.message_row = Some(MessageRow::new(self.evaluator, message));
                }
            }
            Some(Err(problems)) => {
                is_whole = false;
                made.covers.failed += 1;
                let name = desired.mailing_name(mailing);
                made.fail(problems, &name);
                for file in cover_files(mailing.uai.as_str()) {
                    self.folders.remove(&self.folders.covers, &file)?;
                }
            }
        }
        made.is_kept_back = !is_whole && mailing.address.is_some() && desired.rehearsal.is_none();
        self.restore_sent_covers(mailing, placed.as_deref(), made)
    }

    fn place_letter(
        &self,
        letter: &Letter<'_>,
        decision: EvaluatedLetter,
        made: &mut MadeMessage<'_>,
    ) -> Result<(), FileWriteError> {
        let history = self.evaluator.history;
        let file = letter.file_name();
        let name = letter.reference.to_string();
        let restore = |hash: &ObjectHash| self.folders.restore(&self.folders.letters, &file, hash);
        let placed = match &decision.current {
            CurrentRevision::Kept(revision) => Some(restore(&revision.issued)?),
            // What was handed over stays in its place until a person has decided.
            CurrentRevision::Undecided => {
                let known = history.letters.get(&name).and_then(|letter| letter.issued.as_ref());
                known.map(|revision| restore(&revision.issued)).transpose()?
            }
            CurrentRevision::Made(rendered) => {
                if rendered.pdf.pages > USUAL_PAGES {
                    made.long.push(name.clone());
                }
                Some(self.write_letter(&file, rendered, history.letters.contains_key(&name))?)
            }
        };
        if let Some(placed) = placed {
            made.letters.count(placed.outcome);
            self.note_file(made, "letters", &file, placed);
        }
        if voids_signature(history, &name, &decision.drops) {
            made.voided.push(name);
        }
        made.letter_rows.push(LetterRow::new(self.evaluator, letter, decision));
        Ok(())
    }

    fn write_letter(
        &self,
        file: &str,
        rendered: &RenderedLetter,
        made_before: bool,
    ) -> Result<PlacedFile, FileWriteError> {
        let bytes = rendered.bytes();
        self.evaluator.resolved.engine.stages().time(Stage::Write, || {
            let placed = self.folders.write(&self.folders.letters, file, bytes, made_before)?;
            self.folders.store(bytes).map(|()| placed)
        })
    }

    fn place_cover(
        &self,
        planned: &PlannedMessage<'_>,
        made: &mut MadeMessage<'_>,
    ) -> Result<(), FileWriteError> {
        let is_held = planned.decision.is_held;
        if is_held {
            let letters = &self.evaluator.resolved.desired.letters;
            let unblocked = planned.mailing.letters.iter().filter(|at| !letters[**at].is_blocked());
            made.is_blocked = true;
            made.unsigned = unblocked.count();
            made.letters.blocked += made.unsigned;
        }
        let files = cover_files(planned.mailing.uai.as_str());
        let outcome = match &planned.decision.cover {
            MessageCover::Kept(hashes) => {
                self.restore_cover(&files, [&hashes.pdf, &hashes.html], made)?
            }
            MessageCover::Made(cover) => {
                let cover = &cover.document;
                let mut outcome = FileOutcome::Unchanged;
                for (file, bytes) in files.iter().zip([&cover.pdf[..], cover.html.as_bytes()]) {
                    let stages = self.evaluator.resolved.engine.stages();
                    let placed = stages.time(Stage::Write, || {
                        let placed =
                            self.folders.write(&self.folders.covers, file, bytes, false)?;
                        self.folders.store(bytes).map(|()| placed)
                    })?;
                    outcome = outcome.max(placed.outcome);
                    self.note_file(made, "covers", file, placed);
                }
                outcome
            }
        };
        made.covers.count(outcome);
        made.covers.blocked += usize::from(planned.mailing.address.is_none() || is_held);
        Ok(())
    }

    fn restore_cover(
        &self,
        files: &[String; 2],
        hashes: [&ObjectHash; 2],
        made: &mut MadeMessage<'_>,
    ) -> Result<FileOutcome, FileWriteError> {
        let mut outcome = FileOutcome::Unchanged;
        for (file, hash) in files.iter().zip(hashes) {
            let placed = self.folders.restore(&self.folders.covers, file, hash)?;
            outcome = outcome.max(placed.outcome);
            self.note_file(made, "covers", file, placed);
        }
        Ok(outcome)
    }

    /// Brings back the covers of what left before, each under the UAI that named its message;
    /// `placed` is the UAI whose cover is in place already.
    fn restore_sent_covers(
        &self,
        mailing: &Mailing<'_>,
        placed: Option<&str>,
        made: &mut MadeMessage<'_>,
    ) -> Result<(), FileWriteError> {
        let history = self.evaluator.history;
        let letters = &self.evaluator.resolved.desired.letters;
        let references = mailing.letters.iter().map(|at| letters[*at].reference.to_string());
        let sent: BTreeSet<i64> = references
            .filter_map(|name| history.last_sent(&name))
            .map(|message| message.id)
            .collect();
        for message in sent.iter().filter_map(|id| history.messages.get(id)) {
            if Some(message.uai.as_str()) == placed || !history.is_last(message) {
                continue;
            }
            let files = cover_files(&message.uai);
            let hashes = [&message.cover_pdf, &message.cover_html];
            let outcome = self.restore_cover(&files, hashes, made)?;
            made.covers.count(outcome);
        }
        Ok(())
    }

    fn note_file(&self, made: &mut MadeMessage<'_>, kind: &str, file: &str, placed: PlacedFile) {
        let path = format!("{}/{kind}/{file}", self.evaluator.resolved.output);
        if placed.was_edited {
            made.edited.push(path.clone());
        }
        made.files.push(path);
    }
}

fn cover_files(uai: &str) -> [String; 2] {
    [format!("{uai}.pdf"), format!("{uai}.html")]
}
