//! Which schools are asked to designate a referent, and which are reminded of it.
//!
//! A school is asked once; it is reminded only on demand, once the day of its answer has passed. The schools of one
//! address share a message. This file decides, it makes nothing.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::refusal::SendRefusal;
use crate::diagnostic::did_you_mean;
use crate::letter::designation::without_referent::SchoolWithoutReferent;
use crate::plan::designation::SchoolRequests;
use crate::plan::history::{CampaignHistory, MessageEntry, MessageState};
use crate::records::values::EmailAddress;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Whether schools are asked for the first time, or once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskOrder {
    /// Those that were not asked.
    Ask,
    /// Those that were asked and did not answer in time.
    Remind,
}

/// Which schools are to be asked.
#[derive(Clone, Debug)]
pub struct AskScope {
    /// For the first time, or once more.
    pub order: AskOrder,
    /// The UAIs that a person named, those of the same address included; all schools if there is no choice.
    pub only: Option<BTreeSet<String>>,
}

/// A request that is due.
#[derive(Clone, Debug)]
pub struct DueRequest<'r> {
    /// The schools that it asks, lowest UAI first; at least one.
    pub schools: Vec<SchoolWithoutReferent<'r>>,
    /// Their address.
    pub address: &'r EmailAddress,
    /// Lowest UAI.
    pub uai: &'r str,
    /// Number among the requests of that UAI, from 1.
    pub number: u32,
    /// The day they were first asked; none the first time.
    pub asked_on: Option<Date>,
    /// Message-IDs of the requests that it reminds of.
    pub references: Vec<String>,
}

/// Why no request is sent, by numbers of schools and of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NothingAsked {
    /// Requests that were deferred.
    pub waiting: usize,
    /// Requests that were refused.
    pub refused: usize,
    /// Requests for which nobody knows whether they were sent.
    pub ambiguous: usize,
    /// Requests in the outbox.
    pub deposited: usize,
    /// Schools without a valid address.
    pub blocked: usize,
    /// Schools that were asked already, or, for a reminder, were not asked yet.
    pub settled: usize,
    /// Schools whose day to answer has not passed.
    pub early: usize,
    /// Schools that were asked or reminded too short a time ago.
    pub recent: usize,
    /// Schools whose request came back in error from the address that they still have.
    pub bounced: usize,
    /// Schools without a referent.
    pub schools: usize,
}

/// A request that lies in the outbox.
#[derive(Clone, Debug)]
pub struct DepositedRequest<'p, 'r> {
    /// The request.
    pub message: &'p MessageEntry,
    /// The same as it would be made now.
    pub due: DueRequest<'r>,
}

/// What is due, and what is not.
#[derive(Debug, Default)]
pub struct DueRequests<'p, 'r> {
    /// Requests that have to be made.
    pub fresh: Vec<DueRequest<'r>>,
    /// Made before for the relay, and not gone yet.
    pub open: Vec<&'p MessageEntry>,
    /// In the outbox, with what would be made instead.
    pub deposited: Vec<DepositedRequest<'p, 'r>>,
    /// Made before, and no longer right.
    pub retire: Vec<&'p MessageEntry>,
    /// What is not due.
    pub nothing: NothingAsked,
}

impl AskScope {
    /// The schools that words name among those without a referent; all without words.
    pub fn of(
        resolved: &ResolvedCampaign<'_>,
        order: AskOrder,
        words: &[String],
        today: Date,
    ) -> Result<Self, SendRefusal> {
        if words.is_empty() {
            return Ok(Self { order, only: None });
        }
        let desired = &resolved.desired;
        let schools = desired.without_referent(today);
        let has_referent = |word: &str| {
            let mut schools = desired.schools();
            let school = schools.find(|school| school.uai.as_str().eq_ignore_ascii_case(word))?;
            desired.has_referent(school.uai.as_str(), today).then_some(school)
        };
        let mut only = BTreeSet::new();
        for word in words {
            let named =
                schools.iter().map(|school| school.establishment.uai.as_str()).find(|uai| {
                    uai.eq_ignore_ascii_case(word)
                        || desired.request_name(uai).eq_ignore_ascii_case(word)
                });
            let Some(named) = named else {
                if let Some(school) = has_referent(word) {
                    let name = format!("{} ({})", school.name.value, school.uai.value);
                    return Err(SendRefusal::HasReferent(name));
                }
                let names = schools.iter().map(|school| school.establishment.uai.as_str());
                let nearest = did_you_mean(word, names).map(str::to_owned);
                return Err(SendRefusal::NoSuchSchool { word: word.clone(), nearest });
            };
            only.insert(named.to_owned());
        }
        Ok(Self { order, only: Some(only) })
    }
}

/// Looks for the requests that are due today.
pub fn due_requests<'p, 'r>(
    resolved: &ResolvedCampaign<'r>,
    history: &'p CampaignHistory,
    scope: &AskScope,
    today: Date,
) -> DueRequests<'p, 'r> {
    let mut search =
        RequestSearch { resolved, history, scope, today, found: DueRequests::default() };
    let mut groups: BTreeMap<String, (&'r EmailAddress, Vec<SchoolWithoutReferent<'r>>)> =
        BTreeMap::new();
    for school in resolved.desired.without_referent(today) {
        let uai = school.establishment.uai.as_str();
        match school.address() {
            Some(address) => {
                groups.entry(address.key()).or_insert((address, Vec::new())).1.push(school);
            }
            None if search.names(uai) => {
                search.found.nothing.schools += 1;
                search.found.nothing.blocked += 1;
            }
            None => {}
        }
    }
    for (address, schools) in groups.into_values() {
        if schools.iter().any(|school| search.names(school.establishment.uai.as_str())) {
            search.look_at(address, schools);
        }
    }
    let mut found = search.found;
    if scope.only.is_none() {
        let retired: BTreeSet<i64> = found.retire.iter().map(|message| message.id).collect();
        let orphans = answered(resolved, history, today).into_iter();
        found.retire.extend(orphans.filter(|message| !retired.contains(&message.id)));
    }
    found.fresh.sort_by_key(|due| due.uai);
    found
}

/// Requests that have not left although a school that they ask has a referent by now, or is asked no more.
pub fn answered<'p>(
    resolved: &ResolvedCampaign<'_>,
    history: &'p CampaignHistory,
    today: Date,
) -> Vec<&'p MessageEntry> {
    let waits = |message: &&MessageEntry| {
        let state = message.state;
        matches!(state, MessageState::Ready | MessageState::Deferred | MessageState::Deposited)
    };
    let is_asked = |uai: &str| resolved.desired.may_be_asked(uai, today);
    history
        .designations
        .values()
        .filter(waits)
        .filter(|message| !message.addressees.iter().all(|school| is_asked(&school.uai)))
        .collect()
}

struct RequestSearch<'s, 'p, 'r> {
    resolved: &'s ResolvedCampaign<'r>,
    history: &'p CampaignHistory,
    scope: &'s AskScope,
    today: Date,
    found: DueRequests<'p, 'r>,
}

impl<'p, 'r> RequestSearch<'_, 'p, 'r> {
    /// Whether a school is chosen.
    fn names(&self, uai: &str) -> bool {
        self.scope.only.as_ref().is_none_or(|only| only.contains(uai))
    }

    /// What a school was sent since it has no referent.
    fn requests(&self, school: &SchoolWithoutReferent<'r>) -> SchoolRequests<'p> {
        let last_day = school.former.map(|former| former.last_day);
        SchoolRequests::of(self.history, school.establishment.uai.as_str())
            .since_last_mission(last_day)
    }

    /// Looks at the schools of one address.
    fn look_at(&mut self, address: &'r EmailAddress, schools: Vec<SchoolWithoutReferent<'r>>) {
        self.found.nothing.schools += schools.len();
        let mut wanted: Vec<SchoolWithoutReferent<'r>> = Vec::new();
        let mut open: BTreeMap<i64, &'p MessageEntry> = BTreeMap::new();
        for school in schools {
            let requests = self.requests(&school);
            if self.is_wanted(&school, &requests, address) {
                open.extend(requests.open().map(|message| (message.id, message)));
                wanted.push(school);
            }
        }
        for message in open.into_values() {
            if self.keeps(message, address, &wanted) {
                let (asked, others): (Vec<_>, Vec<_>) = wanted
                    .into_iter()
                    .partition(|school| message.is_addressed_to(school.establishment.uai.as_str()));
                wanted = others;
                self.keep_deposited(message, address, asked);
            } else {
                self.found.retire.push(message);
            }
        }
        if let Some(first) = wanted.first() {
            let uai = first.establishment.uai.value.as_str();
            let due = self.due(uai, address, wanted);
            self.found.fresh.push(due);
        }
    }

    /// Whether a school is to be asked now; else the reason is counted.
    fn is_wanted(
        &mut self,
        school: &SchoolWithoutReferent<'r>,
        requests: &SchoolRequests<'p>,
        address: &EmailAddress,
    ) -> bool {
        let why_not = &mut self.found.nothing;
        if requests.ambiguous().is_some() {
            why_not.ambiguous += 1;
            return false;
        }
        let remind = self.scope.order == AskOrder::Remind;
        let Some(awaited) = requests.awaited() else {
            if remind {
                why_not.settled += 1;
                return false;
            }
            // What came back from an address goes there again only where a person names the school.
            let named = self.scope.only.as_ref();
            let is_named =
                named.is_some_and(|only| only.contains(school.establishment.uai.as_str()));
            let back = requests.bounced().is_some_and(|message| is_to(message, address));
            let waits = requests.open().is_some();
            if back && !is_named && !waits {
                why_not.bounced += 1;
            }
            return !back || is_named || waits;
        };
        if !remind {
            why_not.settled += 1;
            return false;
        }
        if requests.open().is_some() {
            return true;
        }
        let asked = awaited.left_on.unwrap_or(awaited.date);
        let pause = i64::from(self.resolved.settings.mail.remind_every);
        if self.resolved.desired.answer_by(awaited.date) >= self.today {
            why_not.early += 1;
            return false;
        }
        let is_recent = asked.checked_add(pause.days()).is_ok_and(|until| until > self.today);
        why_not.recent += usize::from(is_recent);
        !is_recent
    }

    /// Notes what would be made instead of a request in the outbox.
    fn keep_deposited(
        &mut self,
        message: &'p MessageEntry,
        address: &'r EmailAddress,
        schools: Vec<SchoolWithoutReferent<'r>>,
    ) {
        let Some(first) = schools.first().filter(|_| message.state == MessageState::Deposited)
        else {
            return;
        };
        let uai = first.establishment.uai.value.as_str();
        let due = DueRequest { number: message.number, ..self.due(uai, address, schools) };
        self.found.deposited.push(DepositedRequest { message, due });
    }

    /// Whether a request that was made before stays as it is.
    fn keeps(
        &mut self,
        message: &'p MessageEntry,
        address: &EmailAddress,
        wanted: &[SchoolWithoutReferent<'r>],
    ) -> bool {
        let is_same = is_to(message, address);
        let is_wanted =
            |uai: &str| wanted.iter().any(|school| school.establishment.uai.as_str() == uai);
        let fits = is_same && message.addressees.iter().all(|one| is_wanted(&one.uai));
        let by_relay = self.resolved.relay_settings().is_some();
        match message.state {
            MessageState::Refused if is_same => self.found.nothing.refused += 1,
            MessageState::Deposited if fits => self.found.nothing.deposited += 1,
            // What was frozen for the relay goes over it, with the same bytes.
            MessageState::Ready | MessageState::Deferred
                if fits && by_relay && message.route.is_some() =>
            {
                self.found.open.push(message);
            }
            _ => return false,
        }
        true
    }

    fn due(
        &self,
        uai: &'r str,
        address: &'r EmailAddress,
        schools: Vec<SchoolWithoutReferent<'r>>,
    ) -> DueRequest<'r> {
        let requests: Vec<SchoolRequests<'p>> =
            schools.iter().map(|school| self.requests(school)).collect();
        let reminds = self.scope.order == AskOrder::Remind;
        let before = requests.iter().filter(|_| reminds);
        let left = before.clone().flat_map(SchoolRequests::handed_over);
        let asked_on = left.filter_map(|message| message.left_on).min();
        let mut references: Vec<String> =
            before.filter_map(|one| one.awaited()?.message_id.clone()).collect();
        references.sort();
        references.dedup();
        let counts = |message: &&MessageEntry| {
            message.uai == uai
                && message.state != MessageState::Replaced
                && !self.found.retire.iter().any(|retired| retired.id == message.id)
        };
        let numbers = self.history.designations.values().filter(counts).map(|one| one.number);
        let number = numbers.max().unwrap_or(0) + 1;
        DueRequest { schools, address, uai, number, asked_on, references }
    }
}

fn is_to(message: &MessageEntry, address: &EmailAddress) -> bool {
    message.address.as_deref().is_some_and(|to| to.eq_ignore_ascii_case(address.as_str()))
}
