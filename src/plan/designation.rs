//! Schools that are asked to designate a referent: what each was sent, where it stands, and the account of all.
//! Pure.
//!
//! Requests are counted apart from the letters' messages: they carry no letter.

use super::history::{CampaignHistory, MessageEntry, MessageState};
use jiff::civil::Date;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Where a school stands that has no referent, or was asked for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DesignationState {
    /// It has no address that may be written to.
    Blocked,
    /// It was not asked yet.
    Ready,
    /// The request lies in the outbox.
    Deposited,
    /// The relay said later.
    Deferred,
    /// The relay said no.
    Refused,
    /// Nobody knows whether the request left.
    Ambiguous,
    /// The request left; the answer is awaited.
    Asked,
    /// The request left and came back in error.
    Bounced,
    /// It was asked, and has a referent now.
    Designated,
}

impl DesignationState {
    /// Every variant, in the order of the declaration.
    pub const ALL: [Self; 9] = [
        Self::Blocked,
        Self::Ready,
        Self::Deposited,
        Self::Deferred,
        Self::Refused,
        Self::Ambiguous,
        Self::Asked,
        Self::Bounced,
        Self::Designated,
    ];

    /// The word printed in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Ready => "ready",
            Self::Deposited => "deposited",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::Ambiguous => "ambiguous",
            Self::Asked => "asked",
            Self::Bounced => "bounced",
            Self::Designated => "designated",
        }
    }

    /// What a person reads: of one school and of several.
    pub fn french(self) -> (&'static str, &'static str) {
        match self {
            Self::Blocked => ("sans adresse valable", "sans adresse valable"),
            Self::Ready => ("à qui le demander", "à qui le demander"),
            Self::Deposited => ("demande dans la boîte d'envoi", "demandes dans la boîte d'envoi"),
            Self::Deferred => ("demande différée", "demandes différées"),
            Self::Refused => {
                ("demande rejetée par la messagerie", "demandes rejetées par la messagerie")
            }
            Self::Ambiguous => ("demande au sort incertain", "demandes au sort incertain"),
            Self::Asked => ("réponse attendue", "réponses attendues"),
            Self::Bounced => ("demande revenue en erreur", "demandes revenues en erreur"),
            Self::Designated => {
                ("référent désigné après la demande", "référents désignés après la demande")
            }
        }
    }
}

/// The requests that a school was sent or may be sent, oldest first; those that another replaced are not among them.
#[derive(Clone, Debug, Default)]
pub struct SchoolRequests<'p>(Vec<&'p MessageEntry>);

impl<'p> SchoolRequests<'p> {
    /// The requests that name a school.
    pub fn of(history: &'p CampaignHistory, uai: &str) -> Self {
        let names = |message: &&MessageEntry| {
            message.state != MessageState::Replaced && message.is_addressed_to(uai)
        };
        Self(history.designations.values().filter(names).collect())
    }

    /// The same without those of an earlier vacancy: they left before somebody's mission was over, so that they
    /// were answered.
    pub fn since_last_mission(self, last_day: Option<Date>) -> Self {
        let left_on = |message: &MessageEntry| message.left_on.unwrap_or(message.date);
        let is_answered = |message: &&MessageEntry| {
            message.state.has_left() && last_day.is_some_and(|day| left_on(message) <= day)
        };
        Self(self.0.into_iter().filter(|message| !is_answered(message)).collect())
    }

    /// The last request, if it left and did not come back: its answer is awaited.
    pub fn awaited(&self) -> Option<&'p MessageEntry> {
        let left = self.0.iter().copied().rfind(|message| message.state.has_left());
        left.filter(|message| message.state == MessageState::HandedOver)
    }

    /// The last request that left and came back in error, if none left after it.
    pub fn bounced(&self) -> Option<&'p MessageEntry> {
        let left = self.0.iter().copied().rfind(|message| message.state.has_left());
        left.filter(|message| message.state == MessageState::Bounced)
    }

    /// The one that has not left.
    pub fn open(&self) -> Option<&'p MessageEntry> {
        self.0.iter().copied().rfind(|message| message.state.is_open())
    }

    /// The one of which nobody knows whether it left.
    pub fn ambiguous(&self) -> Option<&'p MessageEntry> {
        self.0.iter().copied().rfind(|message| message.state == MessageState::Ambiguous)
    }

    /// Those that left and did not come back.
    pub fn handed_over(&self) -> impl Iterator<Item = &'p MessageEntry> {
        self.0.iter().copied().filter(|message| message.state == MessageState::HandedOver)
    }

    /// Where the school stands that has no referent.
    pub fn state(&self, is_blocked: bool) -> DesignationState {
        if self.awaited().is_some() {
            return DesignationState::Asked;
        }
        match self.0.last().map(|message| message.state) {
            Some(MessageState::Ambiguous) => DesignationState::Ambiguous,
            Some(MessageState::Bounced) => DesignationState::Bounced,
            Some(MessageState::Deposited) => DesignationState::Deposited,
            _ if is_blocked => DesignationState::Blocked,
            Some(MessageState::Deferred) => DesignationState::Deferred,
            Some(MessageState::Refused) => DesignationState::Refused,
            _ => DesignationState::Ready,
        }
    }
}

/// Each school that has no referent, or was asked for one, in one state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DesignationAccount {
    /// The state of each school, by UAI.
    pub schools: BTreeMap<String, DesignationState>,
}

impl DesignationAccount {
    /// How many schools are in a state.
    pub fn count(&self, state: DesignationState) -> usize {
        self.schools.values().filter(|other| **other == state).count()
    }

    /// How many schools have no referent.
    pub fn without_referent(&self) -> usize {
        self.schools.len() - self.count(DesignationState::Designated)
    }

    /// The schools of one département, the first three digits of the UAI.
    pub fn of_departement(&self, code: &str) -> Self {
        let schools = self.schools.iter().filter(|(uai, _)| uai.starts_with(code));
        Self { schools: schools.map(|(uai, state)| (uai.clone(), *state)).collect() }
    }

    /// Numbers by state, and their sum as `total`.
    pub fn totals(&self) -> Value {
        let counted =
            |state: DesignationState| (state.as_str().to_owned(), self.count(state).into());
        let mut totals: Map<String, Value> =
            DesignationState::ALL.into_iter().map(counted).collect();
        totals.insert("total".to_owned(), self.schools.len().into());
        Value::Object(totals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::history::examples::message;
    use crate::plan::history::{Addressee, MessageKind};
    use MessageState::{
        Ambiguous, Bounced, Deferred, Deposited, HandedOver, Ready, Refused, Replaced,
    };

    const SCHOOL: &str = "0350003N";

    fn history(states: &[MessageState]) -> CampaignHistory {
        let mut history = CampaignHistory::default();
        for (id, state) in (1..).zip(states) {
            let mut request = message(id, *state, jiff::civil::date(2026, 11, 20));
            request.kind = MessageKind::Designation;
            request.addressees =
                vec![Addressee { uai: SCHOOL.to_owned(), head: serde_json::Value::Null }];
            history.designations.insert(id, request);
        }
        history
    }

    #[test]
    fn a_school_stands_where_its_last_request_stands_and_once_asked_it_is() {
        for (states, with_address, without) in [
            (vec![], DesignationState::Ready, DesignationState::Blocked),
            (vec![Ready], DesignationState::Ready, DesignationState::Blocked),
            (vec![Replaced], DesignationState::Ready, DesignationState::Blocked),
            (vec![Deposited], DesignationState::Deposited, DesignationState::Deposited),
            (vec![Deferred], DesignationState::Deferred, DesignationState::Blocked),
            (vec![Refused], DesignationState::Refused, DesignationState::Blocked),
            (vec![Ambiguous], DesignationState::Ambiguous, DesignationState::Ambiguous),
            (vec![HandedOver], DesignationState::Asked, DesignationState::Asked),
            (vec![HandedOver, Ambiguous], DesignationState::Asked, DesignationState::Asked),
            (vec![HandedOver, Deferred], DesignationState::Asked, DesignationState::Asked),
            (vec![Bounced], DesignationState::Bounced, DesignationState::Bounced),
            (vec![Bounced, Deferred], DesignationState::Deferred, DesignationState::Blocked),
            (vec![Bounced, HandedOver], DesignationState::Asked, DesignationState::Asked),
            (vec![HandedOver, Bounced], DesignationState::Bounced, DesignationState::Bounced),
        ] {
            let history = history(&states);
            let requests = SchoolRequests::of(&history, SCHOOL);
            assert_eq!(requests.state(false), with_address, "{states:?}");
            assert_eq!(requests.state(true), without, "{states:?} without an address");
        }
        let other = history(&[HandedOver]);
        assert_eq!(SchoolRequests::of(&other, "0350004P").state(false), DesignationState::Ready);
    }

    #[test]
    fn every_school_is_in_one_state_and_the_total_is_their_sum() {
        let schools = DesignationState::ALL.into_iter().zip(1..);
        let account = DesignationAccount {
            schools: schools.map(|(state, at)| (format!("035000{at}N"), state)).collect(),
        };
        let totals = account.totals();
        let sum: u64 =
            DesignationState::ALL.iter().filter_map(|state| totals[state.as_str()].as_u64()).sum();
        assert_eq!((sum, totals["total"].as_u64()), (9, Some(9)));
        assert_eq!(account.without_referent(), 8);
        assert_eq!(account.of_departement("022").schools.len(), 0);
    }
}
