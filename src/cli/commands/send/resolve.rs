//! `missive resolve`: a named person says what became of messages; kept with the reason.

use crate::app::sending::deposit::outbox_file;
use crate::app::sending::write_send_log;
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::deliver::log::SendLog;
use crate::diagnostic::did_you_mean;
use crate::ledger::Ledger;
use crate::plan::account::Account;
use crate::plan::past::{MessagePast, MessageState};
use crate::project::environment;
use crate::project::folder::Project;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What the person typed.
pub struct Word {
    /// References and Message-IDs.
    pub names: Vec<String>,
    /// All deposited messages.
    pub deposited: bool,
    /// They left.
    pub handed_over: bool,
    /// They did not.
    pub not_sent: bool,
    /// How that is known.
    pub why: Option<String>,
    /// Take the ledger from a dead computer.
    pub take_over: bool,
}

/// Resolves messages.
pub fn run(output: &Output, common: &Common, word: &Word) -> Exit {
    match resolve(output, common, word) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn resolve(output: &Output, common: &Common, word: &Word) -> Result<Exit, Exit> {
    let usage = |message: &str, todo: &str| {
        output.fail(message, todo);
        Exit::Usage
    };
    if !word.handed_over && !word.not_sent {
        return Err(usage(
            "il faut dire ce que sont devenus ces messages",
            "ajouter --handed-over (ils sont partis) ou --not-sent (ils ne sont pas partis)",
        ));
    }
    if word.names.is_empty() && !word.deposited {
        return Err(usage(
            "il faut dire quels messages",
            "donner des références ou des Message-ID, ou --deposited pour tous ceux de la boîte d'envoi",
        ));
    }
    let why = word.why.as_deref().map(str::trim).filter(|why| !why.is_empty());
    let Some(why) = why else {
        return Err(usage(
            "il faut dire pourquoi on le sait : c'est gardé dans le journal",
            "ajouter --why \"envoyés depuis la messagerie de la DAN le 24 novembre\"",
        ));
    };
    let project = context::project(output, common)?;
    if context::peek(output, &project, common)?.is_none() {
        return Err(usage(
            "il n'y a pas encore de journal des envois",
            "produire et déposer d'abord les messages : missive run",
        ));
    }
    let (ledger, _) = context::open_at(output, &project, common, word.take_over)?;
    let failed = |error| context::failed(output, &error);
    let campaigns = campaigns(output, common, &project, word, &ledger)?;
    let mut chosen: Vec<MessagePast> = Vec::new();
    for campaign in &campaigns {
        let past = ledger.past(campaign).map_err(failed)?;
        let named = named(output, &ledger, word)?;
        let all = past.messages.into_values().chain(past.reminders.into_values());
        chosen.extend(all.filter(|message| match word.deposited {
            true => message.state == MessageState::Deposited,
            false => named.contains(&message.id),
        }));
    }
    if chosen.is_empty() {
        return Err(usage(
            "aucun message n'attend d'être régularisé ici",
            "voir où en sont les messages : missive status",
        ));
    }
    let settled: Vec<&MessagePast> =
        chosen.iter().filter(|message| !is_open(message, word)).collect();
    if let Some(first) = settled.first() {
        let message = format!(
            "le message de {} est {} : cela ne se change plus",
            first.letters.first().map_or("", |(name, ..)| name.as_str()),
            first.state.french().0
        );
        output.fail(&message, "ne nommer que des messages déposés ou au sort incertain");
        return Ok(Exit::Decide);
    }
    if word.not_sent {
        for message in &chosen {
            if ledger.came_back(message.id).map_err(failed)? {
                let name = message.letters.first().map_or("", |(name, ..)| name.as_str());
                output.fail(
                    &format!("un retour de {name} est archivé : ce message est parti"),
                    &format!("le dire : missive resolve {name} --handed-over --why \"…\""),
                );
                return Ok(Exit::Decide);
            }
        }
    }
    ledger
        .write(|change| {
            chosen.iter().try_for_each(|message| match word.handed_over {
                true => change.hand_over(message.id, why),
                false => change.not_sent(message.id, why),
            })
        })
        .map_err(failed)?;
    empty_outbox(output, &project, common, &campaigns, &chosen)?;
    tell_log(&project, common, &ledger, &campaigns);
    for campaign in &campaigns {
        let past = ledger.past(campaign).map_err(failed)?;
        if !Account::of(&past, []).is_balanced(&past) {
            output.fail(
                "le compte des lettres ne tombe pas juste",
                "lancer « missive ledger verify »",
            );
            return Ok(Exit::Environment);
        }
    }
    let letters: BTreeSet<&str> =
        chosen.iter().flat_map(|own| own.letters.iter().map(|(name, ..)| name.as_str())).collect();
    let state = if word.handed_over { "handed_over" } else { "ready" };
    output.document(
        "resolve",
        campaigns.first().map(String::as_str).filter(|_| campaigns.len() == 1),
        json!({
            "state": state, "messages": chosen.len(), "letters": letters,
            "message_ids": chosen.iter().map(|own| &own.message_id).collect::<Vec<_>>(),
        }),
    );
    output.say(&match word.handed_over {
        true => format!(
            "Noté : {}, {}. Ces lettres ne changent plus ; leurs messages sont gardés dans le journal{}.",
            count(chosen.len(), "message transmis", "messages transmis"),
            count(letters.len(), "lettre", "lettres"),
            match chosen.iter().any(|own| own.state == MessageState::Deposited) {
                true => " et retirés de la boîte d'envoi",
                false => "",
            }
        ),
        false => format!(
            "Noté : {}. Ensuite : missive send{}",
            count(chosen.len(), "message n'est pas parti", "messages ne sont pas partis"),
            if chosen.iter().all(|own| own.reminder) { " --remind" } else { "" }
        ),
    });
    Ok(Exit::Done)
}

/// Whether a person's word may still settle a message.
fn is_open(message: &MessagePast, word: &Word) -> bool {
    match message.state {
        MessageState::Deposited
        | MessageState::Ambiguous
        | MessageState::Deferred
        | MessageState::Refused => true,
        // Somebody said that it had not left, and knows better now.
        MessageState::Ready => word.handed_over && message.bytes.is_some(),
        // A deposit that was replaced may have been sent before it was.
        MessageState::Replaced => word.handed_over,
        _ => false,
    }
}

/// The campaigns a word is about.
fn campaigns(
    output: &Output,
    common: &Common,
    project: &Project,
    word: &Word,
    ledger: &Ledger,
) -> Result<Vec<String>, Exit> {
    if word.deposited {
        let (workspace, _) = Workspace::open(project.clone(), &[]);
        return Ok(vec![context::campaign(output, common, &workspace)?.to_string()]);
    }
    let ids = named(output, ledger, word)?;
    let mut found = BTreeSet::new();
    for id in ids {
        let own =
            ledger.campaign_of_message(id).map_err(|error| context::failed(output, &error))?;
        found.extend(own);
    }
    Ok(found.into_iter().collect())
}

/// The messages that the words name: of those of a letter, the ones that may be settled.
fn named(output: &Output, ledger: &Ledger, word: &Word) -> Result<BTreeSet<i64>, Exit> {
    let mut ids = BTreeSet::new();
    for name in &word.names {
        let found = ledger.messages_named(name).map_err(|error| context::failed(output, &error))?;
        let by_id = name.contains('@');
        let mut back: BTreeSet<i64> = BTreeSet::new();
        for (id, _) in &found {
            if ledger.came_back(*id).map_err(|error| context::failed(output, &error))? {
                back.insert(*id);
            }
        }
        let may = |id: &i64, state: &MessageState| match state {
            // What came back was sent, even if another deposit took its place since.
            MessageState::Replaced => by_id || (word.handed_over && back.contains(id)),
            MessageState::Blocked => false,
            // Proven not to have left: only its own name can make somebody believe otherwise.
            MessageState::Refused | MessageState::Deferred => by_id || word.not_sent,
            MessageState::Ready => word.handed_over,
            _ => by_id || !state.has_left(),
        };
        let mut unsettled: Vec<i64> =
            found.iter().filter(|(id, state)| may(id, state)).map(|(id, _)| *id).collect();
        if !by_id && word.handed_over && unsettled.len() > 1 {
            let proven: Vec<i64> =
                unsettled.iter().copied().filter(|id| back.contains(id)).collect();
            if proven.len() == 1 {
                unsettled = proven;
            }
        }
        if by_id {
            // The same bytes deposited twice have one Message-ID: the last deposit stands for both.
            unsettled = unsettled.last().copied().into_iter().collect();
        } else if unsettled.len() > 1 {
            output.fail(
                &format!("« {name} » désigne plusieurs messages à la fois"),
                "nommer l'un d'eux par son Message-ID, que donne « missive status » ou « missive history »",
            );
            return Err(Exit::Decide);
        }
        if unsettled.is_empty() && found.iter().any(|(_, state)| state.has_left()) {
            ids.extend(found.iter().filter(|(_, state)| state.has_left()).map(|(id, _)| *id));
            continue;
        }
        if unsettled.is_empty() {
            let names = ledger.names().map_err(|error| context::failed(output, &error))?;
            let near = did_you_mean(name, names.iter().map(String::as_str));
            let todo = match near {
                Some(near) if found.is_empty() => format!("vouliez-vous écrire « {near} » ?"),
                _ => "voir où en sont les messages : missive status".to_owned(),
            };
            output
                .fail(&format!("aucun message déposé ou au sort incertain pour « {name} »"), &todo);
            return Err(Exit::Usage);
        }
        ids.extend(unsettled);
    }
    Ok(ids)
}

/// The log of each campaign says it too.
pub(in crate::cli) fn tell_log(
    project: &Project,
    common: &Common,
    ledger: &Ledger,
    campaigns: &[String],
) {
    let day = environment::today(common.today.as_ref());
    for campaign in campaigns {
        let out = project.path(&Project::output(campaign, None));
        // It is a view: the next command that makes something writes it anew.
        let _ = write_send_log::rewrite(ledger, campaign, &out, day);
    }
}

/// The files of settled messages leave the outbox, so that nobody sends them once more.
pub(in crate::cli) fn empty_outbox(
    output: &Output,
    project: &Project,
    common: &Common,
    campaigns: &[String],
    chosen: &[MessagePast],
) -> Result<(), Exit> {
    let mut refused: BTreeMap<String, String> = BTreeMap::new();
    for campaign in campaigns {
        let out = project.path(&Project::output(campaign, None));
        let log = SendLog::new(&out, environment::today(common.today.as_ref()));
        for message in chosen.iter().filter(|own| own.state == MessageState::Deposited) {
            let file = outbox_file(message);
            match std::fs::remove_file(out.join("outbox").join(&file)) {
                Ok(()) => drop(log.withdrawn(&file)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => drop(refused.insert(file, crate::files::reason(&error))),
            }
        }
    }
    if let Some((file, why)) = refused.first_key_value() {
        output.fail(
            &format!("noté dans le journal, mais {file} n'a pas pu être retiré de la boîte d'envoi : {why}"),
            "le supprimer à la main, pour que personne ne l'envoie une seconde fois",
        );
        return Err(Exit::Environment);
    }
    Ok(())
}
