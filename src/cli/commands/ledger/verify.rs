//! `missive ledger verify`: what a check of the ledger found, with a witness and with letters made again.

use crate::app::letters::replay::{ReplayOutcome, ReplayedRevision};
use crate::app::names::labels::Labels;
use crate::app::verification::verify_ledger::{VerifyRequest, different, verify_ledger};
use crate::app::verification::witness_file::{WitnessAction, WitnessFile, WitnessOutcome};
use crate::app::wording::count;
use crate::cli::args::Common;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::ledger::Ledger;
use crate::ledger::integrity::finding::{ChainPart, VerifyReport};
use crate::project::folder::Project;
use indicatif::ProgressBar;
use std::path::Path;

/// Checks the ledger, with `replays` also the letters made again, and with a path the witness there.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    ledger: &Ledger,
    (replays, witness): (bool, Option<&Path>),
) -> Result<Exit, CommandError> {
    let witness = witness.map(|path| WitnessFile::new(project, path)).transpose()?;
    if witness.as_ref().is_some_and(|witness| witness.is_in_project) {
        output.warn(
            "ce témoin est dans le dossier du projet : qui peut changer le journal peut aussi le changer",
        );
    }
    let campaign = common.campaign.as_deref();
    let request = VerifyRequest { project, ledger, witness: witness.as_ref(), replays, campaign };
    let mut bar: Option<ProgressBar> = None;
    let verified = verify_ledger(request, |_, all| {
        bar.get_or_insert_with(|| output.bar(all)).inc(1);
    })?;
    bar.iter().for_each(ProgressBar::finish_and_clear);
    output.value("ledger", campaign, &verified);
    let labels = context::labels(project);
    say_report(output, &verified.report, &labels);
    if let Some(outcome) = &verified.witness {
        output.say(&witness_sentence(outcome));
    }
    if let Some(all) = &verified.replayed {
        say_replayed(output, all, &labels);
    }
    if verified.is_sound() {
        output.say("Tout est en ordre.");
        return Ok(Exit::Done);
    }
    output.say("Ensuite : remettre une sauvegarde de data/ledger, ou demander de l'aide sans rien y changer.");
    Ok(Exit::Partial)
}

fn say_report(output: &Output, report: &VerifyReport, labels: &Labels) {
    output.say(&format!(
        "Journal relu : {}, {}, {}.",
        count(report.events, "événement", "événements"),
        count(report.rows, "ligne", "lignes"),
        count(report.objects, "original", "originaux")
    ));
    output.say(&format!("Enchaînement : {}.", chain(&report.chain)));
    if report.leftovers > 0 {
        output.say(&format!(
            "{} d'une commande en cours ou interrompue : la prochaine les retire.",
            count(report.leftovers, "reste", "restes")
        ));
    }
    for finding in &report.findings {
        output.say(&format!("  anomalie : {}", labels.sentence(&finding.message)));
    }
    for note in &report.notes {
        output.say(&format!("  à savoir : {}", labels.sentence(&note.message)));
    }
    if !report.notes.is_empty() {
        output.say("L'horloge d'un ordinateur a sans doute été remise à l'heure, ou --today donné : rien n'est abîmé pour autant, et les événements se suivent par leurs numéros.");
    }
}

/// Which events rest on which version of the hash.
fn chain(parts: &[ChainPart]) -> String {
    let part = |part: &ChainPart| {
        let events = match part.first == part.last {
            true => format!("événement {}", part.first),
            false => format!("événements {} à {}", part.first, part.last),
        };
        let covered = match part.version {
            1 => "empreinte du contenu (version 1)".to_owned(),
            2 => "empreinte qui reste vérifiable si le contenu est effacé (version 2)".to_owned(),
            other => format!("empreinte inconnue (version {other})"),
        };
        format!("{events}, {covered}")
    };
    parts.iter().map(part).collect::<Vec<_>>().join(" ; ")
}

/// What became of the witness. A point is counted where it was before this command.
fn witness_sentence(outcome: &WitnessOutcome) -> String {
    let name = printable_text::of_path(&outcome.path);
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

fn say_replayed(output: &Output, replayed: &[ReplayedRevision], labels: &Labels) {
    let same = replayed.len() - different(replayed).count();
    output.say(&format!(
        "{} sur {} donnent les mêmes octets.",
        count(same, "lettre refaite", "lettres refaites"),
        replayed.len()
    ));
    for one in different(replayed) {
        output.say(&format!("  {}", replayed_line(one, labels)));
    }
}

fn replayed_line(replayed: &ReplayedRevision, labels: &Labels) -> String {
    let name = labels.letter(&replayed.reference);
    let name = format!("{name}, révision {}", replayed.revision);
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
