//! `send --remind`: reminders over the relay, or into the outbox.

use crate::app::error::UserError as _;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::outcome::SendReport;
use crate::app::sending::refusal::SendRefusal;
use crate::app::sending::reminders::deposit_reminders::{RemindersDeposited, deposit_reminders};
use crate::app::sending::reminders::send_reminders::{
    NothingDue, RemindersPlan, preview_reminders, send_reminders,
};
use crate::app::sending::send::SendOptions;
use crate::app::wording::count;
use crate::cli::commands::send::args::{DepositArgs, SendArgs};
use crate::cli::commands::send::end::SendEnd;
use crate::cli::commands::send::preview_view::PreviewNouns;
use crate::cli::commands::send::send_command::SendCommand;
use crate::cli::commands::send::transmission_bar::with_bar;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::clock::Clock;
use crate::ledger::Ledger;
use std::collections::BTreeSet;

/// What leaves, by its nouns.
const REMINDERS: PreviewNouns = PreviewNouns {
    message: ("rappel", "rappels"),
    held: (
        "autre rappel reste pour une prochaine fois (--limit)",
        "autres rappels restent pour une prochaine fois (--limit)",
    ),
};

/// Over the relay.
pub(in crate::cli::commands::send) fn send(
    command: &SendCommand<'_>,
    deposit: &DepositArgs,
    args: &SendArgs,
    options: SendOptions,
) -> Result<SendEnd, SendRefusal> {
    let context = &command.context;
    let preview = match preview_reminders(context, options)? {
        RemindersPlan::Reminders(preview) => preview,
        RemindersPlan::Nothing(nothing) => return Ok(nothing_due(command.output, nothing)),
    };
    command.show_preview(&preview, &REMINDERS);
    command.settle_place(deposit, args)?;
    let confirmation = command.confirm(deposit.confirm, preview.counts)?;
    let relay = command.relay()?;
    let outcome = with_bar(command.output, context.clock, |monitor| {
        send_reminders(context, options, confirmation, &relay, monitor)
    })?;
    Ok(command.finish(&outcome, "missive send --remind"))
}

fn nothing_due(output: &Output, nothing: NothingDue) -> SendEnd {
    show_nothing(output, nothing);
    let mut partial = false;
    for (number, one, several, todo) in [
        (
            nothing.waiting,
            "rappel est différé",
            "rappels sont différés",
            "missive send --remind --wait",
        ),
        (nothing.refused, "rappel est rejeté", "rappels sont rejetés", "missive status"),
    ] {
        if number > 0 {
            output.say(&format!("  {}. Ensuite : {todo}", count(number, one, several)));
            partial = true;
        }
    }
    let exit = match nothing.ambiguous {
        _ if partial => Exit::Partial,
        0 => Exit::Done,
        _ => Exit::Decide,
    };
    if nothing.ambiguous == 0 {
        return SendEnd::new(exit, nothing.report());
    }
    let message =
        count(nothing.ambiguous, "rappel a un sort incertain", "rappels ont un sort incertain");
    SendEnd::complaint(
        exit,
        nothing.report(),
        message,
        "dire ce qu'il en est : missive resolve MESSAGE-ID --handed-over ou --not-sent, avec --why",
    )
}

/// Why nothing is due.
fn show_nothing(output: &Output, nothing: NothingDue) {
    let NothingDue { deposited, early, recent, ended, refused, ambiguous, .. } = nothing;
    output.say("Aucun rappel à envoyer.");
    if deposited > 0 {
        output.say(&format!(
            "  {} déjà dans la boîte d'envoi : les envoyer, puis le dire : missive resolve --deposited --handed-over --why \"…\"",
            count(deposited, "rappel est", "rappels sont")
        ));
    }
    if early + recent + ended + refused + ambiguous + deposited == 0 {
        output.say("  Aucune lettre transmise n'attend son retour. Ensuite : missive status");
    }
    if early > 0 {
        output.say(&format!(
            "  {} : la date de retour n'est pas passée.",
            count(early, "lettre attend encore", "lettres attendent encore")
        ));
    }
    if ended > 0 {
        output.say(&format!(
            "  {} : plus de rappel. « missive archive waive » dit qu'aucun retour n'est attendu.",
            count(
                ended,
                "lettre n'est pas revenue et sa mission est terminée",
                "lettres ne sont pas revenues et leurs missions sont terminées"
            )
        ));
    }
    if recent > 0 {
        output.say(&format!(
            "  {} il y a peu (remind_every, dans missive.toml).",
            count(recent, "établissement a été relancé", "établissements ont été relancés")
        ));
    }
}

/// Into the outbox; gives the exit code, and the JSON if anything could be looked at.
pub(crate) fn into_outbox(
    output: &Output,
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    only: Option<&BTreeSet<usize>>,
    limit: Option<usize>,
    clock: &Clock,
) -> (Exit, Option<SendReport>) {
    let deposited = match deposit_reminders(resolved, ledger, only, limit, clock) {
        Ok(RemindersDeposited::Deposited(number)) => number,
        Ok(RemindersDeposited::Nothing(nothing)) => {
            show_nothing(output, nothing);
            return (Exit::Done, Some(SendReport::default()));
        }
        Err(refusal) => {
            output.fail(&refusal.to_string(), &refusal.todo());
            return (refusal.kind().into(), None);
        }
    };
    output.say(&format!(
        "Déposé : {} dans {}/outbox/. Rien n'est encore parti.",
        count(deposited, "rappel", "rappels"),
        resolved.shown_output()
    ));
    let read = if deposited > 1 { "les relire, les envoyer" } else { "le relire, l'envoyer" };
    output.say(&format!("Ensuite : {read} depuis votre messagerie, puis le dire : missive resolve --deposited --handed-over --why \"…\""));
    (Exit::Done, Some(SendReport { deposited, ..SendReport::default() }))
}
