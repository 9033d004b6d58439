//! What making one message gave: counts, files, and the rows that the ledger is to get.

use super::outcome::DocumentCounts;
use crate::app::letters::evaluate::{EvaluatedLetter, LetterEvaluator, RenderedLetter};
use crate::app::letters::plan_campaign::PlanFailure;
use crate::app::letters::plan_message::PlannedMessage;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::diagnostic::Problem;
use crate::ledger::write::revision::NewRevision;
use crate::letter::mailing::Mailing;
use crate::letter::mission_letter::Letter;
use crate::plan::decision::decide_message::MessageCover;
use crate::plan::decision::letter_decision::CurrentRevision;
use crate::plan::history::RenderInputs;
use crate::project::output_folders::FileWriteError;
use std::collections::BTreeSet;

/// What making one message, its letters and its cover gave.
#[derive(Default)]
pub(super) struct MadeMessage<'r> {
    pub(super) letters: DocumentCounts,
    pub(super) covers: DocumentCounts,
    /// Files made or confirmed, relative to the project.
    pub(super) files: Vec<String>,
    /// Those among them that someone had edited.
    pub(super) edited: Vec<String>,
    /// Whether the message is kept back because one of its documents failed.
    pub(super) is_kept_back: bool,
    /// Whether the message may not leave.
    pub(super) is_blocked: bool,
    /// Letters that only wait for the authority's signature.
    pub(super) unsigned: usize,
    /// Letters that the authority had signed and that changed since.
    pub(super) voided: Vec<String>,
    /// References of letters of more than two pages.
    pub(super) long: Vec<String>,
    /// What went wrong.
    pub(super) failures: Vec<PlanFailure>,
    pub(super) letter_rows: Vec<LetterRow>,
    pub(super) message_row: Option<MessageRow<'r>>,
    /// Open messages that are no longer right, by their rows.
    pub(super) outdated: BTreeSet<i64>,
    /// Why the work stopped before its end: then no row is to be written.
    pub(super) stopped: Option<FileWriteError>,
}

impl MadeMessage<'_> {
    /// Notes what went wrong with a letter or message.
    pub(super) fn fail(&mut self, problems: Vec<Problem>, name: &str) {
        let failed = |problem| PlanFailure { problem, name: name.to_owned() };
        self.failures.extend(problems.into_iter().map(failed));
    }

    /// A message whose work panicked. That is a bug, and reported as one; other messages are made.
    pub(super) fn panicked(resolved: &ResolvedCampaign<'_>, mailing: &Mailing<'_>) -> Self {
        let name = resolved.desired.mailing_name(mailing);
        let problem =
            Problem::error("E-BUG", "une erreur interne de missive a empêché ce message").help(
                "signaler ce cas avec le fichier de données concerné ; les autres lettres sont faites",
            );
        Self {
            letters: DocumentCounts { failed: mailing.letters.len(), ..DocumentCounts::default() },
            is_kept_back: true,
            failures: vec![PlanFailure { problem, name }],
            ..Self::default()
        }
    }
}

/// A letter, and the row of its new revision if it has one.
pub(super) struct LetterRow {
    pub(super) reference: String,
    pub(super) uai: String,
    /// The referent's identifier; absent for a letter with a blank for the name.
    pub(super) referent: Option<String>,
    pub(super) decision: EvaluatedLetter,
    pub(super) new: Option<(NewRevision, RenderInputs)>,
}

impl LetterRow {
    pub(super) fn new(
        evaluator: &LetterEvaluator<'_>,
        letter: &Letter<'_>,
        decision: EvaluatedLetter,
    ) -> Self {
        let new = match &decision.current {
            CurrentRevision::Made(made) if evaluator.ledger.is_some() => {
                Some((new_revision(evaluator, letter, &decision, made), made.hashes.inputs.clone()))
            }
            _ => None,
        };
        Self {
            reference: letter.reference.to_string(),
            uai: letter.establishment.uai.value.to_string(),
            referent: letter.referent.map(|(referent, _)| referent.id.value.to_string()),
            decision,
            new,
        }
    }
}

fn new_revision(
    evaluator: &LetterEvaluator<'_>,
    letter: &Letter<'_>,
    decision: &EvaluatedLetter,
    made: &RenderedLetter,
) -> NewRevision {
    // Maps of texts and lists of numbers: writing them as JSON cannot fail.
    let json = |value: serde_json::Result<String>| value.unwrap_or_default();
    NewRevision {
        reference: letter.reference.to_string(),
        issue: decision.issue.clone(),
        content: made.json.clone(),
        content_hash: made.hashes.content.clone(),
        origins: json(serde_json::to_string(&evaluator.places(letter, &decision.issue))),
        ruleset: json(serde_json::to_string(&evaluator.rules_of(&decision.issue))),
        inputs: made.hashes.inputs_hash.clone(),
        rendered: made.hashes.pdf.clone(),
        form: made.hashes.form.clone(),
        pages: made.pdf.pages,
        text: json(serde_json::to_string(&made.pdf.blocks)),
        text_hash: made.hashes.text.clone(),
        boxes: json(serde_json::to_string(&made.pdf.places)),
    }
}

/// A message, and what its row needs besides.
pub(super) struct MessageRow<'r> {
    pub(super) planned: PlannedMessage<'r>,
    /// Its letter's reference, or campaign and UAI.
    pub(super) name: String,
    /// What its cover was made from, when it was made now.
    pub(super) inputs: Option<RenderInputs>,
}

impl<'r> MessageRow<'r> {
    pub(super) fn new(evaluator: &LetterEvaluator<'r>, planned: PlannedMessage<'r>) -> Self {
        let inputs = match &planned.decision.cover {
            MessageCover::Made(cover) => Some(cover.inputs.clone()),
            MessageCover::Kept(_) => None,
        };
        let name = evaluator.resolved.desired.mailing_name(&planned.mailing);
        Self { planned, name, inputs }
    }
}
