//! Messages that did not simply leave: what a person has to know of each, and what to do.

use crate::app::sending::relay::transmit::Trouble;
use crate::plan::past::{MessagePast, MessageState};
use serde_json::{Value, json};

/// What to do about a message in a state.
pub fn todo(state: Option<MessageState>, name: &str, due: Option<&str>) -> String {
    match state {
        Some(MessageState::Refused) => format!(
            "si l'adresse est fausse, la corriger puis « missive run » ; sinon voir avec le service de messagerie, puis « missive resolve {name} --not-sent --why \"…\" » pour réessayer"
        ),
        Some(MessageState::Ambiguous) => format!(
            "chercher ce message dans la boîte de contrôle (« missive resolve --copies ») ou auprès du service de messagerie, puis « missive resolve {name} --handed-over » ou « --not-sent », avec --why"
        ),
        Some(MessageState::Deferred) => match due {
            Some(due) => format!("rien ; « missive send » le reprend à partir de {due}"),
            None => "rien ; « missive send » le reprend".to_owned(),
        },
        _ => "lancer « missive ledger verify », puis « missive generate »".to_owned(),
    }
}

/// The messages of a campaign that a person has to know about, from what the ledger says.
pub fn of<'p>(messages: impl IntoIterator<Item = &'p MessagePast>) -> Vec<Trouble> {
    let told = [MessageState::Ambiguous, MessageState::Refused, MessageState::Deferred];
    let mut found: Vec<Trouble> = messages
        .into_iter()
        .filter(|own| told.contains(&own.state))
        .map(|own| Trouble {
            name: own.letters.first().map_or(String::new(), |(name, ..)| name.clone()),
            school: own.uai.clone(),
            address: own.address.clone().unwrap_or_default(),
            message_id: own.message_id.clone().unwrap_or_default(),
            state: Some(own.state),
            said: own.reply.clone().unwrap_or_default(),
            due: own.due,
        })
        .collect();
    let urgency = |own: &Trouble| told.iter().position(|state| Some(*state) == own.state);
    found.sort_by(|a, b| (urgency(a), &a.school).cmp(&(urgency(b), &b.school)));
    found
}

/// One problem as JSON.
pub fn json(own: &Trouble) -> Value {
    json!({
        "name": own.name, "school": own.school, "to": own.address,
        "message_id": own.message_id, "state": own.state.map(MessageState::as_str),
        "reply": own.said, "due": own.due.map(|due| format!("{due:.0}")),
    })
}
