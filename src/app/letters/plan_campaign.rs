//! `missive plan`: what generate and send would do, and why; nothing is written.

use crate::app::letters::evaluate::{CurrentRevision, LetterDecision, LetterEvaluator};
use crate::diagnostic::Problem;
use crate::plan::history::{CampaignHistory, MessageState};
use crate::plan::{Action, LetterCounts, Materiality, PlannedLetter};
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
pub struct Plan {
    /// Each letter, by reference.
    pub letters: Vec<PlannedLetter>,
    /// Messages.
    pub messages: MessageCounts,
    /// What could not be rendered, each with its letters.
    pub failures: Vec<(Problem, Vec<String>)>,
    /// Letters that failed.
    pub failed: usize,
}

impl Plan {
    /// How many letters there are of each kind.
    pub fn counts(&self) -> LetterCounts {
        LetterCounts::of(&self.letters)
    }
}

/// Plans a campaign as it is at a moment; `progress` is told after each message how many letters it
/// held.
pub fn plan(
    evaluator: &LetterEvaluator<'_>,
    now: Timestamp,
    jobs: usize,
    mut progress: impl FnMut(usize) + Send,
) -> Plan {
    let resolved = evaluator.resolved;
    let relay = resolved.relay_settings().is_some();
    let mailings = &resolved.desired.mailings;
    let stop = AtomicBool::new(false);
    let mut plan = Plan::default();
    worker_pool::run(
        mailings.len(),
        jobs,
        &stop,
        |at| evaluator.piece(&mailings[at]),
        |at, piece| {
            progress(mailings[at].letters.len());
            let Some(piece) = piece else { return };
            let mut whole = true;
            for (letter, considered) in mailings[at].letters.iter().zip(piece.letters) {
                match considered {
                    Ok(considered) => {
                        let name = resolved.desired.letters[*letter].reference.to_string();
                        let mut planned = considered.planned;
                        if is_voided(evaluator.past, &name, &considered.drops) {
                            planned.note = Some(VOIDED.to_owned());
                        }
                        plan.letters.push(planned);
                    }
                    Err(problems) => {
                        whole = false;
                        plan.failed += 1;
                        let name = resolved.desired.letters[*letter].reference.to_string();
                        plan.failures.extend(problems.into_iter().map(|p| (p, vec![name.clone()])));
                    }
                }
            }
            match piece.dispatch {
                Some(Ok(dispatch))
                    if whole && dispatch.mailing.address.is_some() && !dispatch.held =>
                {
                    let same = dispatch.same.and_then(|id| evaluator.past.messages.get(&id));
                    match same.map(|message| message.state) {
                        // What was refused goes again when its record changes, or a person says so.
                        Some(MessageState::Deposited | MessageState::Refused) => {}
                        Some(MessageState::Deferred)
                            if relay && same.is_some_and(|own| !own.is_due(now)) =>
                        {
                            plan.messages.waiting += 1;
                        }
                        _ => plan.messages.to_send += 1,
                    }
                }
                Some(Err(problems)) => {
                    let name = resolved.desired.mailing_name(&mailings[at]);
                    plan.failures.extend(problems.into_iter().map(|p| (p, vec![name.clone()])));
                }
                _ => {}
            }
        },
    );
    let ambiguous = evaluator.past.messages.values();
    plan.messages.ambiguous =
        ambiguous.filter(|message| message.state == MessageState::Ambiguous).count();
    withdrawn(evaluator, &mut plan);
    plan.letters.sort_by(|a, b| a.reference.cmp(&b.reference));
    plan
}

/// What is said of a letter that the authority signed and that changes before it is sent.
pub const VOIDED: &str = "l'autorité l'avait signée : la lettre change, cette signature ne vaut plus, à signer de nouveau";

/// Whether a draft that is dropped had been signed by the authority.
pub(in crate::app) fn is_voided(past: &CampaignHistory, reference: &str, drops: &[i64]) -> bool {
    let draft = past.letters.get(reference).and_then(|letter| letter.draft.as_ref());
    draft.is_some_and(|own| own.issued != own.rendered && drops.contains(&own.id))
}

/// Letters that the ledger has and nothing calls for any more.
fn withdrawn(evaluator: &LetterEvaluator<'_>, plan: &mut Plan) {
    let desired: BTreeSet<String> = evaluator
        .resolved
        .desired
        .letters
        .iter()
        .map(|letter| letter.reference.to_string())
        .collect();
    for (reference, letter) in &evaluator.past.letters {
        if letter.withdrawn || desired.contains(reference) {
            continue;
        }
        let left = letter.issued.is_some();
        plan.letters.push(PlannedLetter {
            reference: reference.clone(),
            uai: letter.uai.clone(),
            action: Action::Withdraw,
            act: None,
            materiality: Materiality::Substantive,
            revision: letter.latest().map_or(1, |latest| latest.issue.revision),
            reasons: Vec::new(),
            made: false,
            note: left.then(|| {
                "elle avait été transmise : pour y mettre fin par une lettre, remettre la désignation avec « until » et « end_reason »".to_owned()
            }),
        });
    }
}

/// What of the chosen messages is not as the records are now: references of letters that were not
/// made, or would be made anew, or whose message would be another.
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
        |at| evaluator.piece(&desired.mailings[chosen[at]]),
        |at, piece| {
            let mailing = &desired.mailings[chosen[at]];
            let kept = |considered: &LetterDecision| {
                matches!(considered.standing, CurrentRevision::Kept(_))
            };
            let current = piece.is_some_and(|piece| {
                let letters = piece.letters.iter().all(|own| own.as_ref().is_ok_and(kept));
                let message = match &piece.dispatch {
                    Some(Ok(dispatch)) => dispatch.same.is_some(),
                    Some(Err(_)) => false,
                    None => true,
                };
                letters && message && piece.retire.is_empty()
            });
            if !current {
                let letters = mailing.letters.iter().map(|own| &desired.letters[*own].reference);
                found.extend(letters.map(ToString::to_string));
            }
        },
    );
    found
}
