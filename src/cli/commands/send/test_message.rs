//! `send --test-to`: copies of a few messages to oneself, under another Message-ID; the account of
//! the campaign does not change.

use crate::app::sending::freeze::{self, Failed};
use crate::app::sending::queue::SendQueueState;
use crate::app::wording::{count, few};
use crate::cli::args::Deposit;
use crate::cli::commands::send::command::Desk;
use crate::cli::commands::send::outcome_view::{Ended, nothing};
use crate::cli::exit::Exit;
use crate::clock::Clock;
use crate::deliver::deadline::Hurry;
use crate::deliver::session::{Envelope, Heard, Phase, Session, Unopened};
use crate::ledger::LedgerError;
use crate::letter::mailing::Mailing;
use crate::mail::message::Way;
use crate::plan::past::CampaignHistory;
use crate::records::values::EmailAddress;
use serde_json::json;

/// Messages taken when nothing is chosen.
const FEW: usize = 3;

/// Sends the copies.
pub fn send(
    desk: &Desk<'_>,
    past: &CampaignHistory,
    deposit: &Deposit,
    to: &str,
    clock: &Clock,
) -> Result<Ended, LedgerError> {
    let to: EmailAddress = match to.parse() {
        Ok(to) => to,
        Err(_) => return Ok(usage(format!("« {to} » n'est pas une adresse électronique"))),
    };
    let mail = &desk.resolved.settings.mail;
    let domain = to.domain();
    if !mail.allowed_domains.iter().any(|own| own.covers(&domain)) {
        return Ok(usage(format!("le domaine {domain} n'est pas dans allowed_domains")));
    }
    let limit = deposit.limit.or(desk.only.is_none().then_some(FEW));
    let outlook = SendQueueState::of(desk.resolved, past, desk.only, limit, clock.now());
    if outlook.now.is_empty() {
        let message = "aucun message prêt à essayer";
        return Ok(Ended::asks(
            nothing(),
            message,
            "missive generate, puis missive send --test-to",
        ));
    }
    let relay = match desk.relay() {
        Ok(relay) => relay,
        Err(ended) => return Ok(ended),
    };
    let mut throttle = desk.throttle(clock)?;
    let mut session = match Session::open(&relay, &Hurry::default()) {
        Ok(session) => session,
        Err(why) => return Ok(unopened(&why)),
    };
    let campaign = desk.resolved.desired.campaign.id.as_str();
    let mut names = Vec::new();
    let mut wrong = None;
    for (message, mailing) in &outlook.now {
        let at = throttle.ready_at(clock.now(), 1);
        while clock.now() < at {
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        if session.is_spent() {
            session.close();
            session = match Session::open(&relay, &Hurry::default()) {
                Ok(session) => session,
                Err(why) => return Ok(unopened(&why)),
            };
        }
        let name = desk.resolved.desired.mailing_name(mailing);
        let mut copy = (*message).clone();
        copy.subject = format!("ESSAI – {}", copy.subject);
        let own =
            Mailing { uai: mailing.uai, address: Some(&to), letters: mailing.letters.clone() };
        let way = Way::Trial(clock.now());
        let frozen = match freeze::freeze(desk.resolved, desk.ledger, past, &copy, &own, way) {
            Ok(frozen) => frozen,
            Err(Failed::Problem(problem)) => {
                wrong = Some(problem.message.clone());
                break;
            }
            Err(Failed::Disk(error)) => {
                wrong = Some(crate::files::reason(&error));
                break;
            }
        };
        let body = json!({
            "name": name, "to": to.as_str(), "message_id": frozen.message_id, "recipients": 1,
        });
        desk.ledger.write(|change| change.tested(campaign, body))?;
        throttle.spend(clock.now(), 1);
        let envelope = Envelope {
            from: mail.from.address.as_str().to_owned(),
            recipients: vec![to.as_str().to_owned()],
            id: format!("test.{name}"),
        };
        let answer = match session.address(&envelope, frozen.bytes.len()) {
            Ok(_) => session.message(&frozen.bytes),
            Err(answer) => answer,
        };
        match &answer.heard {
            Heard::Reply(reply) if answer.phase == Phase::End && reply.is_positive() => {
                names.push(name);
            }
            heard => {
                wrong = Some(format!("{name} : « {heard} »"));
                break;
            }
        }
    }
    session.close();
    let mut body = nothing();
    body["tested"] = json!(names);
    if let Some(wrong) = wrong {
        let message = format!("l'essai s'est arrêté : {wrong}");
        return Ok(Ended::refused(body, message, "voir ce qu'en dit « missive probe »"));
    }
    let shown: Vec<&str> = names.iter().map(String::as_str).collect();
    desk.output.say(&format!(
        "Essai : {} à {} ({}). Le compte de la campagne ne change pas.",
        count(names.len(), "copie transmise", "copies transmises"),
        to.as_str(),
        few(&shown)
    ));
    desk.output.say("Ensuite : relire ces messages dans votre boîte, puis missive send");
    Ok(Ended { exit: Exit::Done, body, complaint: None })
}

fn unopened(why: &Unopened) -> Ended {
    let message = format!("{why} ; rien n'est parti");
    Ended::refused(nothing(), message, "voir ce qu'en dit « missive probe »")
}

fn usage(message: String) -> Ended {
    let todo = "donner une adresse du service, dans un domaine de allowed_domains".to_owned();
    Ended { exit: Exit::Usage, body: nothing(), complaint: Some((message, todo)) }
}
