//! `missive history`: every event of a letter, a school or a referent, in order.

use crate::app::exports::event_text::{has_sentence, sentence};
use crate::app::letters::events_of::events_of;
use crate::app::names::labels::Labels;
use crate::app::workspace::Workspace;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::clock::local_time_of;
use serde_json::json;

/// Shows what happened.
pub fn run(output: &Output, common: &Common, name: &str) -> Result<Exit, CommandError> {
    let project = context::find_project(common)?;
    let ledger = context::read_ledger(output, common, &project)?;
    let events = events_of(ledger.as_ref().map(|(ledger, _)| ledger), name)?;
    output.document("history", None, json!({ "name": name, "events": events }));
    let (workspace, _) = Workspace::open(project, &[]);
    let labels = Labels::of_records(&workspace.loaded.records);
    for event in events.iter().filter(|event| has_sentence(event)) {
        let about = event.reference.as_ref();
        let about = about.map_or(String::new(), |name| format!("{} : ", labels.letter(name)));
        output.say(&format!(
            "{}  {about}{} ({})",
            local_time_of(&event.moment),
            sentence(event),
            event.person
        ));
    }
    Ok(Exit::Done)
}
