//! What happened, one French sentence an event: for `history`, for the pages of a dossier.

use crate::ledger::chain::events::Event;
use crate::plan::history::ReturnState;
use serde_json::Value;

/// Whether an event says something to a person; others are for the chain alone.
pub fn is_told(event: &Event) -> bool {
    !matches!(event.kind.as_str(), "compared" | "refreshed")
}

/// What happened, for a person.
pub fn sentence(event: &Event) -> String {
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
                1 => " ; 1 copie non acceptée".to_owned(),
                _ => format!(" ; {copies} copies non acceptées"),
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
        "countersigned" => format!("signée avant envoi par {}", text("signer")),
        "received" => format!("fichier archivé : {}", text("label")),
        "returned" if text("verdict") == "paper" => "original sur papier".to_owned(),
        "returned" => format!("retour archivé, {}", state(text("state"))),
        "reviewed" => {
            let said = |key: &str| event.body["review"][key].as_str().filter(|own| !own.is_empty());
            let by = said("by").map_or(String::new(), |by| format!(", vu par {by}"));
            let priorities = said("priorities")
                .map_or(String::new(), |own| format!(" ; priorités convenues : {own}"));
            let note = said("note").map_or(String::new(), |own| format!(" ; {own}"));
            format!("retour {}{by}{priorities}{note}", state(text("state")))
        }
        "waived" => format!("plus de retour attendu : {}", text("why")),
        "expected" => "retour attendu de nouveau".to_owned(),
        other => format!("{message}{other}"),
    }
}

fn state(word: &str) -> &'static str {
    ReturnState::from_word(word).map_or("à relire", ReturnState::french)
}
