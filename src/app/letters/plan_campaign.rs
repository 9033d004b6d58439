//! All letters and messages of a campaign against the ledger: what would be done with each, and which are
//! not as the records are now. Nothing is written.

use crate::app::letters::evaluate::{EvaluatedLetter, LetterEvaluator};
use crate::app::letters::plan_message::{PlannedMailing, PlannedMessage};
use crate::diagnostic::Problem;
use crate::letter::mailing::Mailing;
use crate::plan::decision::letter_decision::CurrentRevision;
use crate::plan::decision::withdraw::{VOIDED, voids_signature, withdrawn};
use crate::plan::history::MessageState;
use crate::plan::{LetterCounts, PlannedLetter};
use crate::render::worker_pool;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

/// How many messages would go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MessageCounts {
    /// `send` would take them now.
    pub to_send: usize,
    /// Put off to a later time.
    pub waiting: usize,
    /// Nobody knows whether they left.
    pub ambiguous: usize,
}

/// The plan of a campaign.
#[derive(Clone, Debug, Default)]
pub struct CampaignPlan {
    /// Each letter, by reference.
    pub letters: Vec<PlannedLetter>,
    /// Messages.
    pub messages: MessageCounts,
    /// What could not be rendered.
    pub failures: Vec<PlanFailure>,
    /// Letters that failed.
    pub failed: usize,
}

/// A letter or message that could not be rendered.
#[derive(Clone, Debug)]
pub struct PlanFailure {
    /// Why.
    pub problem: Problem,
    /// Reference of the letter, or name of the message.
    pub name: String,
}

impl CampaignPlan {
    /// How many letters there are of each kind.
    pub fn counts(&self) -> LetterCounts {
        LetterCounts::of(&self.letters)
    }
}

/// Plans a campaign as it is at a moment; `progress` is told after each message how many letters it
/// held. Nothing is written.
pub fn plan(
    evaluator: &LetterEvaluator<'_>,
    now: Timestamp,
    jobs: usize,
    mut progress: impl FnMut(usize) + Send,
) -> CampaignPlan {
    let desired = &evaluator.resolved.desired;
    let mailings = &desired.mailings;
    let stop = AtomicBool::new(false);
    let mut plan = CampaignPlan::default();
    worker_pool::run(
        mailings.len(),
        jobs,
        &stop,
        |at| evaluator.plan_mailing(&mailings[at]),
        |at, planned| {
            progress(mailings[at].letters.len());
            if let Some(planned) = planned {
                plan.add(evaluator, &mailings[at], planned, now);
            }
        },
    );
    let messages = evaluator.history.messages.values();
    plan.messages.ambiguous =
        messages.filter(|message| message.state == MessageState::Ambiguous).count();
    let called = desired.letters.iter().map(|letter| letter.reference.to_string()).collect();
    plan.letters.extend(withdrawn(evaluator.history, &called));
    plan.letters.sort_by(|a, b| a.reference.cmp(&b.reference));
    plan
}

impl CampaignPlan {
    fn add(
        &mut self,
        evaluator: &LetterEvaluator<'_>,
        mailing: &Mailing<'_>,
        planned: PlannedMailing<'_>,
        now: Timestamp,
    ) {
        let desired = &evaluator.resolved.desired;
        let mut is_whole = true;
        for (letter, decision) in mailing.letters.iter().zip(planned.letters) {
            let reference = desired.letters[*letter].reference.to_string();
            match decision {
                Ok(decision) => {
                    let mut planned = decision.planned;
                    if voids_signature(evaluator.history, &reference, &decision.drops) {
                        planned.note = Some(VOIDED.to_owned());
                    }
                    self.letters.push(planned);
                }
                Err(problems) => {
                    is_whole = false;
                    self.failed += 1;
                    self.fail(problems, reference);
                }
            }
        }
        match planned.message {
            Some(Ok(message)) if is_whole => self.count(evaluator, &message, now),
            Some(Err(problems)) => self.fail(problems, desired.mailing_name(mailing)),
            Some(Ok(_)) | None => {}
        }
    }

    fn fail(&mut self, problems: Vec<Problem>, name: String) {
        let failed = |problem| PlanFailure { problem, name: name.clone() };
        self.failures.extend(problems.into_iter().map(failed));
    }

    /// Counts a message by what `send` would do with it.
    fn count(
        &mut self,
        evaluator: &LetterEvaluator<'_>,
        message: &PlannedMessage<'_>,
        now: Timestamp,
    ) {
        if message.mailing.address.is_none() || message.decision.is_held {
            return;
        }
        let same = message.decision.same.and_then(|id| evaluator.history.messages.get(&id));
        let goes_by_relay = evaluator.resolved.relay_settings().is_some();
        match same.map(|message| message.state) {
            // What was refused goes again when its record changes, or a person says so.
            Some(MessageState::Deposited | MessageState::Refused) => {}
            Some(MessageState::Deferred)
                if goes_by_relay && same.is_some_and(|message| !message.is_due(now)) =>
            {
                self.messages.waiting += 1;
            }
            _ => self.messages.to_send += 1,
        }
    }
}

/// What of the chosen messages is not as the records are now: references of letters that were not
/// made, or would be made again, or whose message would be another.
pub fn stale(
    evaluator: &LetterEvaluator<'_>,
    only: Option<&BTreeSet<usize>>,
    jobs: usize,
) -> BTreeSet<String> {
    let desired = &evaluator.resolved.desired;
    let chosen: Vec<usize> = match only {
        Some(only) => only.iter().copied().collect(),
        None => (0..desired.mailings.len()).collect(),
    };
    let stop = AtomicBool::new(false);
    let mut found = BTreeSet::new();
    worker_pool::run(
        chosen.len(),
        jobs,
        &stop,
        |at| evaluator.plan_mailing(&desired.mailings[chosen[at]]),
        |at, planned| {
            let mailing = &desired.mailings[chosen[at]];
            let is_kept =
                |decision: &EvaluatedLetter| matches!(decision.current, CurrentRevision::Kept(_));
            let is_current = planned.is_some_and(|planned| {
                let message = match &planned.message {
                    Some(Ok(message)) => message.decision.same.is_some(),
                    Some(Err(_)) => false,
                    None => true,
                };
                let mut letters = planned.letters.iter();
                letters.all(|decision| decision.as_ref().is_ok_and(is_kept))
                    && message
                    && planned.retired.is_empty()
            });
            if !is_current {
                let letters =
                    mailing.letters.iter().map(|letter| &desired.letters[*letter].reference);
                found.extend(letters.map(ToString::to_string));
            }
        },
    );
    found
}
