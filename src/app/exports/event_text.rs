//! The events of the ledger as French sentences, for `history` and for the page of a dossier.

use crate::ledger::chain::events::Event;
use crate::plan::history::ReturnState;
use serde_json::Value;

/// Whether an event has a sentence. The others only prove how the ledger came to be as it is.
pub fn has_sentence(event: &Event) -> bool {
    !matches!(event.kind.as_str(), "compared" | "refreshed")
}

/// What happened, in French.
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
            let importance = match text("materiality") {
                "substantive" => "important",
                "cosmetic" => "de présentation",
                _ => "sans effet",
            };
            format!("changement jugé {importance}{why}")
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
            let rejected = event.body.get("turned").and_then(Value::as_array);
            let copies = rejected.map_or(0, Vec::len);
            let rejected = match copies {
                0 => String::new(),
                1 => " ; 1 copie non acceptée".to_owned(),
                _ => format!(" ; {copies} copies non acceptées"),
            };
            format!("{message}transmis, le serveur répond « {} »{rejected}", text("reply"))
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
        "reviewed" => format!("retour {}{}", state(text("state")), review(&event.body["review"])),
        "waived" => format!("plus de retour attendu : {}", text("why")),
        "expected" => "retour attendu de nouveau".to_owned(),
        other => format!("{message}{other}"),
    }
}

/// What a person wrote while looking at a return.
fn review(review: &Value) -> String {
    let part = |key: &str, before: &str| match review[key].as_str() {
        Some("") | None => String::new(),
        Some(text) => format!("{before}{text}"),
    };
    [part("by", ", vu par "), part("priorities", " ; priorités convenues : "), part("note", " ; ")]
        .concat()
}

fn state(word: &str) -> &'static str {
    ReturnState::from_word(word).map_or("à relire", ReturnState::french)
}
