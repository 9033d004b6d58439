//! `missive status`: the balanced account of a campaign.

use crate::app::sending::delivery_issues::delivery_issues;
use crate::app::sending::reminders::due_reminders;
use crate::cli::args::Common;
use crate::cli::commands::campaign_snapshot::{Counted, Known};
use crate::cli::commands::send::issues_view;
use crate::cli::exit::Exit;
use crate::cli::ui::output::{Output, count};
use crate::clock::Clock;
use crate::plan::account::Account;
use crate::plan::history::{CampaignHistory, MessageState, ReturnState};
use crate::plan::letter_state::LetterState;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Tells where every letter and message stands.
pub fn run(output: &Output, common: &Common) -> Exit {
    match tell(output, common) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn tell(output: &Output, common: &Common) -> Result<Exit, Exit> {
    let known = Known::read(output, common)?;
    let Counted { account, balanced, .. } = known.count(output)?;
    let Known { campaign, past, closed, .. } = &known;
    let clock = Clock::new(common.today.as_ref());
    let open = delivery_issues(past.messages.values().chain(past.reminders.values()));
    let mut body = account.to_json(balanced);
    body["open"] = json!(open);
    body["reminders"] = json!(due_reminders::counts(past));
    body["schools"] = schools(past, &account);
    output.document("status", Some(campaign.as_str()), body);
    output.say(&format!(
        "Campagne {campaign}{} : {}.",
        if *closed { " (close)" } else { "" },
        count(account.letters.len(), "lettre", "lettres")
    ));
    for state in LetterState::ALL {
        let number = account.count(state);
        let (one, many) = state.french();
        if number > 0 {
            output.say(&format!("  {number:>6}  {}", if number == 1 { one } else { many }));
        }
    }
    let messages: usize = account.messages.values().sum();
    let mut parts = Vec::new();
    for state in MessageState::ALL {
        let number = account.messages.get(&state).copied().unwrap_or(0);
        if number > 0 {
            let (one, many) = state.french();
            parts.push(count(number, one, many));
        }
    }
    let detail = if parts.is_empty() { String::new() } else { format!(" : {}", parts.join(", ")) };
    output.say(&format!("{}{detail}.", count(messages, "message", "messages")));
    if account.superseded > 0 {
        output.say(&format!(
            "{} par une plus récente.",
            count(
                account.superseded,
                "révision transmise est suivie",
                "révisions transmises sont suivies"
            )
        ));
    }
    if account.replaced > 0 {
        output.say(&format!(
            "{} depuis.",
            count(account.replaced, "dépôt a été remplacé", "dépôts ont été remplacés")
        ));
    }
    let back = |states: &[LetterState]| -> usize {
        states.iter().map(|state| account.count(*state)).sum()
    };
    let awaited = back(&[LetterState::HandedOver, LetterState::PartlySigned]);
    let came = back(&[
        LetterState::ToReview,
        LetterState::Signed,
        LetterState::PartlySigned,
        LetterState::Declined,
    ]);
    // A letter that is signed may have another return that waits.
    let returns = past.letters.values().flat_map(|letter| &letter.returns);
    let review = returns.filter(|own| own.state == ReturnState::ToReview).count();
    if came > 0 || (awaited > 0 && past.letters.values().any(|own| !own.returns.is_empty())) {
        output.say(&format!(
            "Retours : {}, {}{}. Par établissement : missive archive list",
            count(came, "revenu", "revenus"),
            count(awaited, "attendu", "attendus"),
            if review > 0 {
                format!(", {review} à relire (missive archive review)")
            } else {
                String::new()
            }
        ));
    }
    issues_view::show(output, &open, &clock);
    if !balanced {
        output.fail("le compte ne tombe pas juste", "lancer « missive ledger verify »");
        return Ok(Exit::Environment);
    }
    output.say(match account.count(LetterState::Deposited) {
        0 if *closed => "Ensuite : missive archive add, pour ce qui revient encore",
        0 if account.count(LetterState::Ready) > 0 => "Ensuite : missive plan, puis missive send",
        0 => "Ensuite : missive plan",
        _ if *closed => "Ensuite : si les messages déposés sont partis, le dire : missive resolve --deposited --handed-over --why \"…\"",
        _ => "Ensuite : envoyer les messages déposés, puis le dire : missive resolve --deposited --handed-over --why \"…\"",
    });
    Ok(Exit::Done)
}

/// What each school got and gave back.
fn schools(past: &CampaignHistory, account: &Account) -> Value {
    let mut found: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (reference, letter) in &past.letters {
        let state = account.letters.get(reference).map(|state| state.as_str());
        let sent = past.last_sent(reference).and_then(|own| own.left_on);
        let returns: Vec<&str> = letter.returns.iter().map(|own| own.state.as_str()).collect();
        found.entry(&letter.uai).or_default().push(json!({
            "reference": reference, "state": state, "sent_on": sent, "returns": returns,
        }));
    }
    found.iter().map(|(uai, letters)| json!({ "uai": uai, "letters": letters })).collect()
}
