//! `missive status`: the balanced account of a campaign.

use crate::app::campaign::status::{StatusOutcome, status};
use crate::app::names::labels::Labels;
use crate::app::wording::count;
use crate::cli::args::{Common, DepartementArgs};
use crate::cli::commands::send::issues_view;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::plan::account::Account;
use crate::plan::act_state::ActState;
use crate::plan::history::MessageState;
use crate::plan::letter_state::LetterState;
use crate::records::values::Departement;

/// Tells where every letter and message stands.
pub fn run(output: &Output, common: &Common, args: &DepartementArgs) -> Result<Exit, CommandError> {
    let snapshot = context::read_departement(output, common, args.departement.as_ref())?;
    let found = status(&snapshot)?;
    output.value("status", Some(snapshot.campaign.as_str()), &found);
    output.say(&format!(
        "Campagne {}{}{} : {}.",
        snapshot.campaign,
        snapshot.departement.as_ref().map_or(String::new(), |one| format!(", {one}")),
        if found.is_closed { " (close)" } else { "" },
        count(found.account.letters.len(), "lettre", "lettres")
    ));
    say_account(output, &found.account);
    if snapshot.departement.is_none() {
        say_departements(output, &found.account);
    }
    if let Some(returns) = found.returns {
        let review = match returns.to_review {
            0 => String::new(),
            number => format!(", {number} à relire (missive archive review)"),
        };
        output.say(&format!(
            "Retours : {}, {}{review}. Par établissement : missive archive list",
            count(returns.came_back, "revenu", "revenus"),
            count(returns.awaited, "attendu", "attendus"),
        ));
    }
    for sentence in [&found.to_referents, &found.designations].into_iter().flatten() {
        output.say(sentence);
    }
    let letters = found.account.messages.get(&MessageState::Deposited).copied().unwrap_or(0);
    let others = found.in_outbox.saturating_sub(letters);
    if others > 0 {
        output.say(&format!(
            "{} aussi dans la boîte d'envoi.",
            count(others, "rappel ou demande est", "rappels ou demandes sont")
        ));
    }
    let labels = Labels::of_records(&snapshot.workspace.loaded.records);
    let approval = found.approval.as_ref().map(|approval| approval.sentences(&labels));
    approval.into_iter().flatten().for_each(|sentence| output.say(&sentence));
    issues_view::show(output, &found.open, &labels, &context::clock(common));
    if !found.is_balanced {
        return Err(CommandError::new(
            Exit::Environment,
            "le compte ne tombe pas juste",
            "lancer « missive ledger verify »",
        ));
    }
    output.say(next(&found));
    Ok(Exit::Done)
}

/// Says how many letters and messages there are in each state.
fn say_account(output: &Output, account: &Account) {
    for state in LetterState::ALL {
        let number = account.count(state);
        let (one, many) = state.french();
        if number > 0 {
            output.say(&format!("  {number:>6}  {}", if number == 1 { one } else { many }));
        }
    }
    let sentences = [account.corrections_sentence(), account.acts_sentence()];
    for sentence in sentences.into_iter().flatten() {
        output.say(&format!("{sentence}."));
    }
    let mut parts = Vec::new();
    for state in MessageState::ALL {
        let number = account.messages.get(&state).copied().unwrap_or(0);
        if number > 0 {
            let (one, many) = state.french();
            parts.push(count(number, one, many));
        }
    }
    let messages: usize = account.messages.values().sum();
    let detail = if parts.is_empty() { String::new() } else { format!(" : {}", parts.join(", ")) };
    output.say(&format!("{}{detail}.", count(messages, "message", "messages")));
    if account.superseded > 0 {
        output.say(&format!(
            "{}.",
            count(
                account.superseded,
                "révision transmise a été remplacée",
                "révisions transmises ont été remplacées"
            )
        ));
    }
    if account.replaced > 0 {
        output.say(&format!(
            "{} depuis.",
            count(account.replaced, "dépôt a été remplacé", "dépôts ont été remplacés")
        ));
    }
}

/// How many letters there are in each département, where there are several.
fn say_departements(output: &Output, account: &Account) {
    let codes = account.departements();
    if codes.len() < 2 {
        return;
    }
    let parts = codes.iter().map(|code| {
        let letters = account.of_departement(code).letters.len();
        format!("{} : {letters}", Departement::of_uai(code))
    });
    let parts: Vec<String> = parts.collect();
    output
        .say(&format!("Par département (missive status --departement …) : {}.", parts.join(" ; ")));
}

fn next(found: &StatusOutcome) -> &'static str {
    let is_closed = found.is_closed;
    let messages = |state| found.account.messages.get(&state).copied().unwrap_or(0);
    match found.in_outbox {
        0 if is_closed => "Ensuite : missive archive add, pour ce qui revient encore",
        // What was deposited before an approval was asked for waits for it, too.
        in_outbox
            if found.approval.as_ref().is_some_and(|one| {
                one.waiting > 0 && one.approved == 0 && one.waiting >= in_outbox
            }) =>
        {
            "Ensuite : missive plan, relire (missive proof epreuves.pdf), puis missive approve --by \"Nom\""
        }
        0 if messages(MessageState::Ready) > 0 => "Ensuite : missive plan, puis missive send",
        0 if found.account.count(LetterState::Bounced) > 0
            || found.account.count_acts(ActState::Bounced) > 0 =>
        {
            "Ensuite : corriger l'adresse de ce qui est revenu en erreur, puis missive run ; ou, à la même adresse : missive send --again RÉFÉRENCE"
        }
        0 if found.due_reminders > 0 => {
            "Ensuite : relancer ce qui n'est pas revenu : missive send --remind"
        }
        0 => "Ensuite : missive plan",
        _ if is_closed => {
            "Ensuite : si les messages déposés sont partis, le dire : missive resolve --deposited --handed-over --why \"…\""
        }
        _ => {
            "Ensuite : envoyer les messages déposés, puis le dire : missive resolve --deposited --handed-over --why \"…\""
        }
    }
}
