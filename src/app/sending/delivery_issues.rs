//! Messages of a campaign that did not simply leave, from what the ledger says, and what to do about each.

use super::relay::transmission::DeliveryIssue;
use crate::plan::history::{MessageEntry, MessageKind, MessageState};

/// The messages that a person has to know about, the most urgent first.
pub fn delivery_issues<'p>(
    messages: impl IntoIterator<Item = &'p MessageEntry>,
) -> Vec<DeliveryIssue> {
    let by_urgency = [MessageState::Ambiguous, MessageState::Refused, MessageState::Deferred];
    let urgency = |state| by_urgency.iter().position(|one| Some(*one) == state);
    let mut issues: Vec<DeliveryIssue> = messages
        .into_iter()
        .filter(|message| by_urgency.contains(&message.state))
        .map(|message| DeliveryIssue {
            name: match message.letters.first() {
                Some(letter) => letter.reference.clone(),
                None => message.name.clone(),
            },
            school: message.uai.clone(),
            address: message.address.clone().unwrap_or_default(),
            message_id: message.message_id.clone().unwrap_or_default(),
            state: Some(message.state),
            reply: message.reply.clone().unwrap_or_default(),
            kind: message.kind,
            due: message.due,
        })
        .collect();
    issues.sort_by(|a, b| (urgency(a.state), &a.school).cmp(&(urgency(b.state), &b.school)));
    issues
}

/// What to do about an issue; `due` is the moment of the next try, as it is shown.
pub fn todo(issue: &DeliveryIssue, due: Option<&str>) -> String {
    let name = &issue.name;
    let (run, again) = match issue.kind {
        MessageKind::Letters | MessageKind::Referent => ("missive run", "missive send"),
        MessageKind::Reminder => ("missive send --remind", "missive send --remind"),
        MessageKind::Designation => ("missive send --ask-referent", "missive send --ask-referent"),
    };
    match issue.state {
        Some(MessageState::Refused) => format!(
            "si l'adresse est fausse, la corriger puis « {run} » ; sinon voir avec le service de messagerie, puis « missive resolve {name} --not-sent --why \"…\" » pour réessayer"
        ),
        Some(MessageState::Ambiguous) => format!(
            "chercher ce message dans la boîte de contrôle (« missive resolve --copies ») ou auprès du service de messagerie, puis « missive resolve {name} --handed-over » ou « --not-sent », avec --why"
        ),
        Some(MessageState::Deferred) => match due {
            Some(due) => format!("rien ; « {again} » le reprend à partir de {due}"),
            None => format!("rien ; « {again} » le reprend"),
        },
        _ => "lancer « missive ledger verify », puis « missive generate »".to_owned(),
    }
}
