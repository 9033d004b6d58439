//! The data that every sending uses, and the checks before it.

use super::outbox_file::{NotRemoved, empty_outbox};
use super::refusal::{OutOfDate, SendRefusal};
use super::relay::config::quota;
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::letters::plan_campaign;
use crate::app::names::labels::Labels;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::clock::Clock;
use crate::ledger::place::FirstHandOver;
use crate::ledger::{Ledger, LedgerError, LedgerOpening};
use crate::plan::Orders;
use crate::plan::history::{CampaignHistory, MessageEntry, MessageState};
use crate::records::settings;
use smtp_session::{Attempt, RateLimiter};
use std::collections::BTreeSet;

/// What every sending stands on.
#[derive(Clone, Copy)]
pub struct SendContext<'a> {
    /// The campaign, resolved and checked.
    pub resolved: &'a ResolvedCampaign<'a>,
    /// The ledger, open for writing.
    pub ledger: &'a Ledger,
    /// How it was opened.
    pub opened: &'a LedgerOpening,
    /// The table `[mail.relay]`.
    pub relay: &'a settings::relay::Relay,
    /// The chosen mailings; all if there is no choice.
    pub only: Option<&'a BTreeSet<usize>>,
    /// Number of worker threads.
    pub jobs: usize,
    /// The clock, which may be simulated.
    pub clock: &'a Clock,
    /// Whether the documents were made just before, by the same command.
    pub just_generated: bool,
}

/// What became of messages that lie in the outbox, as a person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepositsWere {
    /// They were sent by hand.
    Sent,
    /// They were not sent.
    NotSent,
}

impl SendContext<'_> {
    pub(super) fn campaign(&self) -> &str {
        self.resolved.desired.campaign.id.as_str()
    }

    /// What the ledger knows of the campaign.
    pub fn history(&self) -> Result<CampaignHistory, LedgerError> {
        self.ledger.history(self.campaign())
    }

    /// The quota of the relay, and what was spent of it.
    pub fn limiter(&self) -> Result<RateLimiter, LedgerError> {
        let quota = quota(self.relay);
        let now = self.clock.now();
        let memory = now.checked_sub(RateLimiter::memory(&quota)).unwrap_or(now);
        let spent = self.ledger.attempts_since(memory)?;
        let attempts = spent
            .into_iter()
            .map(|past| Attempt { moment: past.moment, recipients: past.recipients });
        Ok(RateLimiter::new(quota, self.clock.zone().clone(), attempts, now))
    }

    /// Chosen mailings without a valid address.
    pub fn blocked(&self) -> usize {
        let mailings = &self.resolved.desired.mailings;
        let is_chosen = |at: &usize| self.only.is_none_or(|only| only.contains(at));
        let blocked = |at: &usize| mailings[*at].address.is_none();
        (0..mailings.len()).filter(is_chosen).filter(blocked).count()
    }

    /// The ledger may be used to send: with an older one a message might leave twice.
    pub fn check_ledger(&self) -> Result<(), SendRefusal> {
        if self.opened.older {
            return Err(SendRefusal::LedgerOlder);
        }
        match self.opened.created && !self.just_generated {
            true => Err(SendRefusal::NothingGenerated),
            false => Ok(()),
        }
    }

    /// The chosen letters are as the records are now.
    fn check_up_to_date(&self, history: &CampaignHistory) -> Result<(), SendRefusal> {
        if self.just_generated {
            return Ok(());
        }
        let orders = Orders::default();
        let day = self.clock.day();
        let evaluator =
            LetterEvaluator::new(self.resolved, history, Some(self.ledger), &orders, day);
        match out_of_date(&evaluator, self.only, self.jobs) {
            None => Ok(()),
            Some(outdated) => Err(SendRefusal::OutOfDate(Box::new(outdated))),
        }
    }

    /// No message lies in the outbox, from where it may have been sent by hand.
    fn check_deposits(&self, history: &CampaignHistory) -> Result<(), SendRefusal> {
        match messages_in_outbox(history).count() {
            0 => Ok(()),
            standing => Err(SendRefusal::DepositsStanding(standing)),
        }
    }

    /// What a person is to be asked about before the first message leaves from here; none if nobody need be.
    pub fn first_hand_over(&self) -> Result<Option<FirstHandOver>, LedgerError> {
        self.ledger.first_hand_over()
    }

    /// Notes that a person lets messages leave from here.
    pub fn accept_first_hand_over(&self, why: &str) -> Result<(), LedgerError> {
        self.ledger.accept_first_hand_over(why)
    }

    /// Nothing leaves from a place that a person has yet to say right.
    pub(super) fn check_place(&self) -> Result<(), SendRefusal> {
        match self.first_hand_over()? {
            None => Ok(()),
            Some(known) => Err(SendRefusal::FirstHandOver(known)),
        }
    }

    /// All guards at once.
    pub(super) fn check(&self) -> Result<CampaignHistory, SendRefusal> {
        self.check_ledger()?;
        let history = self.history()?;
        self.check_up_to_date(&history)?;
        self.check_deposits(&history)?;
        Ok(history)
    }

    /// The guards of messages that carry no letter: none need be made before, nor be up to date.
    pub(super) fn check_for_requests(&self) -> Result<CampaignHistory, SendRefusal> {
        if self.opened.older {
            return Err(SendRefusal::LedgerOlder);
        }
        let history = self.history()?;
        self.check_deposits(&history)?;
        Ok(history)
    }

    /// Records what became of the messages in the outbox, and takes their files out; nothing if there are
    /// none.
    pub fn resolve_deposits(
        &self,
        were: DepositsWere,
        limit: Option<usize>,
    ) -> Result<Option<ResolvedDeposits>, SendRefusal> {
        const WHY: &str = "dit au passage à l'envoi par un serveur (--deposited)";
        self.check_ledger()?;
        let history = self.history()?;
        self.check_up_to_date(&history)?;
        let standing: Vec<MessageEntry> = messages_in_outbox(&history).cloned().collect();
        if standing.is_empty() {
            return Ok(None);
        }
        if self.only.is_some() || !self.resolved.left_out.is_empty() || limit.is_some() {
            return Err(SendRefusal::DepositsNeedAll);
        }
        self.ledger.write(|change| {
            standing.iter().try_for_each(|message| match were {
                DepositsWere::Sent => change.hand_over(message.id, WHY),
                DepositsWere::NotSent => change.not_sent(message.id, WHY),
            })
        })?;
        let campaign = [self.campaign().to_owned()];
        let emptied = empty_outbox(self.resolved.project, &campaign, &standing, self.clock.day());
        Ok(Some(ResolvedDeposits { number: standing.len(), not_removed: emptied.err() }))
    }
}

/// The chosen letters that are not as the records are now; none if all are.
pub(in crate::app) fn out_of_date(
    evaluator: &LetterEvaluator<'_>,
    only: Option<&BTreeSet<usize>>,
    jobs: usize,
) -> Option<OutOfDate> {
    let outdated = plan_campaign::outdated_messages(evaluator, only, jobs);
    if outdated.is_empty() {
        return None;
    }
    let references: BTreeSet<&String> =
        outdated.iter().flat_map(|message| &message.letters).collect();
    let labels = Labels::of_campaign(&evaluator.resolved.desired);
    let labels = labels.letters(references.iter().copied());
    let references = references.into_iter().cloned().collect();
    let reasons = outdated.iter().flat_map(|message| &message.reasons).copied().collect();
    let enclosures = outdated.iter().flat_map(|message| &message.enclosures).cloned().collect();
    Some(OutOfDate { references, labels, reasons, enclosures })
}

/// What was recorded of messages in the outbox.
#[derive(Debug)]
pub struct ResolvedDeposits {
    /// How many messages there were.
    pub number: usize,
    /// A file that is still in the outbox.
    pub not_removed: Option<NotRemoved>,
}

fn messages_in_outbox(history: &CampaignHistory) -> impl Iterator<Item = &MessageEntry> {
    let all = history.all_messages();
    all.filter(|message| message.state == MessageState::Deposited)
}

/// The messages that may have been sent or not (nobody knows), reminders included.
pub fn ambiguous_messages(history: &CampaignHistory) -> Vec<&MessageEntry> {
    let all = history.all_messages();
    all.filter(|message| message.state == MessageState::Ambiguous).collect()
}
