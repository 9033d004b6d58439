//! `missive history`: every event of a letter, a school or a referent, in order.

use crate::app::exports::event_text::{has_sentence, sentence};
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::diagnostic::did_you_mean;
use serde_json::{Value, json};

/// Tells what happened.
pub fn run(output: &Output, common: &Common, name: &str) -> Exit {
    match tell(output, common, name) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

fn tell(output: &Output, common: &Common, name: &str) -> Result<(), Exit> {
    let project = context::project(output, common)?;
    let Some((ledger, _)) = context::peek(output, &project, common)? else {
        output.fail(
            "il n'y a pas encore de journal des envois",
            "produire d'abord les lettres : missive generate",
        );
        return Err(Exit::Usage);
    };
    let events = ledger.events_of(name).map_err(|error| context::failed(output, &error))?;
    if events.is_empty() {
        let names = ledger.names().map_err(|error| context::failed(output, &error))?;
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
    for event in events.iter().filter(|event| has_sentence(event)) {
        let about = event.reference.as_ref().map_or(String::new(), |own| format!("{own} : "));
        output.say(&format!("{}  {about}{} ({})", event.moment, sentence(event), event.person));
    }
    Ok(())
}
