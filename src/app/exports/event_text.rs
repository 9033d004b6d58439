//! The events of the ledger as French sentences, for `history` and for the page of a dossier.

use crate::app::returns::letter_fields::{BOX_FIELDS, french_name};
use crate::clock::local_time_of;
use crate::ledger::chain::event_kind::EventKind;
use crate::ledger::chain::events::Event;
use crate::letter::french::count;
use crate::plan::history::ReturnState;
use serde_json::Value;

/// Whether an event has a sentence. The others only prove how the ledger came to be as it is.
pub fn has_sentence(event: &Event) -> bool {
    !matches!(event.kind(), Some(EventKind::Compared | EventKind::Refreshed))
}

/// What happened, in French.
pub fn sentence(event: &Event) -> String {
    let Some(kind) = event.kind() else { return of_message(event, &event.word) };
    let (text, number) = (|key| text(event, key), |key| number(event, key));
    match kind {
        EventKind::CalledFor => "demandée".to_owned(),
        EventKind::Made => {
            let reason = match text("reason") {
                "" => String::new(),
                reason => format!(" – {reason}"),
            };
            format!("révision {} produite{reason}", number("revision"))
        }
        EventKind::Dropped => format!("brouillon n° {} écarté", number("row")),
        EventKind::Voided => format!("version n° {} remplacée", number("row")),
        EventKind::Judged => {
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
        EventKind::Withdrawn => "retirée de la campagne".to_owned(),
        EventKind::Forgotten => "retirée, rien n'ayant été déposé".to_owned(),
        EventKind::Countersigned => format!("signée avant envoi par {}", text("signer")),
        EventKind::Received => format!("fichier archivé : {}", text("label")),
        EventKind::Settled => {
            format!("révision {} arrivée autrement, d'après son retour", number("revision"))
        }
        EventKind::Returned if text("verdict") == "paper" => "original sur papier".to_owned(),
        EventKind::Returned => format!("retour archivé, {}", state(text("state"))),
        EventKind::Reviewed => {
            format!("retour {}{}", state(text("state")), review(&event.body["review"]))
        }
        EventKind::Accepted => format!("journal plus ancien accepté : {}", text("why")),
        EventKind::FirstFromHere => format!("premier envoi d'ici accepté : {}", text("why")),
        EventKind::Restored => {
            format!("dossier restauré d'une sauvegarde du {}", local_time_of(text("made")))
        }
        EventKind::Proofed => "épreuve écrite, à relire".to_owned(),
        EventKind::Approved => {
            let why = match text("why") {
                "" => String::new(),
                why => format!(" : {why}"),
            };
            format!("envoi approuvé au nom de {}{why}", text("name"))
        }
        EventKind::Waived => {
            format!("plus de retour attendu{} : {}", of_revision(event), text("why"))
        }
        EventKind::Expected => format!("retour attendu de nouveau{}", of_revision(event)),
        kind => of_message(event, &message_words(event, kind)),
    }
}

/// What happened to a message.
fn message_words(event: &Event, kind: EventKind) -> String {
    let text = |key| text(event, key);
    match kind {
        EventKind::Composed => {
            let blocked = if text("state") == "blocked" { ", bloqué" } else { "" };
            let what = match text("kind") {
                "designation" => ", demande d'un référent",
                "referent" => ", pour le référent",
                _ => "",
            };
            format!("composé{what}{blocked}")
        }
        EventKind::Unmade => "écarté avant tout dépôt".to_owned(),
        EventKind::Deposited => format!("déposé : {}, {}", text("file"), text("message_id")),
        EventKind::Replaced => match text("why") {
            "" => "remplacé".to_owned(),
            why => format!("remplacé : {why}"),
        },
        EventKind::HandedOver if text("by").is_empty() => {
            let rejected = event.body.get("turned").and_then(Value::as_array);
            let copies = rejected.map_or(0, Vec::len);
            let rejected = match copies {
                0 => String::new(),
                _ => format!(" ; {}", count(copies, "copie non acceptée", "copies non acceptées")),
            };
            format!("transmis, le serveur répond « {} »{rejected}", text("reply"))
        }
        EventKind::HandedOver => format!("transmis, d'après {} : {}", text("by"), text("why")),
        EventKind::NotSent if text("by").is_empty() => format!("non envoyé : {}", text("reply")),
        EventKind::NotSent => format!("non envoyé, d'après {} : {}", text("by"), text("why")),
        EventKind::Frozen => format!("prêt à partir : {}", text("message_id")),
        EventKind::Intent => {
            format!("tentative n° {} par {}", number(event, "tries"), text("relay"))
        }
        EventKind::Deferred => {
            format!("différé jusqu'au {} : {}", local_time_of(text("due")), text("reply"))
        }
        EventKind::Refused => format!("rejeté par la messagerie : {}", text("reply")),
        EventKind::Bounced => {
            format!("revenu en erreur, d'après {} : {}", text("by"), text("why"))
        }
        EventKind::Ambiguous => format!("au sort incertain : {}", text("reply")),
        _ => event.word.clone(),
    }
}

/// The revision that an event names, if it names one.
fn of_revision(event: &Event) -> String {
    match number(event, "revision") {
        0 => String::new(),
        revision => format!(" de la révision {revision}"),
    }
}

/// Words about an event, after the message that it is about.
fn of_message(event: &Event, words: &str) -> String {
    match event.message {
        Some(id) => format!("message n° {id} {words}"),
        None => words.to_owned(),
    }
}

fn text<'e>(event: &'e Event, key: &str) -> &'e str {
    event.body.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn number(event: &Event, key: &str) -> i64 {
    event.body.get(key).and_then(Value::as_i64).unwrap_or_default()
}

/// What a person wrote while looking at a return.
fn review(review: &Value) -> String {
    let part = |key: &str, before: &str| match review[key].as_str() {
        Some("") | None => String::new(),
        Some(text) => format!("{before}{text}"),
    };
    let agreed = match review["agreed"].as_object() {
        None => part("priorities", " ; priorités inscrites : "),
        Some(texts) => {
            let place = |name: &str| BOX_FIELDS.iter().position(|known| *known == name);
            let mut texts: Vec<_> = texts.iter().collect();
            texts.sort_by_key(|(name, _)| place(name).unwrap_or(BOX_FIELDS.len()));
            let text = |(name, text): (&String, &Value)| {
                format!(" ; {} : {}", french_name(name), text.as_str().unwrap_or_default())
            };
            texts.into_iter().map(text).collect()
        }
    };
    [part("by", ", vu par "), agreed, part("note", " ; ")].concat()
}

fn state(word: &str) -> &'static str {
    ReturnState::from_word(word).map_or("à relire", ReturnState::french)
}
