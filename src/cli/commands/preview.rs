//! `missive preview`: messages as their readers will see them, on a page of the browser.

use crate::app::campaign::check;
use crate::app::resolved_campaign::ResolveOptions;
use crate::app::sending::message_preview::preview_messages::{
    PreviewOutcome, PreviewRequest, preview_messages,
};
use crate::app::wording::count;
use crate::cli::args::{Common, OPTIONS};
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::open_page::open_page;
use crate::cli::ui::output::Output;
use crate::records::values::CampaignId;
use clap::Args;
use serde_json::json;

/// Which messages are shown.
#[derive(Clone, Debug, Args)]
pub struct PreviewArgs {
    /// Messages à montrer : établissements, personnes ou références (sinon les premiers)
    #[arg(value_name = "NOM")]
    pub names: Vec<String>,
    /// Montrer les rappels à envoyer, au lieu des messages
    #[arg(long, help_heading = OPTIONS)]
    pub remind: bool,
    /// Ouvrir la page dans le navigateur
    #[arg(long, help_heading = OPTIONS)]
    pub open: bool,
}

/// Shows messages.
pub fn run(output: &Output, common: &Common, args: &PreviewArgs) -> Result<Exit, CommandError> {
    let opened = context::open_project(common, &[])?;
    let workspace = &opened.workspace;
    let today = context::today(common);
    let campaign = opened.campaign.as_ref().map(CampaignId::as_str);
    let options = ResolveOptions::today(today);
    let (resolved, found) = check::check(workspace, opened.campaign.as_ref(), options);
    let Some(resolved) = resolved else {
        output.project_problems(&found.problems, false);
        output.say("Ensuite : corriger ces erreurs ; « missive check » les redonne.");
        output.document("preview", campaign, json!({ "check": found }));
        return Ok(Exit::Invalid);
    };
    let ledger = context::read_ledger(output, common, &workspace.project)?;
    let ledger = ledger.as_ref().map(|(ledger, _)| ledger);
    let request = PreviewRequest { only: &args.names, reminders: args.remind, today };
    let shown = preview_messages(&resolved, ledger, request)?;
    say(output, &shown);
    if args.open && !shown.messages.is_empty() && !open_page(&workspace.project.path(&shown.page)) {
        output.warn(&format!("aucun navigateur ne s'ouvre : ouvrir {}", shown.page));
    }
    output.value("preview", campaign, &shown);
    Ok(Exit::Done)
}

fn say(output: &Output, shown: &PreviewOutcome) {
    for message in &shown.messages {
        output.say(&format!("{}\n  {}", message.school, message.subject));
        for file in &message.attachments {
            output.say(&format!("    {}", file.name));
        }
    }
    if !shown.without_address.is_empty() {
        output.say(&format!(
            "Sans adresse, donc sans message : {}.",
            shown.without_address.join(", ")
        ));
    }
    if shown.messages.is_empty() {
        output.say("Aucun message à montrer.");
        return;
    }
    let left_out = match shown.left_out {
        0 => String::new(),
        more => {
            format!(" {} de plus : les nommer pour les voir.", count(more, "message", "messages"))
        }
    };
    output.say(&format!(
        "Montré : {}, rien n'est envoyé.{left_out} Ensuite : ouvrir {}",
        count(shown.messages.len(), "message", "messages"),
        shown.page
    ));
}
