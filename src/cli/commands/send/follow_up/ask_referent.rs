//! `send --ask-referent`: requests to schools without a referent, over the relay or into the outbox.

use crate::app::error::UserError as _;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::designations::deposit_requests::{RequestsDeposited, deposit_requests};
use crate::app::sending::designations::due_requests::{AskOrder, AskScope, NothingAsked};
use crate::app::sending::designations::send_requests::{
    RequestsPlan, preview_requests, send_requests,
};
use crate::app::sending::designations::test_requests::send_test_requests;
use crate::app::sending::outcome::SendReport;
use crate::app::sending::refusal::SendRefusal;
use crate::app::sending::send::SendOptions;
use crate::app::sending::test_message::TestAddress;
use crate::app::wording::{count, few};
use crate::cli::commands::send::args::{DepositArgs, SendArgs};
use crate::cli::commands::send::end::SendEnd;
use crate::cli::commands::send::preview_view::PreviewNouns;
use crate::cli::commands::send::send_command::SendCommand;
use crate::cli::commands::send::transmission_bar::with_bar;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::clock::Clock;
use crate::ledger::Ledger;

/// What leaves, by its nouns.
const REQUESTS: PreviewNouns = PreviewNouns {
    message: ("demande de désigner un référent", "demandes de désigner un référent"),
    held: (
        "autre demande reste pour une prochaine fois (--limit)",
        "autres demandes restent pour une prochaine fois (--limit)",
    ),
};

/// Whether schools are asked, or reminded.
pub(crate) fn order(args: &SendArgs) -> AskOrder {
    match args.remind {
        true => AskOrder::Remind,
        false => AskOrder::Ask,
    }
}

/// The command that goes on with this order.
fn command_of(order: AskOrder) -> &'static str {
    match order {
        AskOrder::Ask => "missive send --ask-referent",
        AskOrder::Remind => "missive send --ask-referent --remind",
    }
}

/// Over the relay.
pub(in crate::cli::commands::send) fn send(
    command: &SendCommand<'_>,
    deposit: &DepositArgs,
    args: &SendArgs,
    options: SendOptions,
) -> Result<SendEnd, SendRefusal> {
    let (context, order) = (&command.context, order(args));
    let scope = AskScope::of(context.resolved, order, &args.asked, context.clock.day())?;
    if let Some(to) = &args.test_to {
        return test(command, &scope, to, deposit.limit);
    }
    let preview = match preview_requests(context, &scope, options)? {
        RequestsPlan::Requests(preview) => preview,
        RequestsPlan::Nothing(nothing) => return Ok(nothing_due(command.output, order, nothing)),
    };
    command.show_preview(&preview, &REQUESTS);
    command.settle_place(deposit, args)?;
    let confirmation = command.confirm(deposit.confirm, preview.counts)?;
    let relay = command.relay()?;
    let outcome = with_bar(command.output, context.clock, |monitor| {
        send_requests(context, (&scope, options), confirmation, &relay, monitor)
    })?;
    Ok(command.finish(&outcome, command_of(order)))
}

/// Copies to oneself.
fn test(
    command: &SendCommand<'_>,
    scope: &AskScope,
    to: &str,
    limit: Option<usize>,
) -> Result<SendEnd, SendRefusal> {
    let address = TestAddress::of(&command.context, to)?;
    let relay = command.relay()?;
    let tested = send_test_requests(&command.context, scope, &address, limit, &relay)?;
    command.output.say(&format!(
        "Essai : {} à {} ({}). Rien n'est demandé aux établissements.",
        count(tested.len(), "copie transmise", "copies transmises"),
        address.address().as_str(),
        few(&tested)
    ));
    command.output.say(&format!(
        "Ensuite : relire ces messages dans votre boîte, puis {}",
        command_of(scope.order)
    ));
    let report = SendReport { tested: Some(tested), ..SendReport::default() };
    Ok(SendEnd::new(Exit::Done, report))
}

fn nothing_due(output: &Output, order: AskOrder, nothing: NothingAsked) -> SendEnd {
    show_nothing(output, order, nothing);
    let is_partial = nothing.waiting + nothing.refused + nothing.blocked > 0;
    let exit = match nothing.ambiguous {
        _ if is_partial => Exit::Partial,
        0 => Exit::Done,
        _ => Exit::Decide,
    };
    if nothing.ambiguous == 0 {
        return SendEnd::new(exit, nothing.report());
    }
    SendEnd::complaint(
        exit,
        nothing.report(),
        count(
            nothing.ambiguous,
            "établissement a une demande au sort incertain",
            "établissements ont une demande au sort incertain",
        ),
        "dire ce qu'il en est : missive resolve MESSAGE-ID --handed-over ou --not-sent, avec --why",
    )
}

/// Why nothing is due.
fn show_nothing(output: &Output, order: AskOrder, nothing: NothingAsked) {
    output.say(match order {
        AskOrder::Ask => "Aucune demande à envoyer.",
        AskOrder::Remind => "Aucun rappel de demande à envoyer.",
    });
    if nothing.schools == 0 {
        output.say("  Tous les établissements ont un référent. Ensuite : missive status");
    }
    show_schools(output, order, nothing);
    let send = "puis le dire : missive resolve --deposited --handed-over --why \"…\"";
    let wait = format!("Ensuite : {} --wait", command_of(order));
    for (number, one, several, then) in [
        (
            nothing.deposited,
            "demande est déjà dans la boîte d'envoi : l'envoyer,",
            "demandes sont déjà dans la boîte d'envoi : les envoyer,",
            send,
        ),
        (nothing.waiting, "demande est différée.", "demandes sont différées.", wait.as_str()),
        (
            nothing.refused,
            "demande est rejetée par la messagerie.",
            "demandes sont rejetées par la messagerie.",
            "Ensuite : missive status",
        ),
    ] {
        if number > 0 {
            output.say(&format!("  {} {then}", count(number, one, several)));
        }
    }
}

/// Schools that are not asked now, each with its reason.
fn show_schools(output: &Output, order: AskOrder, nothing: NothingAsked) {
    let settled = match order {
        AskOrder::Ask => (
            "a déjà reçu la demande",
            "ont déjà reçu la demande",
            " ; pour la rappeler après la date : missive send --ask-referent --remind",
        ),
        AskOrder::Remind => (
            "n'a pas encore reçu la demande",
            "n'ont pas encore reçu la demande",
            " : missive send --ask-referent",
        ),
    };
    for (number, (one, several, then)) in [
        (nothing.settled, settled),
        (nothing.early, ("a encore le temps de répondre", "ont encore le temps de répondre", ".")),
        (
            nothing.recent,
            (
                "a été sollicité il y a peu",
                "ont été sollicités il y a peu",
                " (remind_every, dans missive.toml).",
            ),
        ),
        (
            nothing.bounced,
            (
                "a une demande revenue en erreur",
                "ont une demande revenue en erreur",
                " : corriger l'adresse, ou redemander à la même en nommant l'établissement (--only).",
            ),
        ),
        (
            nothing.blocked,
            ("sans adresse valable", "sans adresse valable", ". Ensuite : missive check"),
        ),
    ] {
        if number > 0 {
            let schools = count(number, "établissement", "établissements");
            let what = if number == 1 { one } else { several };
            output.say(&format!("  {schools} {what}{then}"));
        }
    }
}

/// Into the outbox; gives the exit code, and the JSON if anything could be looked at.
pub(in crate::cli::commands::send) fn into_outbox(
    output: &Output,
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    args: &SendArgs,
    (limit, clock): (Option<usize>, &Clock),
) -> (Exit, Option<SendReport>) {
    let order = order(args);
    let scope = AskScope::of(resolved, order, &args.asked, clock.day());
    let done = scope.and_then(|scope| deposit_requests(resolved, ledger, &scope, limit, clock));
    let (number, blocked) = match done {
        Ok(RequestsDeposited::Deposited { number, blocked }) => (number, blocked),
        Ok(RequestsDeposited::Nothing(nothing)) => {
            show_nothing(output, order, nothing);
            let exit = if nothing.blocked > 0 { Exit::Partial } else { Exit::Done };
            let skipped = nothing.blocked;
            return (exit, Some(SendReport { skipped, ..SendReport::default() }));
        }
        Err(refusal) => {
            output.fail(&refusal.to_string(), &refusal.todo());
            return (refusal.kind().into(), None);
        }
    };
    let (one, several) = match order {
        AskOrder::Ask => REQUESTS.message,
        AskOrder::Remind => {
            ("rappel d'une demande de désignation", "rappels de demandes de désignation")
        }
    };
    output.say(&format!(
        "Déposé : {} dans {}/outbox/. Rien n'est encore parti.",
        count(number, one, several),
        resolved.shown_output()
    ));
    if blocked > 0 {
        let words = ("établissement sans adresse valable", "établissements sans adresse valable");
        output.say(&format!(
            "  {} : rien ne lui est demandé par message (missive status).",
            count(blocked, words.0, words.1)
        ));
    }
    let read = if number > 1 { "les relire, les envoyer" } else { "la relire, l'envoyer" };
    output.say(&format!("Ensuite : {read} depuis votre messagerie, puis le dire : missive resolve --deposited --handed-over --why \"…\""));
    let report = SendReport { deposited: number, skipped: blocked, ..SendReport::default() };
    (if blocked > 0 { Exit::Partial } else { Exit::Done }, Some(report))
}
