//! Before the first message leaves from a place: what a person is told.
//!
//! A copy of the ledger (a backup put back, a folder copied to another computer) does not know what was sent from
//! another one since; what it lacks would go a second time.

use crate::app::wording::{count, few};
use crate::clock::local_time_of;
use crate::ledger::place::{EventWriter, FirstHandOver, PlaceDoubt};

/// Most accounts that a sentence names.
const MAX_NAMED: usize = 3;

/// Why it is asked, in French.
pub fn reason(doubt: PlaceDoubt) -> &'static str {
    match doubt {
        PlaceDoubt::Restored => "ce dossier vient d'une sauvegarde, et rien n'en est encore parti",
        PlaceDoubt::Unknown => {
            "cet ordinateur ne connaît pas ce journal : il a été écrit ailleurs, ou ce que l'ordinateur en \
             retenait est perdu (poste réinstallé, autre profil)"
        }
        PlaceDoubt::OtherFile => {
            "ce journal a été écrit ailleurs, et ce n'est pas le fichier que cet ordinateur connaît"
        }
        PlaceDoubt::NoMemory => {
            "cet ordinateur n'a pas de dossier personnel où se souvenir de ce journal"
        }
    }
}

/// Since when the ledger is, who wrote in it, and when a message last left, in French.
pub fn facts(known: &FirstHandOver) -> Vec<String> {
    let written = |writer: &EventWriter| {
        format!(
            "{} ({}, le dernier le {})",
            writer.person,
            count(writer.events, "événement", "événements"),
            local_time_of(&writer.last)
        )
    };
    let mut writers: Vec<String> = known.writers.iter().take(MAX_NAMED).map(written).collect();
    writers.extend(known.writers.iter().skip(MAX_NAMED).map(|writer| writer.person.clone()));
    let last_sent = match &known.last_sent {
        Some(moment) => format!("dernier envoi connu : le {}", local_time_of(moment)),
        None => "aucun envoi connu".to_owned(),
    };
    vec![
        format!("journal tenu depuis le {}", local_time_of(&known.since)),
        format!("écrit par {}", few(&writers)),
        last_sent,
    ]
}
