//! `missive campaign close`: shows what is missing before a campaign ends, then writes its last day
//! into its file.

use crate::app::campaign::close::{
    CloseFailure, CloseOutcome, CloseProposal, CloseRefusal, Closing, propose,
};
use crate::app::campaign::missing::{Missing, MissingAct, MissingActs, MissingGroup};
use crate::app::names::labels::Labels;
use crate::app::sending::refusal::Confirmation;
use crate::app::wording::{count, few};
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt::confirmed_count;
use crate::letter::french;
use crate::plan::act_state::ActState;
use crate::plan::letter_state::LetterState;
use crate::project::lock::Lock;
use jiff::civil::Date;

/// Closes a campaign.
pub fn close(
    output: &Output,
    common: &Common,
    id: &str,
    on: Option<Date>,
    confirm: Option<usize>,
) -> Result<Exit, CommandError> {
    if common.campaign.as_deref().is_some_and(|other| other != id) {
        return Err(CommandError::usage(
            "deux campagnes sont nommées",
            "ne donner que celle à clore, sans --campaign",
        ));
    }
    let mut common = common.clone();
    common.campaign = Some(id.to_owned());
    let common = &common;
    let project = context::find_project(common)?;
    // From here on nothing is made or sent beside: what is shown is what is closed.
    let _lock = Lock::take(&project, &context::actor(common))?;
    let mut snapshot = context::read_snapshot(output, common)?;
    let has_ledger = snapshot.ledger.take().is_some();
    let today = snapshot.today;
    let show = |missing: &Missing, closed: Option<Date>| {
        output.value("campaign-close", Some(id), &CloseOutcome::new(missing, closed));
    };
    let proposal = match propose(&snapshot, on)? {
        Closing::Proposed(proposal) => proposal,
        Closing::Already { closed, missing } => {
            show(&missing, Some(closed));
            let ends = if snapshot.is_closed { "est close depuis" } else { "se clôt déjà" };
            let day = french::date(closed);
            output.say(&format!("La campagne {id} {ends} le {day} : rien n'est changé."));
            output.say(&format!("Ensuite : missive status --campaign {id}"));
            return Ok(Exit::Done);
        }
    };
    let (missing, day) = (&proposal.missing, proposal.day);
    say_missing(output, id, &proposal, &Labels::of_records(&snapshot.workspace.loaded.records));
    let refuse = |refusal: CloseRefusal| {
        show(missing, None);
        CommandError::from(refusal)
    };
    if let Some(obstacle) = proposal.obstacle() {
        return Err(refuse(obstacle));
    }
    let confirmed = ask(output, &proposal, confirm).map_err(refuse)?;
    // Checks again with the lock held: no other computer sends, and what was shown is still true.
    let ledger = match has_ledger {
        true => Some(context::open_ledger(output, common, &project, false)?.0),
        false => None,
    };
    let file = proposal.close(confirmed, ledger.as_ref()).map_err(|failure| match failure {
        CloseFailure::Refused(refusal) => refuse(refusal),
        failure => failure.into(),
    })?;
    show(missing, Some(day));
    let shown = french::date(day);
    output.say(&match day <= today {
        true => format!(
            "Campagne {id} close le {shown} ({file}) : plus rien n'y est produit ni envoyé."
        ),
        false => format!(
            "Campagne {id} : elle sera close le {shown} ({file}) ; d'ici là, rien ne change."
        ),
    });
    output.say(&format!(
        "Ensuite : ranger ce qui revient encore par missive archive add, et garder le compte : missive export compte.xlsx --campaign {id}"
    ));
    Ok(Exit::Done)
}

/// Has a person confirm the letters that are not settled, if there are any; gives their number.
fn ask(
    output: &Output,
    proposal: &CloseProposal<'_>,
    given: Option<usize>,
) -> Result<Option<usize>, CloseRefusal> {
    let unsettled = proposal.missing.unsettled();
    if unsettled == 0 {
        return Ok(None);
    }
    let question = format!(
        "Taper le nombre de lettres non réglées pour clore quand même ({unsettled}), ou Entrée pour renoncer : "
    );
    let confirmed = match confirmed_count(output, given, &question) {
        Confirmation::Count(number) => Some(number),
        Confirmation::Declined | Confirmation::NotAsked => None,
    };
    proposal.confirm(confirmed)?;
    Ok(confirmed)
}

/// Says what is missing, group by group, with what to do.
fn say_missing(output: &Output, id: &str, proposal: &CloseProposal<'_>, labels: &Labels) {
    let letters = count(proposal.account.letters.len(), "lettre", "lettres");
    let (missing, acts) = (&proposal.missing, proposal.account.acts_title());
    output.say(&match (missing.unsettled(), acts) {
        (0, None) => format!("Campagne {id} : {letters}, rien ne manque."),
        (0, Some(acts)) => format!("Campagne {id} : {letters} et {acts}, rien ne manque."),
        (number, None) => format!(
            "Campagne {id} : {letters}, dont {}.",
            count(number, "n'est pas réglée", "ne sont pas réglées")
        ),
        (number, Some(acts)) => format!(
            "Campagne {id} : {letters} et {acts} ; {}, ou un de leurs actes.",
            count(number, "lettre n'est pas réglée", "lettres ne sont pas réglées")
        ),
    });
    for group in &missing.groups {
        let (one, many, todo) = words(group);
        let names = labels.letters(&group.letters);
        output.say(&format!("  {} : {}", count(names.len(), one, many), few(&names)));
        output.say(&format!("    à faire : {todo}"));
    }
    for group in &missing.acts {
        let (one, many, todo) = act_words(group);
        let name = |act: &MissingAct| {
            format!("{} (révision {})", labels.letter(&act.reference), act.revision)
        };
        let names: Vec<String> = group.acts.iter().map(name).collect();
        let (one, many) = (
            format!("avenant ou fin de mission {one}"),
            format!("avenants ou fins de mission {many}"),
        );
        output.say(&format!("  {} : {}", count(names.len(), &one, &many), few(&names)));
        output.say(&format!("    à faire : {todo}"));
    }
    for name in &missing.ambiguous {
        output.say(&format!("  message au sort incertain : {}", labels.letter(name)));
    }
}

/// What to do about a message that came back in error.
const AGAIN: &str =
    "corriger l'adresse, puis missive run ; ou, à la même adresse : missive send --again RÉFÉRENCE";

/// What acts that wait for the same thing are called, and what to do about them.
fn act_words(group: &MissingActs) -> (&'static str, &'static str, &'static str) {
    let (one, many) = match group.state {
        ActState::Awaiting if group.is_overdue => {
            ("transmis, en retard de signature", "transmis, en retard de signature")
        }
        state => state.french(),
    };
    let todo = match group.state {
        ActState::Draft => "missive generate, puis missive send",
        ActState::Blocked => "corriger ce que montre missive check, puis missive run",
        ActState::Ready | ActState::Deferred => "missive send",
        ActState::Deposited => {
            "s'ils sont partis, le dire : missive resolve --deposited --handed-over --why \"…\" ; sinon, les envoyer"
        }
        ActState::Refused => "corriger l'adresse, puis missive run",
        ActState::Bounced => AGAIN,
        ActState::Ambiguous => "missive resolve RÉFÉRENCE --handed-over ou --not-sent, avec --why",
        ActState::ToReview => "missive archive review",
        ActState::Awaiting if !group.is_overdue => "attendre leur retour",
        ActState::Awaiting | ActState::PartlySigned => {
            "missive send --remind, ou ne plus rien attendre : missive archive waive RÉFÉRENCE --revision rN --why \"…\""
        }
        // Settled acts are in no group.
        ActState::Signed
        | ActState::Declined
        | ActState::Waived
        | ActState::Information
        | ActState::Withdrawn => "rien",
    };
    (one, many, todo)
}

/// What a group is called, and what to do about it.
fn words(group: &MissingGroup) -> (&'static str, &'static str, &'static str) {
    let (one, many) = group.state.french();
    const REMIND: &str = "missive send --remind, ou ne plus rien attendre : missive archive waive RÉFÉRENCE --why \"…\"";
    match group.state {
        LetterState::Draft => (one, many, "missive generate, puis missive send"),
        LetterState::Blocked => {
            (one, many, "corriger ce que montre missive check, puis missive run")
        }
        LetterState::Ready | LetterState::Deferred => (one, many, "missive send"),
        LetterState::Deposited => (
            "déposée dans la boîte d'envoi, sans que l'on sache si elle est partie",
            "déposées dans la boîte d'envoi, sans que l'on sache si elles sont parties",
            "si oui, le dire : missive resolve --deposited --handed-over --why \"…\" ; sinon, les envoyer",
        ),
        LetterState::Refused => (one, many, "corriger l'adresse, puis missive run"),
        LetterState::Ambiguous => {
            (one, many, "missive resolve RÉFÉRENCE --handed-over ou --not-sent, avec --why")
        }
        LetterState::Bounced => (one, many, AGAIN),
        LetterState::ToReview => (one, many, "missive archive review"),
        LetterState::PartlySigned => (one, many, REMIND),
        LetterState::HandedOver if group.is_overdue => {
            ("transmise, en retard de signature", "transmises, en retard de signature", REMIND)
        }
        LetterState::HandedOver => {
            ("transmise, attendue signée", "transmises, attendues signées", "attendre son retour")
        }
        // Settled letters are in no group.
        LetterState::Signed
        | LetterState::Declined
        | LetterState::Waived
        | LetterState::Withdrawn => (one, many, "rien"),
    }
}
