//! `resolve`: a named person says what became of messages; kept in the ledger with the reason.

use super::named_messages::named_messages;
use super::resolve_error::ResolveError;
use crate::app::sending::outbox_file::empty_outbox;
use crate::app::sending::write_send_log::rewrite_log;
use crate::ledger::Ledger;
use crate::plan::account::Account;
use crate::plan::history::{MessageEntry, MessageState};
use crate::plan::resolution::{Resolution, is_open};
use crate::project::folder::Project;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;

/// What a person says, and of which messages.
#[derive(Clone, Debug)]
pub struct ResolveRequest {
    /// Which messages.
    pub messages: WhichMessages,
    /// What became of them.
    pub resolution: Resolution,
    /// How that is known.
    pub why: String,
}

/// Which messages a person speaks of.
#[derive(Clone, Debug)]
pub enum WhichMessages {
    /// Those that these references or Message-IDs name, in any campaign.
    Named(Vec<String>),
    /// All that lie in the outbox.
    Deposited,
}

/// What was resolved; serialised as the JSON of `resolve`.
#[derive(Clone, Debug, Serialize)]
pub struct ResolveOutcome {
    /// The state that the messages are in now.
    pub state: &'static str,
    /// How many messages.
    pub messages: usize,
    /// References of their letters.
    pub letters: BTreeSet<String>,
    /// Their Message-IDs.
    pub message_ids: Vec<Option<String>>,
    /// The campaigns they belong to.
    #[serde(skip)]
    pub campaigns: Vec<String>,
    /// Whether any of them lay in the outbox.
    #[serde(skip)]
    pub some_were_deposited: bool,
    /// Whether all of them are reminders.
    #[serde(skip)]
    pub all_are_reminders: bool,
}

impl ResolveRequest {
    /// Resolves messages. `campaign` is the one whose outbox is meant.
    pub fn resolve(
        &self,
        project: &Project,
        ledger: &Ledger,
        campaign: Option<String>,
        day: Date,
    ) -> Result<ResolveOutcome, ResolveError> {
        let campaigns = self.campaigns(ledger, campaign)?;
        let chosen = self.chosen(ledger, &campaigns)?;
        self.check(ledger, &chosen)?;
        ledger.write(|change| {
            chosen.iter().try_for_each(|message| match self.resolution {
                Resolution::HandedOver => change.hand_over(message.id, &self.why),
                Resolution::NotSent => change.not_sent(message.id, &self.why),
            })
        })?;
        empty_outbox(project, &campaigns, &chosen, day)?;
        rewrite_logs(project, ledger, &campaigns, day);
        for campaign in &campaigns {
            let history = ledger.history(campaign)?;
            if !Account::of(&history, []).is_balanced(&history) {
                return Err(ResolveError::NotBalanced);
            }
        }
        let names = chosen.iter().flat_map(|message| message.letters.iter());
        Ok(ResolveOutcome {
            state: match self.resolution {
                Resolution::HandedOver => MessageState::HandedOver.as_str(),
                Resolution::NotSent => MessageState::Ready.as_str(),
            },
            messages: chosen.len(),
            letters: names.map(|letter| letter.reference.clone()).collect(),
            message_ids: chosen.iter().map(|message| message.message_id.clone()).collect(),
            campaigns,
            some_were_deposited: chosen
                .iter()
                .any(|message| message.state == MessageState::Deposited),
            all_are_reminders: chosen.iter().all(|message| message.reminder),
        })
    }

    /// The campaigns that the messages belong to.
    fn campaigns(
        &self,
        ledger: &Ledger,
        campaign: Option<String>,
    ) -> Result<Vec<String>, ResolveError> {
        let WhichMessages::Named(names) = &self.messages else {
            return Ok(campaign.into_iter().collect());
        };
        let mut found = BTreeSet::new();
        for id in named_messages(ledger, names, self.resolution)? {
            found.extend(ledger.campaign_of_message(id)?);
        }
        Ok(found.into_iter().collect())
    }

    fn chosen(
        &self,
        ledger: &Ledger,
        campaigns: &[String],
    ) -> Result<Vec<MessageEntry>, ResolveError> {
        let named = match &self.messages {
            WhichMessages::Named(names) => Some(named_messages(ledger, names, self.resolution)?),
            WhichMessages::Deposited => None,
        };
        let is_chosen = |message: &MessageEntry| match &named {
            Some(named) => named.contains(&message.id),
            None => message.state == MessageState::Deposited,
        };
        let mut chosen: Vec<MessageEntry> = Vec::new();
        for campaign in campaigns {
            let history = ledger.history(campaign)?;
            let all = history.messages.into_values().chain(history.reminders.into_values());
            chosen.extend(all.filter(is_chosen));
        }
        match chosen.is_empty() {
            true => Err(ResolveError::NothingToResolve),
            false => Ok(chosen),
        }
    }

    /// A word may still resolve all of them, and nothing proves it wrong.
    fn check(&self, ledger: &Ledger, chosen: &[MessageEntry]) -> Result<(), ResolveError> {
        let name = |message: &MessageEntry| {
            message.letters.first().map_or(String::new(), |letter| letter.reference.clone())
        };
        if let Some(settled) = chosen.iter().find(|message| !is_open(message, self.resolution)) {
            return Err(ResolveError::Settled { name: name(settled), state: settled.state });
        }
        if self.resolution == Resolution::NotSent {
            for message in chosen {
                if ledger.has_return(message.id)? {
                    return Err(ResolveError::CameBack(name(message)));
                }
            }
        }
        Ok(())
    }
}

/// The log of each campaign says it too. It is a view: the next command that makes something writes
/// it again.
pub(super) fn rewrite_logs(project: &Project, ledger: &Ledger, campaigns: &[String], day: Date) {
    for campaign in campaigns {
        let out = project.path(&Project::output(campaign, None));
        let _ = rewrite_log(ledger, campaign, &out, day);
    }
}
