//! `resolve`: a named person says what became of messages; kept in the ledger with the reason.

use super::named_messages::named_messages;
use super::resolve_error::ResolveError;
use crate::app::campaign_snapshot::campaign_to_read;
use crate::app::sending::outbox_file::{empty_outbox, outbox_file};
use crate::app::sending::write_send_log::rewrite_log;
use crate::app::workspace::Workspace;
use crate::ledger::Ledger;
use crate::ledger::chain::event_kind::EventKind;
use crate::letter::reference::Reference;
use crate::plan::account::Account;
use crate::plan::history::{MessageEntry, MessageKind, MessageState};
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
    /// The number of messages that a person confirmed, if any was asked or given.
    pub confirmed: Option<usize>,
    why: String,
}

/// Which messages a person speaks of.
#[derive(Clone, Debug)]
pub enum WhichMessages {
    /// Those that these references or Message-IDs name, in any campaign.
    Named(Vec<String>),
    /// Those that lie in the outbox of one campaign, or some of them.
    Deposited(DepositSelection),
}

/// Which of the messages in the outbox are meant; all without a choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DepositSelection {
    /// References or UAIs; all when empty.
    pub names: Vec<String>,
    /// Only what was deposited by that day.
    pub until: Option<Date>,
}

/// The messages in the outbox that are meant, before a person confirms their number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResolvePreview {
    /// Number of messages.
    pub messages: usize,
    /// References of their letters.
    pub letters: BTreeSet<String>,
    /// UAIs of the schools that requests to designate a referent ask.
    pub schools: BTreeSet<String>,
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
    /// UAIs of the schools that requests to designate a referent ask.
    pub schools: BTreeSet<String>,
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
    /// Whether all of them are requests to designate a referent.
    #[serde(skip)]
    pub all_are_requests: bool,
    /// Whether all of them go to referents.
    #[serde(skip)]
    pub all_to_referents: bool,
    /// Whether messages to referents follow, now that their letters have left.
    #[serde(skip)]
    pub referents_follow: bool,
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
        Ok(Self { messages, resolution, confirmed: None, why })
    }

    /// The messages in the outbox that are meant; nothing where they are named one by one.
    pub fn preview(
        &self,
        project: &Project,
        ledger: &Ledger,
        asked: Option<&str>,
        day: Date,
    ) -> Result<Option<ResolvePreview>, ResolveError> {
        if matches!(self.messages, WhichMessages::Named(_)) {
            return Ok(None);
        }
        let campaigns = self.campaigns_meant(project, ledger, asked, day)?;
        let chosen = self.chosen(ledger, &campaigns)?;
        let letters = chosen.iter().flat_map(|message| &message.letters);
        let letters = letters.map(|letter| letter.reference.clone()).collect();
        Ok(Some(ResolvePreview { messages: chosen.len(), letters, schools: asked_by(&chosen) }))
    }

    fn campaigns_meant(
        &self,
        project: &Project,
        ledger: &Ledger,
        asked: Option<&str>,
        day: Date,
    ) -> Result<Vec<String>, ResolveError> {
        match &self.messages {
            WhichMessages::Named(names) => self.campaigns(ledger, names),
            WhichMessages::Deposited(_) => {
                let (workspace, _) = Workspace::open(project.clone(), &[]);
                Ok(vec![campaign_to_read(&workspace, asked, day)?.to_string()])
            }
        }
    }

    /// Resolves messages. `asked` is the campaign that a person named, whose outbox is meant.
    pub fn resolve(
        &self,
        project: &Project,
        ledger: &Ledger,
        asked: Option<&str>,
        day: Date,
    ) -> Result<ResolveOutcome, ResolveError> {
        let campaigns = self.campaigns_meant(project, ledger, asked, day)?;
        let chosen = self.chosen(ledger, &campaigns)?;
        if let Some(given) = self.confirmed.filter(|given| *given != chosen.len()) {
            return Err(ResolveError::OtherCount { given, number: chosen.len() });
        }
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
            schools: asked_by(&chosen),
            message_ids: chosen.iter().map(|message| message.message_id.clone()).collect(),
            campaigns,
            some_were_deposited: chosen
                .iter()
                .any(|message| message.state == MessageState::Deposited),
            all_to_referents: chosen.iter().all(|one| one.kind == MessageKind::Referent),
            referents_follow: self.resolution == Resolution::HandedOver
                && chosen.iter().any(|one| one.kind == MessageKind::Letters)
                && writes_to_referents(project),
            all_are_requests: chosen.iter().all(|one| one.kind == MessageKind::Designation),
            all_are_reminders: chosen.iter().all(|message| message.kind == MessageKind::Reminder),
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
        let selection = match &self.messages {
            WhichMessages::Named(names) => {
                let named = named_messages(ledger, names, self.resolution)?;
                return all_of(ledger, campaigns, |message| named.contains(&message.id));
            }
            WhichMessages::Deposited(selection) => selection,
        };
        let days = deposit_days(ledger, campaigns)?;
        let in_outbox =
            all_of(ledger, campaigns, |message| message.state == MessageState::Deposited)?;
        let unknown =
            selection.names.iter().find(|name| !in_outbox.iter().any(|one| has(one, name)));
        if let Some(name) = unknown {
            return Err(ResolveError::NoSuchMessage { name: name.clone(), near: None });
        }
        let is_chosen = |message: &MessageEntry| {
            let names = &selection.names;
            let is_named = names.is_empty() || names.iter().any(|name| has(message, name));
            let day = days.get(&outbox_file(message)).copied().unwrap_or(message.date);
            is_named && selection.until.is_none_or(|until| day <= until)
        };
        let chosen: Vec<MessageEntry> = in_outbox.into_iter().filter(is_chosen).collect();
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
            let letter = message.letters.first();
            letter.map_or(message.name.clone(), |letter| letter.reference.clone())
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

/// Whether referents get a message of their own.
fn writes_to_referents(project: &Project) -> bool {
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    let settings = workspace.loaded.records.settings.as_ref();
    settings.is_some_and(|settings| settings.letters.referent_message)
}

/// The UAIs of the schools that requests among these messages ask.
fn asked_by(messages: &[MessageEntry]) -> BTreeSet<String> {
    let requests = messages.iter().filter(|message| message.kind == MessageKind::Designation);
    requests.flat_map(|message| &message.addressees).map(|school| school.uai.clone()).collect()
}

/// The messages of some campaigns, of every kind, that are wanted.
fn all_of(
    ledger: &Ledger,
    campaigns: &[String],
    is_wanted: impl Fn(&MessageEntry) -> bool,
) -> Result<Vec<MessageEntry>, ResolveError> {
    let mut found = Vec::new();
    for campaign in campaigns {
        let history = ledger.history(campaign)?;
        found.extend(history.all_messages().filter(|one| is_wanted(one)).cloned());
    }
    match found.is_empty() {
        true => Err(ResolveError::NothingToResolve),
        false => Ok(found),
    }
}

/// Whether a message carries the letter of this reference, or one of the school of this UAI, or asks that school.
fn has(message: &MessageEntry, name: &str) -> bool {
    let is = |other: &str| other.eq_ignore_ascii_case(name);
    if message.kind == MessageKind::Designation {
        return is(&message.name) || message.addressees.iter().any(|school| is(&school.uai));
    }
    message.letters.iter().any(|letter| {
        let uai = letter.reference.parse::<Reference>().ok().map(|known| known.uai().to_string());
        is(&letter.reference) || uai.is_some_and(|uai| is(&uai))
    })
}

/// The day that each file was last put into the outbox.
fn deposit_days(
    ledger: &Ledger,
    campaigns: &[String],
) -> Result<BTreeMap<String, Date>, ResolveError> {
    let mut days = BTreeMap::new();
    for campaign in campaigns {
        for line in ledger.message_log(campaign)? {
            if let (EventKind::Deposited, Some(file)) = (line.kind, line.file)
                && let Ok(day) = line.day.parse()
            {
                days.insert(file, day);
            }
        }
    }
    Ok(days)
}

/// The log of each campaign says it too. It is a view: the next command that makes something writes
/// it again.
pub(super) fn rewrite_logs(project: &Project, ledger: &Ledger, campaigns: &[String], day: Date) {
    for campaign in campaigns {
        let out = project.path(&Project::output(campaign, None));
        let _ = rewrite_log(ledger, campaign, &out, day);
    }
}
