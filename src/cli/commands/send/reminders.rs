//! `send --remind`: a short reminder to the schools whose signed copy is missing, over the relay
//! with the same guarantees as any message, or into the outbox.

use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::deposit::outbox_file;
use crate::app::sending::freeze::Failed;
use crate::app::sending::queue::{self, Preview};
use crate::app::sending::reminders::{self, Due, Made};
use crate::app::wording::count;
use crate::cli::args::Deposit;
use crate::cli::commands::send::command::Desk;
use crate::cli::commands::send::outcome_view::{Ended, nothing};
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::clock::Clock;
use crate::deliver::log::SendLog;
use crate::deliver::outbox::Outbox;
use crate::ledger::{Ledger, LedgerError};
use crate::mail::message::Way;
use crate::plan::Orders;
use crate::plan::past::{CampaignHistory, Route};
use crate::render::template_names::REMINDER;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Reminders made in one transaction.
const BATCH: usize = 24;

/// Whether the project can write reminders; the answer is what ends the command.
fn template(resolved: &ResolvedCampaign<'_>) -> Option<(String, String)> {
    let there = resolved.templates.iter().any(|file| file.path == REMINDER);
    (!there).then(|| {
        (
            format!("il manque le gabarit des rappels, templates/{REMINDER}"),
            "le copier d'un projet neuf : missive init essai, puis essai/templates/reminder.typ"
                .to_owned(),
        )
    })
}

/// How a call ends that finds nothing to send.
fn nothing_due(output: &Output, due: &Due<'_, '_>, waiting: usize) -> Ended {
    tell_nothing(output, due);
    let mut body = nothing();
    body["deferred"] = waiting.into();
    body["refused"] = due.refused.into();
    body["ambiguous"] = due.ambiguous.into();
    let told = |number: usize, one: &str, many: &str, todo: &str| {
        if number > 0 {
            output.say(&format!("  {}. Ensuite : {todo}", count(number, one, many)));
        }
        number > 0
    };
    let later = told(
        waiting,
        "rappel est différé",
        "rappels sont différés",
        "missive send --remind --wait",
    );
    let refused = told(due.refused, "rappel est rejeté", "rappels sont rejetés", "missive status");
    let complaint = (due.ambiguous > 0).then(|| {
        let number = count(due.ambiguous, "rappel a un sort incertain", "rappels ont un sort incertain");
        (number, "dire ce qu'il en est : missive resolve MESSAGE-ID --handed-over ou --not-sent, avec --why".to_owned())
    });
    let exit = match (&complaint, later || refused) {
        (_, true) => Exit::Partial,
        (Some(_), false) => Exit::Decide,
        (None, false) => Exit::Done,
    };
    Ended { exit, body, complaint }
}

/// Why nothing is due.
fn tell_nothing(output: &Output, due: &Due<'_, '_>) {
    output.say("Aucun rappel à envoyer.");
    if due.deposited > 0 {
        output.say(&format!(
            "  {} déjà dans la boîte d'envoi : les envoyer, puis le dire : missive resolve --deposited --handed-over --why \"…\"",
            count(due.deposited, "rappel est", "rappels sont")
        ));
    }
    if due.early + due.recent + due.refused + due.ambiguous + due.deposited == 0 {
        output.say("  Aucune lettre transmise n'attend son retour. Ensuite : missive status");
    }
    if due.early > 0 {
        output.say(&format!(
            "  {} : la date de retour n'est pas passée.",
            count(due.early, "lettre attend encore", "lettres attendent encore")
        ));
    }
    if due.recent > 0 {
        output.say(&format!(
            "  {} il y a peu (remind_every, dans missive.toml).",
            count(due.recent, "établissement a été relancé", "établissements ont été relancés")
        ));
    }
}

fn preview(resolved: &ResolvedCampaign<'_>, ledger: &Ledger, due: &Due<'_, '_>) -> Preview {
    let mut preview = Preview::default();
    let control = u32::from(resolved.settings.mail.control_copy.is_some());
    let mut add = |to: &str, subject: &str, names: Vec<String>, octets: u64| {
        let domain = to.rsplit('@').next().unwrap_or_default().to_lowercase();
        *preview.domains.entry(domain).or_default() += 1;
        preview.recipients.push(1 + control);
        preview.octets += octets;
        preview.largest = preview.largest.max(octets);
        if preview.first.len() < queue::SHOWN {
            preview.first.push((to.to_owned(), subject.to_owned(), names));
        }
    };
    for (message, mailing) in &due.open {
        let octets = message.bytes.as_deref().and_then(|own| ledger.store.size(own)).unwrap_or(0);
        let names = resolved.letter_files(mailing);
        add(message.address.as_deref().unwrap_or_default(), &message.subject, names, octets);
    }
    for own in &due.fresh {
        let sizes = own.revisions.iter().filter_map(|revision| ledger.store.size(&revision.issued));
        let to = own.mailing.address.map_or("", |to| to.as_str());
        let subject = format!("[{}] Rappel…", resolved.desired.mailing_name(&own.mailing));
        add(to, &subject, resolved.letter_files(&own.mailing), queue::on_the_wire(sizes.sum()));
    }
    preview
}

/// Makes the reminders that are due, and lets each row be written with what `keep` adds.
fn make(
    evaluator: &LetterEvaluator<'_>,
    ledger: &Ledger,
    due: &Due<'_, '_>,
    (clock, way): (&Clock, Way),
    mut keep: impl FnMut(&mut crate::ledger::write::Change<'_>, i64, &Made) -> Result<(), LedgerError>,
) -> Result<Result<BTreeSet<i64>, String>, LedgerError> {
    let mut ids = BTreeSet::new();
    for batch in due.fresh.chunks(BATCH) {
        let mut made = Vec::with_capacity(batch.len());
        for own in batch {
            match reminders::make(evaluator, ledger, own, clock.day(), way) {
                Ok(own) => made.push(own),
                Err(Failed::Problem(problem)) => return Ok(Err(problem.message.clone())),
                Err(Failed::Disk(error)) => return Err(error.into()),
            }
        }
        let kept = ledger.write(|change| {
            let mut kept = Vec::new();
            for own in &made {
                let id = own.keep(change)?;
                keep(change, id, own)?;
                kept.push(id);
            }
            Ok(kept)
        })?;
        ids.extend(kept);
    }
    Ok(Ok(ids))
}

/// Over the relay.
pub fn send(
    desk: &Desk<'_>,
    past: &CampaignHistory,
    deposit: &Deposit,
    clock: &Clock,
) -> Result<Ended, LedgerError> {
    if let Some((message, todo)) = template(desk.resolved) {
        return Ok(Ended {
            exit: Exit::Invalid,
            body: nothing(),
            complaint: Some((message, todo)),
        });
    }
    let orders = Orders::default();
    let evaluator =
        LetterEvaluator::new(desk.resolved, past, Some(desk.ledger), &orders, clock.day());
    let mut due = reminders::due(&evaluator, past, desk.only, clock.day());
    // Those that are due, those that are not, those to be made: in this order `--limit` takes them.
    let (mut open, mut later): (Vec<_>, Vec<_>) =
        std::mem::take(&mut due.open).into_iter().partition(|(own, _)| own.is_due(clock.now()));
    let waiting = later.len();
    if !deposit.wait {
        later.clear();
    }
    let all = open.len() + due.fresh.len() + later.len();
    let now = deposit.limit.unwrap_or(all).min(all);
    open.truncate(now);
    due.fresh.truncate(now - open.len());
    later.truncate(now - open.len() - due.fresh.len());
    if now == 0 {
        return Ok(nothing_due(desk.output, &due, waiting));
    }
    let later_ids: BTreeSet<i64> = later.iter().map(|(own, _)| own.id).collect();
    let open_ids: BTreeSet<i64> = open.iter().map(|(own, _)| own.id).collect();
    due.open = open.into_iter().chain(later).collect();
    let throttle = desk.throttle(clock)?;
    let preview = preview(desk.resolved, desk.ledger, &due);
    desk.show("rappel", "rappels", &preview, &[(all - now, LEFT.0, LEFT.1)], &throttle, clock);
    if let Some(ended) = desk.confirm(deposit.confirm, [now, now - later_ids.len(), all]) {
        return Ok(ended);
    }
    let relay = match desk.relay() {
        Ok(relay) => relay,
        Err(ended) => return Ok(ended),
    };
    let mail = &desk.resolved.settings.mail;
    let made = make(
        &evaluator,
        desk.ledger,
        &due,
        (clock, Way::Relay(clock.now())),
        |change, id, own| {
            let route = Route {
                from: mail.from.address.as_str().to_owned(),
                to: own.new.address.clone().unwrap_or_default(),
                copies: Vec::new(),
                control: mail.control_copy.as_ref().map(|own| own.as_str().to_owned()),
            };
            change.freeze(id, &own.frozen.message_id, &own.bytes, &route).map(|_| ())
        },
    )?;
    let mut ids = match made {
        Ok(ids) => ids,
        Err(message) => {
            return Ok(Ended {
                exit: Exit::Invalid,
                body: nothing(),
                complaint: Some((
                    format!("{message} ; aucun rappel n'est parti"),
                    format!("corriger templates/{REMINDER}"),
                )),
            });
        }
    };
    ids.extend(open_ids);
    let frozen = desk.past()?;
    let queue = queue::queued(desk.resolved, &frozen, &ids);
    let later = queue::queued(desk.resolved, &frozen, &later_ids);
    let left = waiting - later.len();
    let mut sent = desk.transmit(&frozen, (queue, later), throttle, &relay, deposit.wait, clock);
    sent.deferred += left;
    sent.remaining += all - now;
    let past = desk.past()?;
    Ok(desk.close(&past, sent, clock, "missive send --remind"))
}

/// What `--limit` leaves.
const LEFT: (&str, &str) = (
    "autre rappel reste pour une prochaine fois (--limit)",
    "autres rappels restent pour une prochaine fois (--limit)",
);

/// Into the outbox.
pub fn into_outbox(
    output: &Output,
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    only: Option<&BTreeSet<usize>>,
    limit: Option<usize>,
    clock: &Clock,
) -> (Exit, Value) {
    match fill(output, resolved, ledger, only, limit, clock) {
        Ok(ended) => ended,
        Err(error) => (context::failed(output, &error), Value::Null),
    }
}

fn fill(
    output: &Output,
    resolved: &ResolvedCampaign<'_>,
    ledger: &Ledger,
    only: Option<&BTreeSet<usize>>,
    limit: Option<usize>,
    clock: &Clock,
) -> Result<(Exit, Value), LedgerError> {
    if let Some((message, todo)) = template(resolved) {
        output.fail(&message, &todo);
        return Ok((Exit::Invalid, Value::Null));
    }
    let past = ledger.past(resolved.desired.campaign.id.as_str())?;
    let orders = Orders::default();
    let evaluator = LetterEvaluator::new(resolved, &past, Some(ledger), &orders, clock.day());
    let mut due = reminders::due(&evaluator, &past, only, clock.day());
    due.fresh.truncate(limit.unwrap_or(usize::MAX));
    if due.fresh.is_empty() {
        tell_nothing(output, &due);
        return Ok((Exit::Done, json!({ "deposited": 0 })));
    }
    let retire = due.retire.clone();
    ledger.write(|change| retire.iter().try_for_each(|id| change.retire(*id)))?;
    let out = resolved.project.path(&resolved.output);
    let outbox = Outbox::new(out.join("outbox"));
    std::fs::create_dir_all(outbox.folder())?;
    let log = SendLog::new(&out, clock.day());
    let made =
        make(&evaluator, ledger, &due, (clock, Way::Outbox(clock.day())), |change, id, own| {
            let file = Outbox::reminder_name(&own.new.uai, own.new.number);
            change.deposit(id, &own.frozen.message_id, &own.bytes, &file)
        })?;
    let ids = match made {
        Ok(ids) => ids,
        Err(message) => {
            output.fail(&message, &format!("corriger templates/{REMINDER}"));
            return Ok((Exit::Invalid, Value::Null));
        }
    };
    // The rows are there; the files follow, as for any message.
    let past = ledger.past(resolved.desired.campaign.id.as_str())?;
    for message in ids.iter().filter_map(|id| past.reminders.get(id)) {
        let bytes = ledger.store.get(message.bytes.as_deref().unwrap_or_default())?;
        let file = outbox_file(message);
        outbox.deposit(&file, &bytes)?;
        let to = message.address.as_deref().unwrap_or_default();
        log.deposited(&file, message.message_id.as_deref().unwrap_or_default(), to)?;
    }
    output.say(&format!(
        "Déposé : {} dans {}/outbox/. Rien n'est encore parti.",
        count(ids.len(), "rappel", "rappels"),
        resolved.shown_output()
    ));
    output.say("Ensuite : les relire, les envoyer depuis votre messagerie, puis le dire : missive resolve --deposited --handed-over --why \"…\"");
    Ok((Exit::Done, json!({ "deposited": ids.len() })))
}
