//! `missive ledger verify`: what a check of the ledger found, with a witness and with letters made again.

use crate::app::letters::replay::{ReplayOutcome, ReplayedRevision, replay_revisions};
use crate::app::verification::verify_ledger::verify_ledger;
use crate::app::verification::witness_file::{WitnessAction, WitnessFile, WitnessOutcome};
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::cli::args::Common;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::ledger::Ledger;
use crate::ledger::integrity::finding::{Finding, VerifyReport};
use crate::project::folder::Project;
use serde_json::{Value, json};
use std::path::Path;

/// Checks the ledger, with `replay` also the letters made again, and with a path the witness there.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    ledger: &Ledger,
    (replay, witness): (bool, Option<&Path>),
) -> Result<Exit, CommandError> {
    let witness = witness.map(|path| WitnessFile::new(project, path)).transpose()?;
    if witness.as_ref().is_some_and(|witness| witness.is_in_project) {
        output.warn(
            "ce témoin est dans le dossier du projet : qui peut changer le journal peut aussi le changer",
        );
    }
    let verified = verify_ledger(ledger, witness.as_ref())?;
    let report = verified.report;
    let replayed = match replay && report.findings.is_empty() {
        true => Some(replay_all(output, common, project, ledger)?),
        false => None,
    };
    let witness = witness.zip(verified.witness);
    output.document(
        "ledger",
        common.campaign.as_deref(),
        json!({
            "events": report.events, "rows": report.rows, "objects": report.objects,
            "leftovers": report.leftovers,
            "findings": findings_json(&report.findings),
            "notes": findings_json(&report.notes),
            "witness": witness.as_ref().map(|(file, outcome)| witness_json(file, outcome)),
            "replay": replayed.as_ref().map(|all| json!({
                "revisions": all.len(), "same": all.len() - different(all).count(),
                "differences": different(all).map(replayed_json).collect::<Vec<_>>(),
            })),
        }),
    );
    say_report(output, &report);
    if let Some((file, outcome)) = &witness {
        output.say(&witness_sentence(file, outcome));
    }
    if let Some(all) = &replayed {
        say_replayed(output, all);
    }
    let all_same = replayed.iter().flatten().all(|one| matches!(one.outcome, ReplayOutcome::Same));
    if report.findings.is_empty() && all_same {
        output.say("Tout est en ordre.");
        return Ok(Exit::Done);
    }
    output.say("Ensuite : remettre une sauvegarde de data/ledger, ou demander de l'aide sans rien y changer.");
    Ok(Exit::Partial)
}

fn replay_all(
    output: &Output,
    common: &Common,
    project: &Project,
    ledger: &Ledger,
) -> Result<Vec<ReplayedRevision>, CommandError> {
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    let revisions = ledger.handed_over(common.campaign.as_deref())?;
    let bar = output.bar(revisions.len());
    let replayed = replay_revisions(ledger, &workspace.loaded.templates, revisions, || bar.inc(1))?;
    bar.finish_and_clear();
    Ok(replayed)
}

fn different(replayed: &[ReplayedRevision]) -> impl Iterator<Item = &ReplayedRevision> {
    replayed.iter().filter(|one| !matches!(one.outcome, ReplayOutcome::Same))
}

fn findings_json(findings: &[Finding]) -> Vec<Value> {
    let findings = findings.iter();
    findings.map(|one| json!({ "code": one.code, "message": one.message })).collect()
}

fn replayed_json(replayed: &ReplayedRevision) -> Value {
    let (outcome, why) = match &replayed.outcome {
        ReplayOutcome::Same => ("same", Vec::new()),
        ReplayOutcome::Differs(inputs) => ("differs", inputs.clone()),
        ReplayOutcome::Impossible(error) => ("impossible", vec![error.to_string()]),
    };
    json!({
        "reference": replayed.reference, "revision": replayed.revision,
        "outcome": outcome, "why": why,
    })
}

fn witness_json(file: &WitnessFile, outcome: &WitnessOutcome) -> Value {
    json!({
        "file": printable_text::of_path(&file.path), "outcome": outcome.action.as_str(),
        "points": outcome.points, "since": outcome.since,
        "event": outcome.last.seq, "hash": outcome.last.hash,
    })
}

fn say_report(output: &Output, report: &VerifyReport) {
    output.say(&format!(
        "Journal relu : {}, {}, {}.",
        count(report.events, "événement", "événements"),
        count(report.rows, "ligne", "lignes"),
        count(report.objects, "original", "originaux")
    ));
    if report.leftovers > 0 {
        output.say(&format!(
            "{} d'une commande en cours ou interrompue : la prochaine les retire.",
            count(report.leftovers, "reste", "restes")
        ));
    }
    for finding in &report.findings {
        output.say(&format!("  anomalie : {}", finding.message));
    }
    for note in &report.notes {
        output.say(&format!("  à savoir : {}", note.message));
    }
    if !report.notes.is_empty() {
        output.say("L'horloge d'un ordinateur a sans doute été remise à l'heure, ou --today donné : rien n'est abîmé pour autant, et les événements se suivent par leurs numéros.");
    }
}

/// What became of the witness. A point is counted where it was before this command.
fn witness_sentence(file: &WitnessFile, outcome: &WitnessOutcome) -> String {
    let name = printable_text::of_path(&file.path);
    let agrees = |points: usize| {
        let since = usize::try_from(outcome.since.unwrap_or_default()).unwrap_or(0);
        format!(
            "Le témoin {name} concorde ({}) : {} depuis",
            count(points, "point", "points"),
            count(since, "événement", "événements")
        )
    };
    match outcome.action {
        WitnessAction::Disagrees(_) => {
            format!("Le témoin {name} ne concorde pas : il est laissé tel quel.")
        }
        WitnessAction::NotExtended => format!(
            "Le témoin {name} concorde, mais n'est pas complété : le journal a des anomalies."
        ),
        WitnessAction::NotCreated => {
            "Aucun témoin n'est écrit : le journal a des anomalies.".to_owned()
        }
        WitnessAction::Unchanged => format!("{}.", agrees(outcome.points)),
        WitnessAction::Extended => {
            format!("{} ; ils y sont ajoutés.", agrees(outcome.points - 1))
        }
        WitnessAction::Created => format!(
            "Témoin écrit dans {name} (événement {}). À garder hors du dossier du projet.",
            outcome.last.seq
        ),
    }
}

fn say_replayed(output: &Output, replayed: &[ReplayedRevision]) {
    let same = replayed.len() - different(replayed).count();
    output.say(&format!(
        "{} sur {} donnent les mêmes octets.",
        count(same, "lettre refaite", "lettres refaites"),
        replayed.len()
    ));
    for one in different(replayed) {
        output.say(&format!("  {}", replayed_line(one)));
    }
}

fn replayed_line(replayed: &ReplayedRevision) -> String {
    let name = format!("{} r{}", replayed.reference, replayed.revision);
    match &replayed.outcome {
        ReplayOutcome::Same => format!("{name} : mêmes octets"),
        ReplayOutcome::Differs(inputs) if inputs.is_empty() => {
            format!("{name} : d'autres octets, sans cause connue")
        }
        ReplayOutcome::Differs(inputs) => {
            format!("{name} : d'autres octets ({})", inputs.join(" ; "))
        }
        ReplayOutcome::Impossible(error) => format!("{name} : ne peut pas être refaite ({error})"),
    }
}
