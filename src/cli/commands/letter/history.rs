//! `missive history`: every event of a letter, a school or a referent, in order.

use crate::app::exports::event_text::{has_sentence, sentence};
use crate::app::letters::events_of::events_of;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use serde_json::json;

/// Shows what happened.
pub fn run(output: &Output, common: &Common, name: &str) -> Result<Exit, CommandError> {
    let project = context::find_project(common)?;
    let ledger = context::read_ledger(output, common, &project)?;
    let events = events_of(ledger.as_ref().map(|(ledger, _)| ledger), name)?;
    output.document("history", None, json!({ "name": name, "events": events }));
    for event in events.iter().filter(|event| has_sentence(event)) {
        let about = event.reference.as_ref().map_or(String::new(), |name| format!("{name} : "));
        output.say(&format!("{}  {about}{} ({})", event.moment, sentence(event), event.person));
    }
    Ok(Exit::Done)
}
