//! `resolve`: a named person says what became of messages; kept in the ledger with the reason.

use super::named_messages::named_messages;
use super::resolve_error::ResolveError;
use crate::app::campaign_snapshot::campaign_to_read;
use crate::app::sending::outbox_file::empty_outbox;
use crate::app::sending::write_send_log::rewrite_log;
use crate::app::workspace::Workspace;
use crate::ledger::Ledger;
use crate::plan::account::Account;
use crate::plan::history::{MessageEntry, MessageState};
use crate::plan::resolution::{Resolution, is_open};
use crate::plan::settlement::{ProvenLetter, settlement};
use crate::project::folder::Project;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a person says, and of which messages.
#[derive(Clone, Debug)]
pub struct ResolveRequest {
    /// The messages that the statement is about.
    pub messages: WhichMessages,
    /// What became of them.
    pub resolution: Resolution,
    why: String,
}

/// Which messages a person speaks of.
#[derive(Clone, Debug)]
pub enum WhichMessages {
    /// Those that these references or Message-IDs name, in any campaign.
    Named(Vec<String>),
    /// All that lie in the outbox of one campaign.
    Deposited,
}

/// What was resolved; serialised as the JSON of `resolve`.
#[derive(Clone, Debug, Serialize)]
pub struct ResolveOutcome {
    /// The state that the messages are in now.
    pub state: &'static str,
    /// Number of messages resolved.
    pub messages: usize,
    /// References of their letters.
    pub letters: BTreeSet<String>,
    /// Message-ID of each; none if it has none.
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
    /// What a person says; `why` is how that is known, and may not be missing.
    pub fn new(
        messages: WhichMessages,
        resolution: Resolution,
        why: Option<&str>,
    ) -> Result<Self, ResolveError> {
        let why = why.map(str::trim).filter(|why| !why.is_empty());
        let why = why.ok_or(ResolveError::ReasonMissing)?.to_owned();
        Ok(Self { messages, resolution, why })
    }

    /// Resolves messages. `asked` is the campaign that a person named, whose outbox is meant.
    pub fn resolve(
        &self,
        project: &Project,
        ledger: &Ledger,
        asked: Option<&str>,
        day: Date,
    ) -> Result<ResolveOutcome, ResolveError> {
        let campaigns = match &self.messages {
            WhichMessages::Named(names) => self.campaigns(ledger, names)?,
            WhichMessages::Deposited => {
                let (workspace, _) = Workspace::open(project.clone(), &[]);
                vec![campaign_to_read(&workspace, asked, day)?.to_string()]
            }
        };
        let chosen = self.chosen(ledger, &campaigns)?;
        let proven = self.proven(ledger, &campaigns)?;
        self.check(ledger, &chosen, &proven)?;
        ledger.write(|change| {
            chosen.iter().try_for_each(|message| match (self.resolution, proven.get(&message.id)) {
                (Resolution::HandedOver, _) => change.hand_over(message.id, &self.why),
                (Resolution::Bounced, _) => change.bounce(message.id, &self.why),
                (Resolution::NotSent, None) => change.not_sent(message.id, &self.why),
                (Resolution::NotSent, Some(letters)) => {
                    letters.iter().try_for_each(|letter| change.settle(letter))?;
                    change.replace(message.id, &self.why)
                }
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
                Resolution::Bounced => MessageState::Bounced.as_str(),
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

    /// The campaigns that named messages belong to.
    fn campaigns(&self, ledger: &Ledger, names: &[String]) -> Result<Vec<String>, ResolveError> {
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

    /// Messages of several letters, some of which came back, by their numbers: one that did not leave is
    /// replaced, so that the others get a message of their own.
    fn proven(
        &self,
        ledger: &Ledger,
        campaigns: &[String],
    ) -> Result<BTreeMap<i64, Vec<ProvenLetter>>, ResolveError> {
        let mut proven = BTreeMap::new();
        if self.resolution != Resolution::NotSent {
            return Ok(proven);
        }
        for campaign in campaigns {
            let history = ledger.history(campaign)?;
            for message in history.messages.values() {
                let found = settlement(&history, message).filter(|found| !found.others.is_empty());
                proven.extend(found.map(|found| (message.id, found.proven)));
            }
        }
        Ok(proven)
    }

    /// A word may still resolve all of them, and nothing proves it wrong.
    fn check(
        &self,
        ledger: &Ledger,
        chosen: &[MessageEntry],
        proven: &BTreeMap<i64, Vec<ProvenLetter>>,
    ) -> Result<(), ResolveError> {
        let name = |message: &MessageEntry| {
            message.letters.first().map_or(String::new(), |letter| letter.reference.clone())
        };
        if let Some(settled) = chosen.iter().find(|message| !is_open(message, self.resolution)) {
            return Err(ResolveError::Settled { name: name(settled), state: settled.state });
        }
        if self.resolution == Resolution::NotSent {
            for message in chosen {
                if !proven.contains_key(&message.id) && ledger.has_return(message.id)? {
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
