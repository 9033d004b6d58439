//! `missive plan`: what would be done and why, like changes together, the exceptions after.

use crate::app::approval::proof_error::HOW_TO_APPROVE;
use crate::app::campaign::check;
use crate::app::campaign::plan::{PlanOutcome, PlanRequest, plan};
use crate::app::heads_in_office::ComingHead;
use crate::app::letters::outdated::OutdatedReason;
use crate::app::names::labels::Labels;
use crate::app::resolved_campaign::ResolveOptions;
use crate::app::wording::{count, few};
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::letter::french;
use crate::plan::reasons::{Cause, Reason};
use crate::plan::summary::{self, Group};
use crate::plan::{Action, PlannedLetter, wording};
use crate::records::values::CampaignId;
use crate::render::worker_pool;
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeMap;

/// Groups shown in full; the rest is in `--json`.
const SHOWN: usize = 25;

/// Plans a campaign.
pub fn run(
    output: &Output,
    common: &Common,
    except: &[String],
    as_of: Option<Date>,
    jobs: Option<u16>,
) -> Result<Exit, CommandError> {
    let opened = context::open_project(common, except)?;
    let workspace = &opened.workspace;
    let today = context::today(common);
    let options = ResolveOptions { today, as_of, rehearsal: false, beforehand: false };
    let (resolved, found) = check::check(workspace, opened.campaign.as_ref(), options);
    let campaign = opened.campaign.as_ref().map(CampaignId::as_str);
    let Some(resolved) = resolved else {
        output.project_problems(&found.problems, false);
        output.say("Ensuite : corriger ces erreurs ; « missive check » les redonne.");
        let body = json!({ "check": found });
        output.document("plan", campaign, body);
        return Ok(Exit::Invalid);
    };
    let ledger = context::read_ledger(output, common, &workspace.project)?;
    let request = PlanRequest {
        check: &found,
        workspace,
        campaign: opened.campaign.as_ref(),
        as_of,
        today,
        now: context::clock(common).now(),
        jobs: worker_pool::workers(jobs),
    };
    let ledger = ledger.as_ref().map(|(ledger, _)| ledger);
    let bar = output.bar(resolved.desired.letters.len());
    let planned = plan(&resolved, ledger, &request, |letters| bar.inc(letters as u64));
    bar.finish_and_clear();
    let planned = planned?;
    let labels = Labels::of_records(&workspace.loaded.records);
    for failure in &planned.failures {
        let mut problem = failure.problem.clone();
        problem.message = format!("{} : {}", labels.message(&failure.name), problem.message);
        output.problems(&[problem], &workspace.loaded.sources, true);
    }
    output.located_problems(&planned.problems, true);
    show(output, &planned, &labels);
    output.document("plan", campaign, json!(planned));
    Ok(if planned.failed > 0 { Exit::Partial } else { Exit::Done })
}

fn show(output: &Output, plan: &PlanOutcome, labels: &Labels) {
    let (counts, as_of) = (plan.letters, plan.as_of);
    let mut parts = Vec::new();
    for (number, one, many) in [
        (counts.new, "à produire", "à produire"),
        (counts.changed, "dont le texte change", "dont le texte change"),
        (counts.cosmetic, "dont seule la présentation change", "dont seule la présentation change"),
        (counts.unchanged, "inchangée", "inchangées"),
        (counts.withdrawn, "à retirer", "à retirer"),
        (plan.failed, "impossible à produire", "impossibles à produire"),
    ] {
        if number > 0 {
            parts.push(count(number, one, many));
        }
    }
    let total = counts.total() + plan.failed;
    let under = as_of.map_or(String::new(), |date| {
        format!(" sous le cadre en vigueur le {}", french::date(date))
    });
    output.say(&format!(
        "{}{under} : {}.",
        count(total, "lettre", "lettres"),
        if parts.is_empty() { "rien à faire".to_owned() } else { parts.join(", ") }
    ));
    say_outdated(output, plan, labels);
    let groups = summary::groups(&plan.actions);
    for group in groups.iter().filter(|group| group.action != Action::Create).take(SHOWN) {
        for line in lines(group, labels) {
            output.say(&line);
        }
    }
    if groups.len() > SHOWN {
        output.say(&format!(
            "… et {} (avec --json).",
            count(groups.len() - SHOWN, "autre groupe", "autres groupes")
        ));
    }
    say_coming_heads(output, &plan.coming_heads);
    if as_of.is_some() {
        output.say("C'est une question : rien n'est écrit, rien n'est retenu.");
        return;
    }
    say_messages(output, plan, labels);
}

/// How many messages would go, and what comes next.
fn say_messages(output: &Output, plan: &PlanOutcome, labels: &Labels) {
    for sentence in [&plan.to_referents, &plan.designations].into_iter().flatten() {
        output.say(sentence);
    }
    let messages = plan.messages;
    output.say(&format!(
        "{} à envoyer{}{}{}.",
        count(messages.to_send, "message", "messages"),
        match messages.to_referents {
            0 => String::new(),
            number => format!(", dont {}", count(number, "au référent", "aux référents")),
        },
        if messages.waiting > 0 {
            format!(", {}", count(messages.waiting, "différé", "différés"))
        } else {
            String::new()
        },
        if messages.ambiguous > 0 {
            format!(", {} au sort incertain (missive resolve)", messages.ambiguous)
        } else {
            String::new()
        },
    ));
    let approval = plan.approval.as_ref().map(|approval| approval.sentences(labels));
    approval.into_iter().flatten().for_each(|sentence| output.say(&sentence));
    for (number, one, many) in [
        (
            messages.deposited,
            "message est dans la boîte d'envoi, à envoyer à la main",
            "messages sont dans la boîte d'envoi, à envoyer à la main",
        ),
        (
            messages.reminders,
            "rappel est dû (missive send --remind)",
            "rappels sont dus (missive send --remind)",
        ),
        (
            messages.designations,
            "demande de désigner un référent peut partir (missive send --ask-referent)",
            "demandes de désigner un référent peuvent partir (missive send --ask-referent)",
        ),
        (
            messages.designation_reminders,
            "rappel de demande est dû (missive send --ask-referent --remind)",
            "rappels de demandes sont dus (missive send --ask-referent --remind)",
        ),
    ] {
        if number > 0 {
            output.say(&format!("{}.", count(number, one, many)));
        }
    }
    say_next(output, plan);
}

/// What comes next.
fn say_next(output: &Output, plan: &PlanOutcome) {
    let messages = plan.messages;
    let is_done = |letter: &PlannedLetter| letter.made || letter.action == Action::Keep;
    let quiet =
        messages.to_send == 0 && plan.outdated.is_empty() && plan.actions.iter().all(is_done);
    // Letters that are not made before a person has decided something about them.
    let is_undecided = |letter: &&PlannedLetter| !is_done(letter) && letter.note.is_some();
    let undecided: Vec<&str> =
        plan.actions.iter().filter(is_undecided).map(|letter| letter.reference.as_str()).collect();
    let waits = |reference: &String| undecided.contains(&reference.as_str());
    let is_waiting = messages.to_send == 0
        && plan.outdated.iter().all(|message| message.letters.iter().all(waits))
        && plan.actions.iter().all(|letter| is_done(letter) || is_undecided(&letter));
    if quiet && messages.ambiguous == 0 && messages.unapproved.unwrap_or(0) > 0 {
        return output.say(&format!("Ensuite : {HOW_TO_APPROVE}"));
    }
    output.say(match (messages.ambiguous, quiet) {
        (0, true) if messages.deposited > 0 => {
            "Ensuite : envoyer à la main les messages déposés, puis le dire : missive resolve --deposited --handed-over --why \"…\""
        }
        (0, true) if messages.reminders > 0 => {
            "Ensuite : relancer ce qui n'est pas revenu : missive send --remind"
        }
        (0, true) if messages.designation_reminders > 0 => {
            "Ensuite : relancer qui n'a pas répondu : missive send --ask-referent --remind"
        }
        (0, true) if messages.designations > 0 => {
            "Ensuite : demander de désigner un référent : missive send --ask-referent"
        }
        (0, true) => "Ensuite : rien à faire.",
        (0, false) if is_waiting => "Ensuite : régler d'abord ce qui est « à savoir » ci-dessus.",
        (0, false) => "Ensuite : missive run",
        _ => "Ensuite : dire ce que sont devenus ces messages, avec « missive resolve ».",
    });
}

/// Heads who come later, each with the day and the person in office until then.
fn say_coming_heads(output: &Output, coming: &[ComingHead]) {
    for head in coming {
        let ComingHead { school, name, since, until_then, .. } = head;
        let until_then = until_then.as_ref().map_or(String::new(), |in_office| {
            format!(" ; jusque-là, {in_office} reste en fonction et rien ne change")
        });
        output.say(&format!(
            "• {school} : {name} prend la direction le {}{until_then}",
            french::date(*since)
        ));
    }
}

/// Messages whose letters are as they were, but something else is not.
fn say_outdated(output: &Output, plan: &PlanOutcome, labels: &Labels) {
    let mut by_reason: BTreeMap<OutdatedReason, Vec<String>> = BTreeMap::new();
    let enclosures =
        plan.outdated.iter().flat_map(|message| &message.enclosures).cloned().collect();
    for message in &plan.outdated {
        for reason in message.reasons.iter().filter(|reason| !reason.is_told_by_letters()) {
            by_reason.entry(*reason).or_default().push(labels.school(&message.uai));
        }
    }
    for (reason, schools) in by_reason {
        output.say(&format!(
            "• {} : {}\n    ce qui a changé : {}",
            count(schools.len(), "message à refaire", "messages à refaire"),
            few(&schools),
            reason.told(&enclosures)
        ));
    }
}

/// A group: what is done, to how many, why, and an example.
fn lines(group: &Group<'_>, labels: &Labels) -> Vec<String> {
    let number = group.letters.len();
    let what = wording::group(group);
    let is_as_it_was = matches!(group.action, Action::Keep | Action::Readdress);
    let done = match !is_as_it_was && group.letters.iter().all(|letter| letter.made) {
        true => " (déjà refaite)",
        false => "",
    };
    let names = labels.letters(group.letters.iter().map(|letter| &letter.reference));
    let mut lines =
        vec![format!("• {} {what}{done} : {}", count(number, "lettre", "lettres"), few(&names))];
    const MOST: usize = 6;
    for reason in group.reasons.iter().take(MOST) {
        lines.extend(reason_lines(reason, number > 1));
    }
    if group.reasons.len() > MOST {
        let more = group.reasons.len() - MOST;
        lines.push(format!("    … et {}", count(more, "autre différence", "autres différences")));
    }
    lines.extend(group.letters[0].note.iter().map(|note| format!("    à savoir : {note}")));
    lines
}

fn reason_lines(reason: &Reason, example: bool) -> Vec<String> {
    let place = reason.source.as_deref().map_or(String::new(), |place| format!(" ({place})"));
    let name = match reason.cause {
        Cause::Template => format!("gabarit {}", reason.field),
        Cause::Engine => "missive ou Typst".to_owned(),
        _ => wording::name(reason),
    };
    let (before, after) = summary::shown(&reason.field, &reason.before, &reason.after);
    let such = if example { "par exemple " } else { "" };
    let mut lines = match reason.cause {
        Cause::Template => vec![format!("    {name} modifié")],
        _ => vec![format!("    {name}{place} : {such}{before} → {after}")],
    };
    lines.extend(reason.rule.iter().map(|rule| format!("      {rule}")));
    lines
}
