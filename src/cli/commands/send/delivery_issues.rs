//! What a person has to know about messages that did not simply leave, each with what to do.

use crate::app::sending::relay::transmit::Trouble;
use crate::cli::ui::output::Output;
use crate::clock::Clock;
use crate::deliver::reply::short;
use crate::plan::history::{MessageEntry, MessageState};
use serde_json::{Value, json};

/// Tells each problem: the school, the relay's words, and what to do.
pub fn tell(output: &Output, troubles: &[Trouble], clock: &Clock) {
    for own in troubles {
        let state = own.state.map_or("retenu", |state| state.french().0);
        let school = if own.school.is_empty() { &own.name } else { &own.school };
        output.say(&format!("  {school}, {} : {state}", own.address));
        if !own.said.is_empty() {
            output.say(&format!("    {}", short(&own.said)));
        }
        if own.state == Some(MessageState::Ambiguous) {
            output.say(&format!("    Message-ID {}", own.message_id));
        }
        let due = own.due.map(|due| clock.shown(due));
        output.say(&format!("    À faire : {}.", todo(own.state, &own.name, due.as_deref())));
    }
}

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
pub fn of<'p>(messages: impl IntoIterator<Item = &'p MessageEntry>) -> Vec<Trouble> {
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
