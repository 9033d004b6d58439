//! Where the message stands that brings each referent a letter: the account of `status`, `plan` and the report.

use crate::app::resolved_campaign::ResolvedCampaign;
use crate::letter::french::noun;
use crate::plan::history::CampaignHistory;
use crate::plan::referent_message::{ReferentMessageAccount, ReferentMessageState, letter_state};
use crate::records::values::Departement;
use serde_json::{Value, json};

/// The letters of referents, each in one state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReferentMessageStatus {
    account: ReferentMessageAccount,
}

impl ReferentMessageStatus {
    /// Where the messages of a campaign stand; none where referents get no message of their own. With a
    /// département, those of its schools.
    pub fn of(
        resolved: &ResolvedCampaign<'_>,
        history: &CampaignHistory,
        departement: Option<&Departement>,
    ) -> Option<Self> {
        if !resolved.settings.letters.referent_message {
            return None;
        }
        let desired = &resolved.desired;
        let asked = desired.letters.iter().filter(|letter| {
            let is_there = departement.is_none_or(|one| one.has(letter.establishment.uai.as_str()));
            letter.referent.is_some() && is_there
        });
        let letters = asked.map(|letter| {
            let reference = letter.reference.to_string();
            let is_blocked = desired.referent_address(letter).is_none();
            let state = letter_state(history, history.letters.get(&reference), is_blocked);
            (reference, state)
        });
        Some(Self { account: ReferentMessageAccount { letters: letters.collect() } })
    }

    /// Numbers by state, `total`, and the state of each letter.
    pub fn to_json(&self) -> Value {
        let mut totals = self.account.totals();
        let letters = self.account.letters.iter();
        let letters: Vec<Value> = letters
            .map(|(reference, state)| json!({ "reference": reference, "state": state.as_str() }))
            .collect();
        totals["letters"] = json!(letters);
        totals
    }

    /// "13 messages aux référents : 1 sans adresse valable, 12 transmis."
    pub fn sentence(&self) -> String {
        let states = ReferentMessageState::ALL.into_iter();
        let parts: Vec<String> = states
            .map(|state| (self.account.count(state), state.french()))
            .filter(|(number, _)| *number > 0)
            .map(|(number, (one, many))| format!("{number} {}", noun(number, one, many)))
            .collect();
        let total = self.account.letters.len();
        let messages = noun(total, "message au référent", "messages aux référents");
        match parts.is_empty() {
            true => "Aucun message aux référents.".to_owned(),
            false => format!("{total} {messages} : {}.", parts.join(", ")),
        }
    }
}
