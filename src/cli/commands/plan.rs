//! `missive plan`: what would be done and why, like changes together, the exceptions after.

use crate::app::campaign::check;
use crate::app::generate::baseline::write_baseline;
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::letters::plan_campaign::{self, Plan};
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::wording::{count, few};
use crate::app::workspace::OpenedProject;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::clock::{Clock, Pretended};
use crate::ledger::{Ledger, LedgerError};
use crate::letter::french;
use crate::letter::issue::Deed;
use crate::plan::history::CampaignHistory;
use crate::plan::reasons::{Cause, Reason};
use crate::plan::summary::{self, Group};
use crate::plan::{Action, Materiality, Orders, wording};
use crate::project::environment;
use crate::records::values::CampaignId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

/// Groups shown in full; the rest is in `--json`.
const SHOWN: usize = 25;

/// Plans a campaign.
pub fn run(
    output: &Output,
    common: &Common,
    except: &[String],
    as_of: Option<Date>,
    jobs: Option<u16>,
) -> Exit {
    let opened = match context::open_or_tell(output, common, except) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let workspace = &opened.workspace;
    let today = environment::today(common.today.as_ref());
    let when = (today, Clock::new(common.today.as_ref()).now());
    let under = ResolveOptions { today, as_of, rehearsal: false, beforehand: false };
    let (resolved, problems) = resolve(&workspace, opened.campaign.as_ref(), under);
    let campaign = opened.campaign.as_ref().map(CampaignId::as_str);
    let Some(resolved) = resolved else {
        output.problems(&problems, &workspace.loaded.sources, true);
        output.say("Ensuite : corriger ces erreurs ; « missive check » les redonne.");
        let body = json!({ "check": check::outcome(workspace, None, &problems) });
        output.document("plan", campaign, body);
        return Exit::Invalid;
    };
    let ledger = match context::peek(output, &workspace.project, common) {
        Ok(found) => found.map(|(ledger, _)| ledger),
        Err(exit) => return exit,
    };
    let known = ledger.as_ref().map_or_else(
        || Ok(CampaignHistory::default()),
        |own| own.history(resolved.desired.campaign.id.as_str()),
    );
    let past = match known {
        Ok(past) => past,
        Err(error) => return context::failed(output, &error),
    };
    let plan = match as_of.filter(|_| past.letters.is_empty()) {
        // Nothing was made yet: the question is what another date would change.
        Some(_) => from_nothing(output, &opened, &resolved, when, jobs),
        None => planned(output, &resolved, &past, ledger.as_ref(), when, jobs),
    };
    let plan = match plan {
        Ok(plan) => plan,
        Err(error) => return context::failed(output, &error),
    };
    let body = json!({
        "as_of": as_of, "letters": plan.counts(), "messages": plan.messages, "actions": plan.letters,
    });
    for (problem, references) in &plan.failures {
        let mut problem = problem.clone();
        problem.message = format!("{} : {}", references.join(", "), problem.message);
        output.problems(&[problem], &workspace.loaded.sources, true);
    }
    say(output, &plan, as_of);
    output.document("plan", campaign, body);
    if plan.failed > 0 { Exit::Partial } else { Exit::Done }
}

fn planned(
    output: &Output,
    resolved: &ResolvedCampaign<'_>,
    past: &CampaignHistory,
    ledger: Option<&Ledger>,
    (today, now): (Date, Timestamp),
    jobs: Option<u16>,
) -> Result<Plan, LedgerError> {
    let orders = Orders::default();
    let evaluator = LetterEvaluator::new(resolved, past, ledger, &orders, today);
    let bar = output.bar(resolved.desired.letters.len());
    let plan = plan_campaign::plan(
        &evaluator,
        now,
        crate::render::worker_pool::workers(jobs),
        |letters| bar.inc(letters as u64),
    );
    bar.finish_and_clear();
    Ok(plan)
}

/// What the rules of a date would change in what today's would give: made in a ledger of its own
/// that is thrown away.
fn from_nothing(
    output: &Output,
    opened: &OpenedProject,
    resolved: &ResolvedCampaign<'_>,
    (today, moment): (Date, Timestamp),
    jobs: Option<u16>,
) -> Result<Plan, LedgerError> {
    let (now, _) =
        resolve(&opened.workspace, opened.campaign.as_ref(), ResolveOptions::today(today));
    let Some(now) = now else { return Ok(Plan::default()) };
    let folder = tempfile::tempdir()?;
    let pretended = Pretended { day: today, moment: None };
    let actor = crate::ledger::Actor { state: None, ..environment::actor(Some(&pretended)) };
    let (ledger, _) = Ledger::open(folder.path(), actor, false)?;
    let orders = Orders::default();
    write_baseline(&now, &ledger, &orders, today, crate::render::worker_pool::workers(jobs))?;
    let past = ledger.history(resolved.desired.campaign.id.as_str())?;
    planned(output, resolved, &past, Some(&ledger), (today, moment), jobs)
}

fn say(output: &Output, plan: &Plan, as_of: Option<Date>) {
    let counts = plan.counts();
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
    let groups = summary::groups(&plan.letters);
    for group in groups.iter().filter(|group| group.action != Action::Create).take(SHOWN) {
        for line in lines(group) {
            output.say(&line);
        }
    }
    if groups.len() > SHOWN {
        output.say(&format!(
            "… et {} (avec --json).",
            count(groups.len() - SHOWN, "autre groupe", "autres groupes")
        ));
    }
    if as_of.is_some() {
        output.say("C'est une question : rien n'est écrit, rien n'est retenu.");
        return;
    }
    let messages = plan.messages;
    output.say(&format!(
        "{} à envoyer{}{}.",
        count(messages.to_send, "message", "messages"),
        if messages.waiting > 0 {
            format!(", {} différés", messages.waiting)
        } else {
            String::new()
        },
        if messages.ambiguous > 0 {
            format!(", {} au sort incertain (missive resolve)", messages.ambiguous)
        } else {
            String::new()
        },
    ));
    let quiet = messages.to_send == 0 && plan.letters.iter().all(|own| own.made);
    output.say(match (messages.ambiguous, quiet) {
        (0, true) => "Ensuite : rien à faire.",
        (0, false) => "Ensuite : missive run",
        _ => "Ensuite : dire ce que sont devenus ces messages, avec « missive resolve ».",
    });
}

/// A group: what is done, to how many, why, and an example.
fn lines(group: &Group<'_>) -> Vec<String> {
    let number = group.letters.len();
    let act = group.letters[0].act;
    let what = match (group.action, group.materiality, act) {
        (Action::Update, Materiality::Cosmetic, _) => "à refaire, même texte",
        (Action::Update, ..) => "à refaire, rien n'étant encore transmis",
        (Action::Reissue, _, Some(Deed::Amendment)) => "à compléter par un avenant",
        (Action::Reissue, ..) => "à annuler et remplacer",
        (Action::End, ..) => "dont la mission prend fin",
        (Action::Readdress, ..) => "à envoyer une fois de plus, inchangée",
        (Action::Withdraw, ..) => "à retirer : plus rien ne la demande",
        (Action::Keep, Materiality::None, _) => "en attente",
        (Action::Keep, ..) => "déjà transmise, gardée : même texte",
        (Action::Create, ..) => "à produire",
    };
    let done = match group.letters.iter().all(|own| own.made) && group.action != Action::Keep {
        true => " (déjà refaite)",
        false => "",
    };
    let names: Vec<&str> = group.letters.iter().map(|own| own.reference.as_str()).collect();
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
    let place = reason.source.as_deref().map_or(String::new(), |own| format!(" ({own})"));
    let name = match reason.cause {
        Cause::Template => format!("gabarit {}", reason.field),
        Cause::Engine => "missive ou Typst".to_owned(),
        _ => wording::name(reason),
    };
    let (before, after) = summary::shown(&reason.before, &reason.after);
    let such = if example { "par exemple " } else { "" };
    let mut lines = match reason.cause {
        Cause::Template => vec![format!("    {name} modifié")],
        _ => vec![format!("    {name}{place} : {such}{before} → {after}")],
    };
    lines.extend(reason.rule.iter().map(|rule| format!("      {rule}")));
    lines
}
