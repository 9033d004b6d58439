//! `missive archive`: taking signed copies in, and what a person says of those missive cannot see.

use crate::app::error::UserError as _;
use crate::app::returns::fixity::{self, Fault, Fixity};
use crate::app::sending::outbox_file::empty_outbox;
use crate::app::sending::reminders::due_reminders;
use crate::app::wording::count;
use crate::archive::store::{Archive, read_manifest};
use crate::cli::args::Common;
use crate::cli::commands::archive::args::ArchiveAction;
use crate::cli::commands::archive::{add, review};
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::ledger::Ledger;
use crate::ledger::read::returns::Returned;
use crate::letter::reference::campaign_of;
use crate::plan::account::Account;
use crate::plan::history::{MessageEntry, ReturnState};
use crate::project::folder::Project;
use serde_json::{Value, json};
use std::path::Path;

/// Runs one of the archive's commands.
pub fn run(output: &Output, common: &Common, action: &ArchiveAction) -> Exit {
    match act(output, common, action) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn act(output: &Output, common: &Common, action: &ArchiveAction) -> Result<Exit, Exit> {
    let project = context::project(output, common)?;
    if context::peek(output, &project, common)?.is_none() {
        output.fail(
            "il n'y a pas encore de journal des envois",
            "produire et envoyer d'abord les lettres : missive run",
        );
        return Err(Exit::Usage);
    }
    match action {
        ArchiveAction::Add { paths, jobs, take_over } => {
            add::add(output, common, &project, paths, *jobs, *take_over)
        }
        ArchiveAction::Review {
            name,
            answer,
            letter,
            seen_by,
            priorities,
            note,
            pictures,
            take_over,
        } => {
            let word = review::Word {
                name: name.as_deref(),
                answer: *answer,
                letter: letter.as_deref(),
                seen_by: seen_by.as_deref(),
                priorities: priorities.as_deref(),
                note: note.as_deref(),
                take_over: *take_over,
            };
            match pictures {
                Some(folder) => review::pictures(output, common, &project, &word, folder),
                None => review::run(output, common, &project, &word),
            }
        }
        ArchiveAction::Declare { reference, paper: _, seen_by, partly, declined, note } => {
            let state = match (partly, declined) {
                (true, _) => ReturnState::PartlySigned,
                (_, true) => ReturnState::Declined,
                _ => ReturnState::Signed,
            };
            let said = json!({ "by": seen_by, "note": note });
            declare(output, common, &project, reference, state, said)
        }
        ArchiveAction::Waive { reference, why, .. } => {
            waive(output, common, &project, reference, why.as_deref())
        }
        ArchiveAction::List { only, missing } => {
            add::list(output, common, &project, only, *missing)
        }
        ArchiveAction::Verify { manifest } => verify(output, common, &project, manifest.as_deref()),
        ArchiveAction::Export { folder, seda, only } => crate::cli::commands::archive::export::run(
            output, common, &project, folder, *seda, only,
        ),
    }
}

/// The one letter that a word names.
pub fn one_letter(output: &Output, ledger: &Ledger, word: &str) -> Result<String, Exit> {
    let found = ledger.letters_named(word).map_err(|error| context::failed(output, &error))?;
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let names = ledger.names().map_err(|error| context::failed(output, &error))?;
            let near = crate::diagnostic::did_you_mean(word, names.iter().map(String::as_str));
            let todo = match near {
                Some(near) => format!("vouliez-vous écrire « {near} » ?"),
                None => "donner la référence imprimée sur la lettre".to_owned(),
            };
            output.fail(&format!("aucune lettre ne s'appelle « {word} »"), &todo);
            Err(Exit::Usage)
        }
        several => {
            output.fail(
                &format!("« {word} » désigne plusieurs lettres"),
                &format!("nommer l'une d'elles : {}", several.join(", ")),
            );
            Err(Exit::Usage)
        }
    }
}

/// The revision of a letter that a paper, or an answer, is about: the last that left.
pub fn last_sent(
    output: &Output,
    ledger: &Ledger,
    reference: &str,
) -> Result<(i64, u32, String), Exit> {
    let known = ledger.sent_revisions().map_err(|error| context::failed(output, &error))?;
    let own = known.iter().filter(|own| own.reference == reference && own.has_left());
    match own.max_by_key(|own| own.number) {
        Some(own) => Ok((own.id, own.number, own.campaign.clone())),
        None => {
            output.fail(
                &format!("missive ne sait pas que {reference} est partie"),
                &format!("le dire d'abord, avec ce qui le montre : missive resolve {reference} --handed-over --why \"…\""),
            );
            Err(Exit::Decide)
        }
    }
}

fn declare(
    output: &Output,
    common: &Common,
    project: &Project,
    word: &str,
    state: ReturnState,
    said: Value,
) -> Result<Exit, Exit> {
    let (ledger, _) = context::open_at(output, project, common, false)?;
    let reference = one_letter(output, &ledger, word)?;
    let (revision, number, campaign) = last_sent(output, &ledger, &reference)?;
    let new = Returned {
        id: 0,
        object: None,
        reference: reference.clone(),
        revision,
        pages: Vec::new(),
        verdict: "paper".to_owned(),
        hint: 0,
        day: String::new(),
        state: ReturnState::ToReview,
        review: None,
    };
    // What was said of a paper before is said anew: there is one original.
    let before = ledger.all_returned().map_err(|error| context::failed(output, &error))?;
    let before = before
        .into_iter()
        .rev()
        .find(|own| own.object.is_none() && own.reference == reference && own.revision == revision);
    ledger
        .write(|change| match &before {
            Some(before) => change.review(before, state, &said),
            None => {
                let id = change.returned(&new)?;
                change.review(&Returned { id, ..new.clone() }, state, &said)
            }
        })
        .map_err(|error| context::failed(output, &error))?;
    output.document(
        "archive-declare",
        Some(&campaign),
        json!({ "reference": reference, "revision": number, "state": state.as_str(), "review": said }),
    );
    output.say(&format!(
        "Noté : original sur papier de {reference} (révision {number}), {}, vu par {}.",
        state.french(),
        said["by"].as_str().unwrap_or_default()
    ));
    withdraw_reminders(output, common, project, &ledger, &campaign)?;
    balance(output, &ledger, &campaign)
}

fn waive(
    output: &Output,
    common: &Common,
    project: &Project,
    word: &str,
    why: Option<&str>,
) -> Result<Exit, Exit> {
    let (ledger, _) = context::open_at(output, project, common, false)?;
    let reference = one_letter(output, &ledger, word)?;
    let campaign = campaign_of(&reference).to_owned();
    let before = ledger.waived(&reference).map_err(|error| context::failed(output, &error))?;
    match (why, &before) {
        (None, None) => {
            output.fail(
                &format!("{reference} n'a pas été dispensée de retour"),
                "voir où elle en est : missive archive list",
            );
            return Ok(Exit::Decide);
        }
        (Some(_), _) => drop(last_sent(output, &ledger, &reference)?),
        (None, Some(_)) => {}
    }
    ledger
        .write(|change| change.waive(&reference, why))
        .map_err(|error| context::failed(output, &error))?;
    output.document(
        "archive-waive",
        Some(&campaign),
        json!({ "reference": reference, "waived": why.is_some(), "why": why }),
    );
    output.say(&match why {
        Some(_) => format!("Noté : plus aucun retour n'est attendu de {reference}."),
        None => format!("Noté : un retour de {reference} est de nouveau attendu."),
    });
    withdraw_reminders(output, common, project, &ledger, &campaign)?;
    balance(output, &ledger, &campaign)
}

/// Reminders that lie in the outbox for letters that came back meanwhile leave it.
pub fn withdraw_reminders(
    output: &Output,
    common: &Common,
    project: &Project,
    ledger: &Ledger,
    campaign: &str,
) -> Result<(), Exit> {
    let past = ledger.history(campaign).map_err(|error| context::failed(output, &error))?;
    let settled: Vec<MessageEntry> = due_reminders::settled(&past).into_iter().cloned().collect();
    if settled.is_empty() {
        return Ok(());
    }
    ledger
        .write(|change| settled.iter().try_for_each(|own| change.retire(own.id)))
        .map_err(|error| context::failed(output, &error))?;
    let day = context::today(common);
    if let Err(error) = empty_outbox(project, &[campaign.to_owned()], &settled, day) {
        output.fail(&error.to_string(), &error.todo());
        return Err(error.kind().into());
    }
    output.say(&format!(
        "{} de la boîte d'envoi : il n'y a plus rien à y réclamer.",
        count(settled.len(), "rappel est retiré", "rappels sont retirés")
    ));
    Ok(())
}

/// The account of a campaign has to come out even after each command that writes.
pub fn balance(output: &Output, ledger: &Ledger, campaign: &str) -> Result<Exit, Exit> {
    let past = ledger.history(campaign).map_err(|error| context::failed(output, &error))?;
    if !Account::of(&past, []).is_balanced(&past) {
        output.fail("le compte des lettres ne tombe pas juste", "lancer « missive ledger verify »");
        return Ok(Exit::Environment);
    }
    Ok(Exit::Done)
}

fn verify(
    output: &Output,
    common: &Common,
    project: &Project,
    apart: Option<&Path>,
) -> Result<Exit, Exit> {
    let refused = |what: &str, error: &std::io::Error| {
        output.fail(
            &format!("{what} ne peut pas être lu : {}", crate::files::reason(error)),
            "vérifier que le fichier existe et que vous y avez droit",
        );
        Exit::Environment
    };
    let apart = match apart {
        Some(path) if !path.is_file() => {
            let error = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(refused(&printable_text::of_path(path), &error));
        }
        Some(path) => {
            let read = read_manifest(path);
            Some(read.map_err(|error| refused(&printable_text::of_path(path), &error))?)
        }
        None => None,
    };
    let (ledger, _) = context::open_at(output, project, common, false)?;
    let received = ledger.all_received().map_err(|error| context::failed(output, &error))?;
    let archive = Archive::new(project.root());
    let bar = output.files(received.len());
    let found = fixity::check(&archive, &received, apart.as_ref(), || bar.inc(1))
        .map_err(|error| refused("data/archive", &error))?;
    bar.finish_and_clear();
    let body = fixity_json(&found);
    ledger
        .write(|change| change.checked(body.clone()))
        .map_err(|error| context::failed(output, &error))?;
    output.document("archive-verify", common.campaign.as_deref(), body);
    output.say(&format!(
        "Archive relue : {}, {} Mo.",
        count(found.files, "fichier", "fichiers"),
        found.octets.div_ceil(1_000_000)
    ));
    if found.leftovers > 0 {
        output.say(&format!(
            "{} d'une commande interrompue : reprendre par « missive archive add ».",
            count(found.leftovers, "fichier reste", "fichiers restent")
        ));
    }
    for (path, fault, label) in &found.faults {
        let from = if label.is_empty() { String::new() } else { format!(" ({label})") };
        output.say(&format!("  anomalie : {path}{from} {}", fault.french()));
    }
    if found.faults.is_empty() {
        output.say("Tout est en ordre.");
        return Ok(Exit::Done);
    }
    let extra = found.faults.iter().all(|(_, fault, _)| *fault == Fault::Extra);
    output.say(match extra {
        true => "Ensuite : si une commande a été interrompue, relancer missive archive add sur les mêmes fichiers ; sinon, voir d'où viennent ceux-ci.",
        false => "Ensuite : remettre ces fichiers d'une sauvegarde de data/archive ; ne rien effacer.",
    });
    Ok(Exit::Partial)
}

fn fixity_json(found: &Fixity) -> Value {
    json!({
        "files": found.files, "octets": found.octets, "leftovers": found.leftovers,
        "algorithms": ["sha256", "sha512"],
        "findings": found.faults.iter().map(|(path, fault, label)| json!({
            "path": path, "fault": fault.as_str(), "label": label,
        })).collect::<Vec<_>>(),
    })
}
