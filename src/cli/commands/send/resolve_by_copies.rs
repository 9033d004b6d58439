//! `resolve --copies`: messages resolved by the copies in the service's own mailbox.

use crate::app::sending::resolve::by_copies::{
    CopiesOutcome, UnreadableCopy, find_copies, resolve_by_copies,
};
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::files;
use printable_text::of_path;
use serde_json::json;
use std::path::Path;

/// Resolves what can be resolved.
pub(crate) fn run(
    output: &Output,
    common: &Common,
    path: &Path,
    take_over: bool,
) -> Result<Exit, CommandError> {
    let project = context::find_project(common)?;
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    let campaign = context::campaign_to_read(common, &workspace)?;
    if context::read_ledger(output, common, &project)?.is_none() {
        return Err(CommandError::usage(
            "il n'y a pas encore de journal des envois",
            "envoyer d'abord : missive send",
        ));
    }
    let copies = find_copies(path)?;
    for UnreadableCopy { path: file, error } in &copies.unreadable {
        output.warn(&format!(
            "{} ne peut pas être lu et n'est pas compté : {}",
            of_path(file),
            files::reason(error)
        ));
    }
    let (ledger, _) = context::open_ledger(output, common, &project, take_over)?;
    let (id, day) = (campaign.as_str(), context::today(common));
    let outcome = resolve_by_copies(&project, &ledger, id, &copies, day)?;
    output.document("resolve", Some(id), json!(outcome));
    output.say(&format!(
        "{} dans {} ; {}.",
        count(copies.copies.len(), "message lu", "messages lus"),
        of_path(path),
        count(
            outcome.messages - outcome.elsewhere,
            "message au sort incertain est parti : sa copie de contrôle est là",
            "messages au sort incertain sont partis : leur copie de contrôle est là"
        )
    ));
    say_elsewhere(output, &outcome);
    if outcome.ambiguous > 0 {
        output.say(&format!(
            "{} : une copie absente ne prouve rien. Ensuite : attendre, ou demander au service de messagerie, puis missive resolve",
            count(
                outcome.ambiguous,
                "message reste au sort incertain",
                "messages restent au sort incertain"
            )
        ));
        return Ok(Exit::Partial);
    }
    output.say("Ensuite : missive status");
    Ok(Exit::Done)
}

/// What the copies say of messages that left from another copy of the ledger.
fn say_elsewhere(output: &Output, outcome: &CopiesOutcome) {
    for (number, one, many, what) in [
        (
            outcome.elsewhere,
            "message est parti d'ailleurs",
            "messages sont partis d'ailleurs",
            "noté transmis, sous le Message-ID de sa copie",
        ),
        (
            outcome.held,
            "message a pu partir d'ailleurs",
            "messages ont pu partir d'ailleurs",
            "une copie nomme ses lettres, avec d'autres octets ; il ne part plus sans votre avis (missive resolve)",
        ),
        (
            outcome.twice,
            "copie est celle d'un message",
            "copies sont celles de messages",
            "parti aussi sous un autre Message-ID : deux fois",
        ),
        (
            outcome.unmatched,
            "copie de la campagne ne va avec aucun message",
            "copies de la campagne ne vont avec aucun message",
            "produire d'abord (missive generate), puis relancer",
        ),
    ] {
        if number > 0 {
            output.say(&format!("  {} : {what}.", count(number, one, many)));
        }
    }
}
