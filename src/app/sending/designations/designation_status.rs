//! Where each school stands that has no referent, or was asked for one: the account of `status`, `plan`, the report and
//! the export.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::letter::french::noun;
use crate::letter::mission_letter::Block;
use crate::plan::designation::{DesignationAccount, DesignationState, SchoolRequests};
use crate::plan::history::CampaignHistory;
use crate::records::people::Establishment;
use crate::records::values::Departement;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A school that has no referent, or was asked for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolDesignation {
    /// UAI of the school.
    pub uai: String,
    /// Name of the school.
    pub name: String,
    /// Postal address, on one line.
    pub place: String,
    /// Mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// The head's name and function.
    pub head: Option<String>,
    /// Where it stands.
    pub state: DesignationState,
    /// Why no message goes to it.
    pub blocked: Option<Block>,
    /// The day it was first asked.
    pub asked_on: Option<Date>,
    /// The day by which it answers.
    pub answer_by: Option<Date>,
    /// How many reminders left.
    pub reminders: usize,
}

impl Serialize for SchoolDesignation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { uai, state, asked_on, answer_by, reminders, .. } = self;
        let document = json!({
            "uai": uai, "state": state.as_str(), "asked_on": asked_on, "answer_by": answer_by,
            "reminders": reminders,
        });
        document.serialize(serializer)
    }
}

/// All of them, each in one state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DesignationStatus {
    /// The schools, by UAI.
    pub schools: Vec<SchoolDesignation>,
}

impl DesignationStatus {
    /// Where the schools of a campaign stand on a day.
    pub fn of(resolved: &ResolvedCampaign<'_>, history: &CampaignHistory, today: Date) -> Self {
        let desired = &resolved.desired;
        let without = desired.without_referent(today);
        let missing: BTreeSet<&str> =
            without.iter().map(|school| school.establishment.uai.as_str()).collect();
        let mut schools: Vec<SchoolDesignation> = without
            .iter()
            .map(|school| {
                let uai = school.establishment.uai.as_str();
                let last_day = school.former.map(|former| former.last_day);
                let requests = SchoolRequests::of(history, uai).since_last_mission(last_day);
                let state = requests.state(school.blocked.is_some());
                let told = told(resolved, &requests, school.establishment, state);
                SchoolDesignation { blocked: school.blocked, ..told }
            })
            .collect();
        let left = history.designations.values().filter(|message| message.state.has_left());
        let asked: BTreeSet<&str> =
            left.flat_map(|message| &message.addressees).map(|one| one.uai.as_str()).collect();
        let answered = desired.schools().filter(|school| {
            let uai = school.uai.as_str();
            asked.contains(uai) && !missing.contains(uai) && desired.has_referent(uai, today)
        });
        schools.extend(answered.map(|school| {
            let requests = SchoolRequests::of(history, school.uai.as_str());
            told(resolved, &requests, school, DesignationState::Designated)
        }));
        schools.sort_by(|a, b| a.uai.cmp(&b.uai));
        Self { schools }
    }

    /// Those of one département.
    pub fn of_departement(self, departement: &Departement) -> Self {
        let schools = self.schools.into_iter().filter(|school| departement.has(&school.uai));
        Self { schools: schools.collect() }
    }

    /// How many schools are in each state.
    pub fn account(&self) -> DesignationAccount {
        let states = self.schools.iter().map(|school| (school.uai.clone(), school.state));
        DesignationAccount { schools: states.collect() }
    }

    /// Numbers by state, `total`, and the schools.
    pub fn to_json(&self) -> Value {
        let mut totals = self.account().totals();
        totals["schools"] = json!(self.schools);
        totals
    }

    /// The account in one sentence: "3 établissements sans référent : 2 réponses attendues, …"; none where there are
    /// none.
    pub fn sentence(&self) -> Option<String> {
        let account = self.account();
        let parts: Vec<String> = DesignationState::ALL
            .into_iter()
            .filter(|state| *state != DesignationState::Designated && account.count(*state) > 0)
            .map(|state| {
                let number = account.count(state);
                let (one, many) = state.french();
                format!("{number} {}", noun(number, one, many))
            })
            .collect();
        let missing = account.without_referent();
        let schools = noun(missing, "établissement", "établissements");
        let designated = account.count(DesignationState::Designated);
        let (one, many) = DesignationState::Designated.french();
        let answered = format!("{designated} {}", noun(designated, one, many));
        match (missing, designated) {
            (0, 0) => None,
            (0, _) => Some(format!("Aucun établissement sans référent ; {answered}.")),
            (_, 0) => Some(format!("{missing} {schools} sans référent : {}.", parts.join(", "))),
            _ => Some(format!(
                "{missing} {schools} sans référent : {} ; {answered}.",
                parts.join(", ")
            )),
        }
    }
}

fn told(
    resolved: &ResolvedCampaign<'_>,
    requests: &SchoolRequests<'_>,
    school: &Establishment,
    state: DesignationState,
) -> SchoolDesignation {
    let left: Vec<_> = requests.handed_over().collect();
    let mut place: Vec<&str> = school.address.iter().map(|line| &*line.value).collect();
    let city = format!("{} {}", school.postcode.value, school.city.value);
    place.push(&city);
    SchoolDesignation {
        uai: school.uai.value.to_string(),
        name: school.name.value.to_string(),
        place: place.join(", "),
        email: school.email.as_ref().map(|email| email.as_str().to_owned()),
        phone: school.phone.as_ref().map(|phone| phone.value.to_string()),
        head: school.head.as_ref().map(|head| {
            let names = format!("{} {}", head.given_name.value, head.family_name.value);
            let civility = head.civility.as_ref().map(|one| format!("{} ", one.value.as_str()));
            format!("{}{names}, {}", civility.unwrap_or_default(), head.function.value)
        }),
        state,
        blocked: None,
        asked_on: left.first().and_then(|message| message.left_on),
        answer_by: left.last().map(|message| resolved.desired.answer_by(message.date)),
        reminders: left.len().saturating_sub(1),
    }
}
