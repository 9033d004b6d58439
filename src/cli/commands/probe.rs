//! `missive probe`: what the relay offers, shown without sending anything.

use crate::cli::args::Common;
use crate::cli::commands::send::command;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::deliver::deadline::Hurry;
use crate::deliver::session::Session;
use crate::deliver::verdict::{self, Stop};
use crate::diagnostic::Problem;
use crate::records::words::Transport;
use serde_json::json;

/// Connects, looks, says goodbye.
pub fn run(output: &Output, common: &Common) -> Exit {
    let opened = match context::open_or_tell(output, common, &[]) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let workspace = &opened.workspace;
    let mail = workspace.loaded.records.settings.as_ref().map(|settings| &settings.mail);
    let Some(settings) = mail.and_then(|mail| mail.relay.as_ref()) else {
        let problems: Vec<Problem> = workspace.loaded.problems.clone();
        output.problems(&problems, &workspace.loaded.sources, false);
        output.fail(
            "aucun serveur de messagerie n'est décrit",
            "écrire la table [mail.relay] de missive.toml : le guide en donne un exemple",
        );
        return Exit::Invalid;
    };
    let relay = match command::open_relay(output, workspace, settings) {
        Ok(relay) => relay,
        Err((message, todo)) => {
            output.fail(&message, &todo);
            return Exit::Environment;
        }
    };
    let session = match Session::open(&relay, &Hurry::default()) {
        Ok(session) => session,
        Err(why) => {
            let todo = match verdict::unopened(&why) {
                Stop::Auth => "vérifier le mot de passe et « username » ; un seul essai a été fait",
                Stop::Tls => {
                    "demander au service informatique ; un certificat interne se déclare avec ca_file"
                }
                _ => "vérifier « host » et « port », et que le réseau laisse passer",
            };
            output.fail(&format!("{why} ; rien n'a été envoyé"), todo);
            return Exit::Environment;
        }
    };
    let offer = session.offer().clone();
    let protection = session.protection();
    session.close();
    output.document(
        "probe",
        None,
        json!({
            "host": relay.host, "port": relay.port, "tls": protection,
            "authenticated": !relay.auth.is_empty(), "size": offer.size, "dsn": offer.dsn,
            "auth": offer.auth, "limits": offer.limits, "extensions": offer.lines,
        }),
    );
    output.say(&format!("Serveur : {}:{}, joint.", relay.host, relay.port));
    output.say(&match &protection {
        Some(kind) => format!("Connexion protégée : {kind}, certificat vérifié."),
        None => "Connexion non protégée (vers cet ordinateur seulement).".to_owned(),
    });
    output.say(&match relay.auth.is_empty() {
        true => "Authentification : aucune n'est demandée par missive.toml.".to_owned(),
        false => format!("Authentification : le compte « {} » est accepté.", relay.username),
    });
    if !offer.auth.is_empty() {
        output.say(&format!("  Il offre : {}.", offer.auth.join(", ")));
    }
    output.say(&match offer.size {
        Some(0) | None => "Taille d'un message : pas de limite annoncée.".to_owned(),
        Some(most) => format!("Taille d'un message : {} Mo au plus.", most / 1_000_000),
    });
    output.say(match offer.dsn {
        true => "Avis de non-remise (DSN) : demandés avec chaque message.",
        false => "Avis de non-remise (DSN) : non offerts.",
    });
    if let Some(limits) = &offer.limits {
        output.say(&format!("Limites annoncées : {limits}."));
    }
    let smtp = mail.is_some_and(|mail| mail.transport.value == Transport::Smtp);
    output.say(match smtp {
        true => "Rien n'a été envoyé. Ensuite : missive send --test-to votre adresse",
        false => "Rien n'a été envoyé. Pour envoyer par ce serveur : transport = \"smtp\" dans missive.toml",
    });
    Exit::Done
}
