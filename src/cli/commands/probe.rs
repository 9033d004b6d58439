//! `missive probe`: what the relay offers, shown without sending anything.

use crate::app::sending::relay::probe::{ProbeOutcome, described_relay, probe};
use crate::cli::args::Common;
use crate::cli::commands::send::relay_prompt;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::records::word_lists::Transport;
use serde_json::json;

/// Connects, looks, and says goodbye.
pub(crate) fn run(output: &Output, common: &Common) -> Result<Exit, CommandError> {
    let opened = context::open_project(common, &[])?;
    let workspace = &opened.workspace;
    let settings = described_relay(workspace)?;
    let relay = relay_prompt::relay(output, &workspace.project, settings)?;
    let outcome = probe(&relay)?;
    output.document("probe", None, json!(outcome));
    show(output, &outcome, &relay.username);
    let settings = workspace.loaded.records.settings.as_ref();
    let is_used = settings.is_some_and(|settings| settings.mail.transport.value == Transport::Smtp);
    output.say(match is_used {
        true => "Rien n'a été envoyé. Ensuite : missive send --test-to votre adresse",
        false => "Rien n'a été envoyé. Pour envoyer par ce serveur : transport = \"smtp\" dans missive.toml",
    });
    Ok(Exit::Done)
}

fn show(output: &Output, outcome: &ProbeOutcome, username: &str) {
    output.say(&format!("Serveur : {}:{}, joint.", outcome.host, outcome.port));
    output.say(&match &outcome.tls {
        Some(kind) => format!("Connexion protégée : {kind}, certificat vérifié."),
        None => "Connexion non protégée (vers cet ordinateur seulement).".to_owned(),
    });
    output.say(&match outcome.authenticated {
        false => "Authentification : aucune n'est demandée par missive.toml.".to_owned(),
        true => format!("Authentification : le compte « {username} » est accepté."),
    });
    if !outcome.auth.is_empty() {
        output.say(&format!("  Il offre : {}.", outcome.auth.join(", ")));
    }
    output.say(&match outcome.size {
        Some(0) | None => "Taille d'un message : pas de limite annoncée.".to_owned(),
        Some(most) => format!("Taille d'un message : {} Mo au plus.", most / 1_000_000),
    });
    output.say(match outcome.dsn {
        true => "Avis de non-remise (DSN) : demandés avec chaque message.",
        false => "Avis de non-remise (DSN) : non offerts.",
    });
    if let Some(limits) = &outcome.limits {
        output.say(&format!("Limites annoncées : {limits}."));
    }
}
