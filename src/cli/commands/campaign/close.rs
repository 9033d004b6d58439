//! `missive campaign close`: what is missing before a campaign ends, then its last day written into
//! its file.

use crate::app::campaign::missing::{Group, Missing};
use crate::app::workspace::Workspace;
use crate::cli::args::Common;
use crate::cli::commands::campaign_snapshot::{Counted, Known};
use crate::cli::commands::generate;
use crate::cli::context::{self, Count};
use crate::cli::exit::Exit;
use crate::cli::ui::output::{Output, count};
use crate::files;
use crate::letter::french;
use crate::plan::account::Account;
use crate::plan::letter_state::LetterState;
use crate::project::Project;
use crate::records::campaign::Campaign;
use crate::records::closing_date;
use jiff::civil::Date;
use serde_json::json;

/// Closes a campaign.
pub fn close(
    output: &Output,
    common: &Common,
    id: &str,
    on: Option<Date>,
    confirm: Option<usize>,
) -> Exit {
    match act(output, common, id, on, confirm) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn act(
    output: &Output,
    common: &Common,
    id: &str,
    on: Option<Date>,
    confirm: Option<usize>,
) -> Result<Exit, Exit> {
    if common.campaign.as_deref().is_some_and(|own| own != id) {
        output.fail("deux campagnes sont nommées", "ne donner que celle à clore, sans --campaign");
        return Err(Exit::Usage);
    }
    let mut common = common.clone();
    common.campaign = Some(id.to_owned());
    let common = &common;
    let project = context::project(output, common)?;
    // From here on nothing is made or sent beside: what is shown is what is closed.
    let _lock = context::lock(output, &project)?;
    let mut known = Known::read(output, common)?;
    let there = known.ledger.take().is_some();
    let known = &known;
    let campaign = record(output, known)?;
    let today = known.today;
    let day = on.unwrap_or(today);
    if let Some(closed) = campaign.closed.as_ref().filter(|closed| closed.value.0 <= day) {
        let missing = Missing::of(&Account::of(&known.past, []), &known.past, campaign, today);
        return Ok(already(output, known, &missing, closed.value.0));
    }
    if day < campaign.date.value.0 {
        output.fail(
            &format!(
                "une campagne ne se clôt pas avant la date de ses lettres ({})",
                campaign.date.value.0
            ),
            "donner un jour plus tardif à --on",
        );
        return Err(Exit::Usage);
    }
    let Counted { resolved, account, .. } = known.count(output)?;
    let Some(resolved) = resolved else {
        output.fail(
            "les données ont des erreurs : ce qui manque à cette campagne ne peut pas être dit, elle n'est pas close",
            "les corriger : « missive check » les montre",
        );
        return Err(Exit::Invalid);
    };
    let missing = Missing::of(&account, &known.past, campaign, today);
    tell(output, known, &account, &missing);
    let asks = |message: &str, todo: &str| {
        document(output, known, &missing, None);
        output.fail(message, todo);
        Exit::Decide
    };
    if known.older {
        return Err(asks(
            "la campagne n'est pas close : le journal des envois est plus ancien que celui que cet ordinateur a connu, ou en est un autre",
            context::OLDER.1,
        ));
    }
    if let Some(first) = missing.ambiguous.first() {
        return Err(asks(
            &format!(
                "la campagne n'est pas close : {}",
                count(
                    missing.ambiguous.len(),
                    "message a un sort incertain",
                    "messages ont un sort incertain"
                )
            ),
            &format!(
                "dire d'abord ce qu'il en est : missive resolve '{first}' --handed-over ou --not-sent, avec --why"
            ),
        ));
    }
    if let Some((message, todo)) = refusal(output, missing.unsettled(), confirm) {
        return Err(asks(&message, &todo));
    }
    // No other computer sends meanwhile either, and what was shown still holds.
    let lease = match there {
        true => Some(context::open_at(output, &project, common, false)?.0),
        false => None,
    };
    if let Some(ledger) = &lease {
        let past = ledger.history(id).map_err(|error| context::failed(output, &error))?;
        let desired: Vec<String> =
            resolved.desired.letters.iter().map(|own| own.reference.to_string()).collect();
        if Account::of(&past, desired.iter().map(String::as_str)) != account {
            return Err(asks(
                "la campagne n'est pas close : le compte a changé entre-temps",
                "relancer la même commande et relire",
            ));
        }
    }
    let file = write(output, known, &project, campaign, day)?;
    document(output, known, &missing, Some(day));
    output.say(&match day <= today {
        true => format!(
            "Campagne {id} close le {} ({file}) : plus rien n'y est produit ni envoyé.",
            french::date(day)
        ),
        false => format!(
            "Campagne {id} : elle sera close le {} ({file}) ; d'ici là, rien ne change.",
            french::date(day)
        ),
    });
    output.say(&format!(
        "Ensuite : ranger ce qui revient encore par missive archive add, et garder le compte : missive export compte.xlsx --campaign {id}"
    ));
    Ok(Exit::Done)
}

/// The campaign's record.
fn record<'k>(output: &Output, known: &'k Known) -> Result<&'k Campaign, Exit> {
    known.record().ok_or_else(|| {
        let wrong = known.workspace.loaded.problems.iter().any(|own| own.is_error());
        match wrong {
            true => {
                output.fail(
                    &format!(
                        "la campagne {} ne se lit pas : les données ont des erreurs",
                        known.campaign
                    ),
                    "les corriger : « missive check » les montre",
                );
                Exit::Invalid
            }
            false => {
                output.fail(
                    &format!("la campagne {} n'existe pas", known.campaign),
                    "donner l'identifiant d'un [campaign] de data/, comme 2026",
                );
                Exit::Usage
            }
        }
    })
}

fn already(output: &Output, known: &Known, missing: &Missing, closed: Date) -> Exit {
    document(output, known, missing, Some(closed));
    let id = &known.campaign;
    output.say(&match known.closed {
        true => format!(
            "La campagne {id} est close depuis le {} : rien n'est changé.",
            french::date(closed)
        ),
        false => format!(
            "La campagne {id} se clôt déjà le {} : rien n'est changé.",
            french::date(closed)
        ),
    });
    output.say(&format!("Ensuite : missive status --campaign {id}"));
    Exit::Done
}

fn document(output: &Output, known: &Known, missing: &Missing, closed: Option<Date>) {
    output.document(
        "campaign-close",
        Some(known.campaign.as_str()),
        json!({
            "closed": closed, "unsettled": missing.unsettled(), "missing": missing.states(),
            "ambiguous_messages": missing.ambiguous,
        }),
    );
}

/// Why the number that a person gives does not close the campaign, and what to do.
fn refusal(output: &Output, unsettled: usize, given: Option<usize>) -> Option<(String, String)> {
    if unsettled == 0 {
        return None;
    }
    let number = count(unsettled, "lettre n'est pas réglée", "lettres ne sont pas réglées");
    let todo = format!("les régler, ou clore quand même : --confirm {unsettled}");
    let question = format!(
        "Taper le nombre de lettres non réglées pour clore quand même ({unsettled}), ou Entrée pour renoncer : "
    );
    let message = match context::confirmed(output, given, &question) {
        Count::Said(said) if said == unsettled => return None,
        Count::Said(said) => format!(
            "la campagne n'est pas close : {}, mais {number}",
            count(said, "confirmée", "confirmées")
        ),
        Count::Declined | Count::Unasked => format!("la campagne n'est pas close : {number}"),
    };
    Some((message, todo))
}

/// Writes the day and reads it back; gives the file's name.
fn write(
    output: &Output,
    known: &Known,
    project: &Project,
    campaign: &Campaign,
    day: Date,
) -> Result<String, Exit> {
    let sources = &known.workspace.loaded.sources;
    let name = sources.path(campaign.place).to_owned();
    let path = project.path(&name);
    let refused = |message: &str, todo: &str| {
        output.fail(&format!("la campagne n'est pas close : {message}"), todo);
        Exit::Environment
    };
    let by_hand = format!("écrire « closed = {day} » sous [campaign], dans {name}");
    let bytes = files::read(&path).map_err(|error| {
        refused(
            &format!("{name} ne peut pas être lu : {}", files::reason(&error)),
            "vérifier vos droits sur ce fichier",
        )
    })?;
    let (mark, text) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (&bytes[..3], rest),
        None => (&bytes[..0], &bytes[..]),
    };
    let read = sources.get(campaign.place.source).map(|own| own.text.clone());
    let Some(read) = read.filter(|read| read.as_bytes() == text) else {
        return Err(refused(&format!("{name} vient d'être modifié"), "relancer la même commande"));
    };
    let Some(edited) = closing_date::close(&read, day) else {
        return Err(refused(
            &format!("{name} est écrit d'une façon que missive ne sait pas compléter"),
            &by_hand,
        ));
    };
    let written = files::replace_durably(&path, &[mark, edited.as_bytes()].concat());
    written.map_err(|error| {
        refused(
            &format!("{name} ne peut pas être écrit : {}", files::reason(&error)),
            "faire de la place ou demander l'accès à ce fichier, puis relancer",
        )
    })?;
    let (again, _) = Workspace::open(project.clone(), &[]);
    let own = again.loaded.records.campaigns.iter().find(|own| own.id.value == campaign.id.value);
    if !own.is_some_and(|own| closing_date::closes_on(own, day)) {
        return Err(refused(&format!("{name} a été écrit, et ne se relit pas ainsi"), &by_hand));
    }
    Ok(name)
}

/// Shows what is missing, group by group, with what to do.
fn tell(output: &Output, known: &Known, account: &Account, missing: &Missing) {
    let all = count(account.letters.len(), "lettre", "lettres");
    let id = &known.campaign;
    output.say(&match missing.unsettled() {
        0 => format!("Campagne {id} : {all}, rien ne manque."),
        number => format!(
            "Campagne {id} : {all}, dont {}.",
            count(number, "n'est pas réglée", "ne sont pas réglées")
        ),
    });
    for group in &missing.groups {
        let (one, many, todo) = words(group);
        let names: Vec<&str> = group.letters.iter().map(String::as_str).collect();
        output.say(&format!("  {} : {}", count(names.len(), one, many), generate::few(&names)));
        output.say(&format!("    à faire : {todo}"));
    }
    for name in &missing.ambiguous {
        output.say(&format!("  message au sort incertain : {name}"));
    }
}

/// What a group is called, and what to do about it.
fn words(group: &Group) -> (&'static str, &'static str, &'static str) {
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
        LetterState::Bounced => (one, many, "corriger l'adresse, puis missive run"),
        LetterState::ToReview => (one, many, "missive archive review"),
        LetterState::PartlySigned => (one, many, REMIND),
        LetterState::HandedOver if group.overdue => {
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
