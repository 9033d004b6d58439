//! `missive resolve`: a named person says what became of messages.

use super::args::ResolveArgs;
use crate::app::sending::refusal::Confirmation;
use crate::app::sending::resolve::by_word::{
    DepositSelection, ResolveOutcome, ResolvePreview, ResolveRequest, WhichMessages,
};
use crate::app::sending::resolve::resolve_error::ResolveError;
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt;
use crate::plan::resolution::Resolution;
use crate::project::folder::Project;
use serde_json::json;

/// Resolves messages.
pub(crate) fn run(
    output: &Output,
    common: &Common,
    args: &ResolveArgs,
) -> Result<Exit, CommandError> {
    let mut request = request(args)?;
    let project = context::find_project(common)?;
    if context::read_ledger(output, common, &project)?.is_none() {
        return Err(ResolveError::NoLedger.into());
    }
    let (ledger, _) = context::open_ledger(output, common, &project, args.take_over)?;
    let (asked, day) = (common.campaign.as_deref(), context::today(common));
    if let Some(preview) = request.preview(&project, &ledger, asked, day)? {
        request.confirmed = confirmed(output, common, &project, args, &preview)?;
    }
    let outcome = request.resolve(&project, &ledger, asked, day)?;
    let campaign = outcome.campaigns.first().filter(|_| outcome.campaigns.len() == 1);
    output.document("resolve", campaign.map(String::as_str), json!(outcome));
    output.say(&sentence(&outcome, request.resolution));
    Ok(Exit::Done)
}

/// Shows the messages in the outbox that are meant and has their number confirmed, where there is a person; in
/// a script a number is compared where one is given.
fn confirmed(
    output: &Output,
    common: &Common,
    project: &Project,
    args: &ResolveArgs,
    preview: &ResolvePreview,
) -> Result<Option<usize>, ResolveError> {
    if args.confirm.is_some() || !prompt::can(common) {
        return Ok(args.confirm);
    }
    let labels = context::labels(project);
    let mut names = labels.letters(&preview.letters);
    let asked = labels.schools(&preview.schools).into_iter();
    names.extend(asked.map(|school| format!("{school}, demande d'un référent")));
    output.say(&format!(
        "{} dans la boîte d'envoi :",
        count(preview.messages, "message est", "messages sont")
    ));
    names.iter().for_each(|name| output.say(&format!("  {name}")));
    let what = if args.not_sent { "ne sont pas partis" } else { "sont partis" };
    let question = format!(
        "Taper leur nombre pour dire qu'ils {what} ({}), ou Entrée pour renoncer : ",
        preview.messages
    );
    match prompt::confirmed_count(output, None, &question) {
        Confirmation::Count(number) => Ok(Some(number)),
        Confirmation::Declined | Confirmation::NotAsked => Err(ResolveError::NotConfirmed),
    }
}

/// What is asked, if the arguments say enough.
fn request(args: &ResolveArgs) -> Result<ResolveRequest, ResolveError> {
    let resolution = match (args.handed_over, args.not_sent, args.bounced) {
        (true, ..) => Resolution::HandedOver,
        (_, true, _) => Resolution::NotSent,
        (_, _, true) => Resolution::Bounced,
        (false, false, false) => return Err(ResolveError::ResolutionMissing),
    };
    let messages = match (args.deposited, args.names.is_empty()) {
        (true, _) => WhichMessages::Deposited(DepositSelection {
            names: args.names.clone(),
            until: args.until,
        }),
        (false, false) => WhichMessages::Named(args.names.clone()),
        (false, true) => return Err(ResolveError::MessagesMissing),
    };
    ResolveRequest::new(messages, resolution, args.why.as_deref())
}

/// The same of requests to designate a referent, which carry no letter.
fn sentence_of_requests(outcome: &ResolveOutcome, resolution: Resolution) -> String {
    let number = outcome.messages;
    match resolution {
        Resolution::HandedOver => format!(
            "Noté : {}{}. Ensuite : attendre la réponse ; missive status la compte",
            count(number, "demande transmise", "demandes transmises"),
            match (outcome.some_were_deposited, number) {
                (false, _) => "",
                (true, 1) => ", retirée de la boîte d'envoi",
                (true, _) => ", retirées de la boîte d'envoi",
            },
        ),
        Resolution::Bounced => format!(
            "Noté : {}. Ensuite : corriger l'adresse si elle est fausse, puis missive send --ask-referent",
            count(number, "demande revenue en erreur", "demandes revenues en erreur"),
        ),
        Resolution::NotSent => format!(
            "Noté : {}. Ensuite : missive send --ask-referent",
            count(number, "demande n'est pas partie", "demandes ne sont pas parties"),
        ),
    }
}

fn sentence(outcome: &ResolveOutcome, resolution: Resolution) -> String {
    if outcome.all_are_requests {
        return sentence_of_requests(outcome, resolution);
    }
    match resolution {
        Resolution::HandedOver => format!(
            "Noté : {}, {}. Ces lettres ne changent plus ; leurs messages sont gardés dans le journal{}.{}",
            count(outcome.messages, "message transmis", "messages transmis"),
            count(outcome.letters.len(), "lettre", "lettres"),
            match outcome.some_were_deposited {
                true => " et retirés de la boîte d'envoi",
                false => "",
            },
            match outcome.referents_follow {
                true => " Ensuite : missive run, pour les messages aux référents",
                false => "",
            }
        ),
        Resolution::Bounced if outcome.all_to_referents => format!(
            "Noté : {}, {}. Ensuite : corriger l'adresse du référent ; le message repart avec missive run",
            count(outcome.messages, "message revenu en erreur", "messages revenus en erreur"),
            count(outcome.letters.len(), "lettre", "lettres"),
        ),
        Resolution::Bounced => format!(
            "Noté : {}, {}. Ensuite : corriger l'adresse si elle est fausse, puis missive send {}",
            count(outcome.messages, "message revenu en erreur", "messages revenus en erreur"),
            count(outcome.letters.len(), "lettre", "lettres"),
            match outcome.all_are_reminders {
                true => "--remind".to_owned(),
                false => format!(
                    "--again {}",
                    outcome.letters.iter().cloned().collect::<Vec<_>>().join(",")
                ),
            }
        ),
        Resolution::NotSent => format!(
            "Noté : {}. Ensuite : missive send{}",
            count(outcome.messages, "message n'est pas parti", "messages ne sont pas partis"),
            if outcome.all_are_reminders { " --remind" } else { "" }
        ),
    }
}
