//! All letters and messages of a campaign against the ledger: what would be done with each, and which are
//! not as the records are now. Nothing is written.

use super::outdated::OutdatedMessage;
use crate::app::approval::approval_state::ApprovalState;
use crate::app::approval::message_fingerprint::of_plan;
use crate::app::letters::evaluate::{EvaluatedLetter, LetterEvaluator};
use crate::app::letters::plan_message::{PlannedMailing, PlannedMessage};
use crate::app::sending::designations::due_requests::{AskOrder, AskScope, due_requests};
use crate::app::sending::referents::due_referent_messages::due_referent_messages;
use crate::app::sending::reminders::due_reminders::due_reminders;
use crate::diagnostic::Problem;
use crate::letter::mailing::Mailing;
use crate::plan::decision::withdraw::{VOIDED_SIGNATURE_NOTE, voids_signature, withdrawn};
use crate::plan::history::{MessageState, ProofreadMessage};
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
    /// They lie in the outbox: a person sends them by hand, and says so.
    pub deposited: usize,
    /// Those among `to_send` that go to referents.
    pub to_referents: usize,
    /// Reminders that are due: `send --remind` would take them.
    pub reminders: usize,
    /// Nobody approved them as they are, where that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unapproved: Option<usize>,
    /// Requests to designate a referent that were not made yet: `send --ask-referent` would take them.
    pub designations: usize,
    /// Reminders of such requests that are due: `send --ask-referent --remind` would take them.
    pub designation_reminders: usize,
}

/// The plan of a campaign.
#[derive(Clone, Debug, Default)]
pub struct CampaignPlan {
    /// Each letter, by reference.
    pub letters: Vec<PlannedLetter>,
    /// Number of messages by what would be done.
    pub messages: MessageCounts,
    /// Messages that are not as the records are now.
    pub outdated: Vec<OutdatedMessage>,
    /// What waits for an approval, where one is asked for.
    pub approval: Option<ApprovalState>,
    /// What could not be rendered.
    pub failures: Vec<PlanFailure>,
    /// Number of letters that cannot be rendered.
    pub failed: usize,
    /// Deposited messages that wait for an approval: they are not in the outbox.
    held_deposits: usize,
}

/// A letter or message that could not be rendered.
#[derive(Clone, Debug)]
pub struct PlanFailure {
    /// Why it failed.
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
    let approval = evaluator.resolved.needs_approval().then(ApprovalState::default);
    let mut plan = CampaignPlan { approval, ..CampaignPlan::default() };
    worker_pool::run(
        mailings.len(),
        jobs,
        &stop,
        |at| evaluator.plan_mailing(&mailings[at]),
        |at, planned| {
            progress(mailings[at].letters.len());
            let outdated = OutdatedMessage::of(evaluator, &mailings[at], planned.as_ref());
            plan.outdated.extend(outdated);
            if let Some(planned) = planned {
                plan.add(evaluator, &mailings[at], planned, now);
            }
        },
    );
    plan.messages.unapproved = plan.approval.as_ref().map(|approval| approval.waiting);
    if let Some(approval) = &mut plan.approval {
        approval.messages.sort_by(|a, b| a.uai.cmp(&b.uai));
    }
    let (history, today) = (evaluator.history, evaluator.today);
    let number = |state| {
        let all = history.all_messages();
        all.filter(|message| message.state == state).count()
    };
    let messages = history.messages.values();
    plan.messages.ambiguous =
        messages.filter(|message| message.state == MessageState::Ambiguous).count();
    plan.messages.deposited = number(MessageState::Deposited).saturating_sub(plan.held_deposits);
    plan.add_referent_messages(evaluator, now);
    plan.messages.reminders = due_reminders(evaluator.resolved, history, None, today).fresh.len();
    let asked = |order| {
        let scope = AskScope { order, only: None };
        let due = due_requests(evaluator.resolved, history, &scope, today);
        due.fresh.len() + due.open.iter().filter(|message| message.is_due(now)).count()
    };
    plan.messages.designations = asked(AskOrder::Ask);
    plan.messages.designation_reminders = asked(AskOrder::Remind);
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
        let read = self.approval.as_ref().and_then(|_| proofread(evaluator, &planned));
        for (letter, decision) in mailing.letters.iter().zip(planned.letters) {
            let reference = desired.letters[*letter].reference.to_string();
            match decision {
                Ok(decision) => {
                    let mut planned = decision.planned;
                    if voids_signature(evaluator.history, &reference, &decision.drops) {
                        planned.note = Some(VOIDED_SIGNATURE_NOTE.to_owned());
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
            Some(Ok(message)) if is_whole => self.count(evaluator, &message, read, now),
            Some(Err(problems)) => self.fail(problems, desired.mailing_name(mailing)),
            Some(Ok(_)) | None => {}
        }
    }

    /// Counts what `send` would take to referents.
    fn add_referent_messages(&mut self, evaluator: &LetterEvaluator<'_>, now: Timestamp) {
        let due = due_referent_messages(evaluator.resolved, evaluator.history, None);
        let open = due.open.iter().filter(|message| message.is_due(now)).count();
        let to_referents = due.fresh.len() + open;
        let messages = &mut self.messages;
        messages.to_referents = to_referents;
        messages.to_send += to_referents;
        messages.waiting += due.open.len() - open;
        messages.ambiguous += due.ambiguous;
    }

    /// Whether nobody approved a message as it is, where that is asked for; it is counted.
    fn waits_for_approval(
        &mut self,
        evaluator: &LetterEvaluator<'_>,
        read: Option<ProofreadMessage>,
    ) -> bool {
        let (Some(state), Some(read)) = (&mut self.approval, read) else { return false };
        let approvals = &evaluator.history.approvals;
        state.add(approvals, &read);
        !approvals.is_approved(&read)
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
        read: Option<ProofreadMessage>,
        now: Timestamp,
    ) {
        if message.mailing.address.is_none() || message.decision.is_held {
            return;
        }
        let same = message.decision.same.and_then(|id| evaluator.history.messages.get(&id));
        let goes_by_relay = evaluator.resolved.relay_settings().is_some();
        match same.map(|message| message.state) {
            // What was refused goes again when its record changes, or a person says so.
            Some(MessageState::Refused) => {}
            Some(MessageState::Deposited) => {
                let approvals = &evaluator.history.approvals;
                let read = read.filter(|read| !approvals.is_approved(read));
                self.held_deposits += usize::from(self.waits_for_approval(evaluator, read));
            }
            _ if self.waits_for_approval(evaluator, read) => {}
            Some(MessageState::Deferred)
                if goes_by_relay && same.is_some_and(|message| !message.is_due(now)) =>
            {
                self.messages.waiting += 1;
            }
            _ => self.messages.to_send += 1,
        }
    }
}

/// What a message that has to go is made of.
fn proofread(
    evaluator: &LetterEvaluator<'_>,
    planned: &PlannedMailing<'_>,
) -> Option<ProofreadMessage> {
    let message = planned.message.as_ref()?.as_ref().ok()?;
    let called = &evaluator.resolved.desired.letters;
    let going: BTreeSet<String> =
        message.mailing.letters.iter().map(|at| called[*at].reference.to_string()).collect();
    let letters = planned.letters.iter().flatten();
    let letters: Vec<&EvaluatedLetter> =
        letters.filter(|letter| going.contains(&letter.planned.reference)).collect();
    Some(of_plan(evaluator.resolved, message, &letters))
}

/// The chosen messages that are not as the records are now, and why.
pub fn outdated_messages(
    evaluator: &LetterEvaluator<'_>,
    only: Option<&BTreeSet<usize>>,
    jobs: usize,
) -> Vec<OutdatedMessage> {
    let mailings = &evaluator.resolved.desired.mailings;
    let chosen: Vec<usize> = match only {
        Some(only) => only.iter().copied().collect(),
        None => (0..mailings.len()).collect(),
    };
    let stop = AtomicBool::new(false);
    let mut found = Vec::new();
    worker_pool::run(
        chosen.len(),
        jobs,
        &stop,
        |at| {
            let mailing = &mailings[chosen[at]];
            OutdatedMessage::of(evaluator, mailing, Some(&evaluator.plan_mailing(mailing)))
        },
        |at, outdated| match outdated {
            Some(outdated) => found.extend(outdated),
            None => found.extend(OutdatedMessage::of(evaluator, &mailings[chosen[at]], None)),
        },
    );
    found
}
