//! `resolve --copies`: messages of unknown fate settled by the copies that reached the service's
//! own mailbox.
//!
//! The relay takes all recipients of a message at its final dot or none, so a control copy that
//! came proves that the message left; one that did not come proves nothing.

use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::cli::args::Common;
use crate::cli::commands::send::resolve;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::files;
use crate::mail::message_ids;
use crate::names::{self, of_path as shown};
use crate::plan::past::{MessagePast, MessageState};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// Settles what can be settled.
pub fn run(output: &Output, common: &Common, path: &Path, take_over: bool) -> Exit {
    match settle(output, common, path, take_over) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn settle(output: &Output, common: &Common, path: &Path, take_over: bool) -> Result<Exit, Exit> {
    let project = context::project(output, common)?;
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    let campaign = context::campaign(output, common, &workspace)?;
    if context::peek(output, &project, common)?.is_none() {
        output.fail("il n'y a pas encore de journal des envois", "envoyer d'abord : missive send");
        return Err(Exit::Usage);
    }
    let found = read(output, path).map_err(|error| {
        output.fail(
            &format!("{} ne peut pas être lu : {}", shown(path), files::reason(&error)),
            "donner un dossier de .eml, ou un fichier .eml ou .mbox",
        );
        Exit::Environment
    })?;
    let (ledger, _) = context::open_at(output, &project, common, take_over)?;
    let failed = |error| context::failed(output, &error);
    let id = campaign.as_str();
    let past = ledger.past(id).map_err(failed)?;
    let all = past.messages.values().chain(past.reminders.values());
    let lost: Vec<&MessagePast> = all.filter(|own| own.state == MessageState::Ambiguous).collect();
    let settled: Vec<(&MessagePast, &PathBuf)> = lost
        .iter()
        .filter_map(|own| Some((*own, found.get(own.message_id.as_deref()?)?)))
        .collect();
    ledger
        .write(|change| {
            settled.iter().try_for_each(|(own, file)| {
                let name = file.file_name().map(names::of_file).unwrap_or_default();
                change.hand_over(own.id, &format!("copie de contrôle reçue ({name})"))
            })
        })
        .map_err(failed)?;
    resolve::tell_log(&project, common, &ledger, &[id.to_owned()]);
    let open = lost.len() - settled.len();
    let ids: Vec<&Option<String>> = settled.iter().map(|(own, _)| &own.message_id).collect();
    output.document(
        "resolve",
        Some(id),
        json!({ "state": "handed_over", "messages": settled.len(), "message_ids": ids, "ambiguous": open }),
    );
    output.say(&format!(
        "{} dans {} ; {} sont partis, leur copie de contrôle est là.",
        count(found.len(), "message lu", "messages lus"),
        shown(path),
        count(settled.len(), "message au sort incertain", "messages au sort incertain")
    ));
    if open > 0 {
        output.say(&format!(
            "{} : une copie absente ne prouve rien. Ensuite : attendre, ou demander au service de messagerie, puis missive resolve",
            count(open, "message reste au sort incertain", "messages restent au sort incertain")
        ));
        return Ok(Exit::Partial);
    }
    output.say("Ensuite : missive status");
    Ok(Exit::Done)
}

/// The Message-IDs in a file or in the files of a folder, each with its file. One file of a folder
/// that cannot be read is told and passed over: a copy less proves nothing.
fn read(output: &Output, path: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let is_folder = path.is_dir();
    let list = match is_folder {
        true => files::walk(path)?.into_iter().map(|(_, file)| file).collect(),
        false => vec![path.to_owned()],
    };
    let mut found = BTreeMap::new();
    for file in list {
        match identifiers(&file) {
            Ok(ids) => found.extend(ids.into_iter().map(|id| (id, file.clone()))),
            Err(error) if is_folder => output.warn(&format!(
                "{} ne peut pas être lu et n'est pas compté : {}",
                shown(&file),
                files::reason(&error)
            )),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn identifiers(file: &Path) -> io::Result<BTreeSet<String>> {
    let mut open = files::Regular::open(file)?;
    message_ids::message_ids(io::BufReader::new(open.content()?))
}
