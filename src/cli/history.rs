//! `missive history`: every event of a letter, a school or a referent, in order.

use super::arguments::Common;
use super::output::{Output, count};
use super::{Exit, desk};
use crate::diagnostic::did_you_mean;
use crate::ledger::events::Event;
use serde_json::{Value, json};

/// Tells what happened.
pub fn run(output: &Output, common: &Common, name: &str) -> Exit {
    match tell(output, common, name) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

fn tell(output: &Output, common: &Common, name: &str) -> Result<(), Exit> {
    let project = desk::project(output, common)?;
    let Some((ledger, _)) = desk::peek(output, &project, common)? else {
        output.fail(
            "il n'y a pas encore de journal des envois",
            "produire d'abord les lettres : missive generate",
        );
        return Err(Exit::Usage);
    };
    let events = ledger.events_of(name).map_err(|error| desk::failed(output, &error))?;
    if events.is_empty() {
        let names = ledger.names().map_err(|error| desk::failed(output, &error))?;
        let todo = match did_you_mean(name, names.iter().map(String::as_str)) {
            Some(near) => format!("vouliez-vous écrire « {near} » ?"),
            None => "donner une référence, un UAI ou l'identifiant d'un référent".to_owned(),
        };
        output.fail(&format!("rien n'est noté de « {name} »"), &todo);
        return Err(Exit::Usage);
    }
    let list: Vec<Value> = events
        .iter()
        .map(|event| {
            json!({
                "seq": event.seq, "moment": event.moment, "day": event.day,
                "person": event.person, "event": event.kind, "reference": event.reference,
                "message": event.message, "details": event.body,
            })
        })
        .collect();
    output.document("history", None, json!({ "name": name, "events": list }));
    for event in &events {
        let about = event.reference.as_ref().map_or(String::new(), |own| format!("{own} : "));
        output.say(&format!("{}  {about}{} ({})", event.moment, sentence(event), event.person));
    }
    Ok(())
}

/// What happened, for a person.
fn sentence(event: &Event) -> String {
    let text = |key: &str| event.body.get(key).and_then(Value::as_str).unwrap_or_default();
    let number = |key: &str| event.body.get(key).and_then(Value::as_i64).unwrap_or_default();
    let message = event.message.map_or(String::new(), |id| format!("message n° {id} "));
    match event.kind.as_str() {
        "called_for" => "demandée".to_owned(),
        "made" => {
            let reason = match text("reason") {
                "" => String::new(),
                reason => format!(" – {reason}"),
            };
            format!("révision {} produite{reason}", number("revision"))
        }
        "dropped" => format!("brouillon n° {} écarté", number("row")),
        "voided" => format!("version n° {} remplacée", number("row")),
        "judged" => {
            let why = match text("why") {
                "" => String::new(),
                why => format!(" : {why}"),
            };
            let worth = match text("materiality") {
                "substantive" => "important",
                "cosmetic" => "de présentation",
                _ => "sans effet",
            };
            format!("changement jugé {worth}{why}")
        }
        "withdrawn" => "retirée de la campagne".to_owned(),
        "forgotten" => "retirée, rien n'ayant été déposé".to_owned(),
        "composed" => {
            let blocked = if text("state") == "blocked" { ", bloqué" } else { "" };
            format!("{message}composé{blocked}")
        }
        "unmade" => format!("{message}écarté avant tout dépôt"),
        "deposited" => {
            format!("{message}déposé : {}, {}", text("file"), text("message_id"))
        }
        "replaced" => format!("{message}remplacé"),
        "handed_over" if text("by").is_empty() => {
            let turned = event.body.get("turned").and_then(Value::as_array);
            let copies = turned.map_or(0, Vec::len);
            let lost = match copies {
                0 => String::new(),
                _ => format!(" ; {}", count(copies, "copie non acceptée", "copies non acceptées")),
            };
            format!("{message}transmis, le serveur répond « {} »{lost}", text("reply"))
        }
        "handed_over" => format!("{message}transmis, d'après {} : {}", text("by"), text("why")),
        "not_sent" if text("by").is_empty() => {
            format!("{message}non envoyé : {}", text("reply"))
        }
        "not_sent" => format!("{message}non envoyé, d'après {} : {}", text("by"), text("why")),
        "frozen" => format!("{message}prêt à partir : {}", text("message_id")),
        "intent" => {
            format!("{message}tentative n° {} par {}", number("tries"), text("relay"))
        }
        "deferred" => format!("{message}différé jusqu'à {} : {}", text("due"), text("reply")),
        "refused" => format!("{message}rejeté par la messagerie : {}", text("reply")),
        "ambiguous" => format!("{message}au sort incertain : {}", text("reply")),
        other => format!("{message}{other}"),
    }
}
