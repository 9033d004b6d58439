//! `missive archive declare` and `archive waive`: what a person says of a return that missive cannot see.

use crate::app::returns::declare;
use crate::cli::args::Common;
use crate::cli::commands::archive::after_return::end;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::letter::reference::campaign_of;
use crate::plan::history::ReturnState;
use crate::project::folder::Project;
use serde_json::{Value, json};

/// Writes down an original on paper, with what a person said of it.
pub fn declare(
    output: &Output,
    common: &Common,
    project: &Project,
    word: &str,
    (state, statement): (ReturnState, &Value),
) -> Result<Exit, CommandError> {
    let (ledger, _) = context::open_ledger(output, common, project, false)?;
    let revision = declare::declare_paper(&ledger, word, state, statement)?;
    let (reference, number) = (&revision.reference, revision.number);
    output.document(
        "archive-declare",
        Some(&revision.campaign),
        json!({ "reference": reference, "revision": number, "state": state.as_str(), "review": statement }),
    );
    output.say(&format!(
        "Noté : original sur papier de {reference} (révision {number}), {}, vu par {}.",
        state.french(),
        statement["by"].as_str().unwrap_or_default()
    ));
    end(output, common, project, &ledger, &revision.campaign)
}

/// Releases a letter from its return, or asks for it again.
pub fn waive(
    output: &Output,
    common: &Common,
    project: &Project,
    word: &str,
    why: Option<&str>,
) -> Result<Exit, CommandError> {
    let (ledger, _) = context::open_ledger(output, common, project, false)?;
    let reference = declare::waive(&ledger, word, why)?;
    let campaign = campaign_of(&reference).to_owned();
    output.document(
        "archive-waive",
        Some(&campaign),
        json!({ "reference": reference, "waived": why.is_some(), "why": why }),
    );
    output.say(&match why {
        Some(_) => format!("Noté : plus aucun retour n'est attendu de {reference}."),
        None => format!("Noté : un retour de {reference} est de nouveau attendu."),
    });
    end(output, common, project, &ledger, &campaign)
}
