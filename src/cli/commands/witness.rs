//! `missive ledger verify --witness`: the witness's file, read, compared, written and completed.

use crate::app::wording::count;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::files;
use crate::ledger::Ledger;
use crate::ledger::chain::witness::{Witness, WitnessComparison};
use crate::ledger::integrity::finding::VerifyReport;
use crate::project::folder::Project;
use serde_json::{Value, json};
use std::io;
use std::path::Path;

/// What came of it.
pub struct Witnessed {
    /// For a person.
    pub sentence: String,
    /// For a program.
    pub document: Value,
}

/// Reads a witness; nothing when there is none yet. A file that is none ends the command before the
/// ledger is read.
pub fn read(output: &Output, project: &Project, path: &Path) -> Result<Option<Witness>, Exit> {
    if let Some(why) = context::reserved(project, path) {
        output.fail(&why, "garder le témoin ailleurs que dans le projet : autre disque, courriel");
        return Err(Exit::Usage);
    }
    if is_within(project, path) {
        output.warn(
            "ce témoin est dans le dossier du projet : qui peut changer le journal peut aussi le changer",
        );
    }
    let bytes = match files::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let why = files::reason(&error);
            output.fail(
                &format!("le témoin {} ne peut pas être lu : {why}", printable_text::of_path(path)),
                "vérifier le nom du fichier et vos droits",
            );
            return Err(Exit::Environment);
        }
    };
    let witness = Witness::parse(&bytes).map_err(|error| {
        output.fail(
            &format!("{} n'est pas un témoin du journal : {error}", printable_text::of_path(path)),
            "donner le fichier que « missive ledger verify --witness » a écrit, ou un nom nouveau pour en écrire un autre",
        );
        Exit::Usage
    })?;
    Ok(Some(witness))
}

fn is_within(project: &Project, path: &Path) -> bool {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = whole.parent().and_then(|folder| std::fs::canonicalize(folder).ok());
    let root = std::fs::canonicalize(project.root()).ok();
    folder.zip(root).is_some_and(|(folder, root)| folder.starts_with(root))
}

/// Compares the witness and completes it, or writes the first one; not of a ledger in which something
/// is amiss.
pub fn hold(
    output: &Output,
    ledger: &Ledger,
    report: &mut VerifyReport,
    path: &Path,
    before: Option<Witness>,
) -> Result<Witnessed, Exit> {
    let failed = |error| context::failed(output, &error);
    let last = report.last.clone();
    let compared = match &before {
        Some(witness) => Some(ledger.compare(witness, last.0).map_err(failed)?),
        None => None,
    };
    let wrong = compared.as_ref().zip(before.as_ref()).and_then(|(own, at)| wrong(*own, at));
    let code = wrong.as_ref().map(|(code, _)| *code);
    let points = before.as_ref().map_or(0, |own| own.points.len());
    if let Some((code, message)) = wrong {
        report.find(code, message);
    }
    let since = match compared {
        Some(WitnessComparison::Same { since }) => Some(since),
        _ => None,
    };
    let told = |outcome: &str, points: usize, sentence: String| Witnessed {
        sentence,
        document: json!({
            "file": printable_text::of_path(path), "outcome": outcome, "points": points,
            "since": since, "event": last.0, "hash": last.1,
        }),
    };
    let name = printable_text::of_path(path);
    if let Some(code) = code {
        let outcome = code.trim_start_matches("witness-");
        return Ok(told(
            outcome,
            points,
            format!("Le témoin {name} ne concorde pas : il est laissé tel quel."),
        ));
    }
    if !report.findings.is_empty() {
        let sentence = match before {
            Some(_) => format!(
                "Le témoin {name} concorde, mais n'est pas complété : le journal a des anomalies."
            ),
            None => "Aucun témoin n'est écrit : le journal a des anomalies.".to_owned(),
        };
        return Ok(told("not_written", points, sentence));
    }
    let agrees = |since: i64| {
        let events = usize::try_from(since).unwrap_or(0);
        format!(
            "Le témoin {name} concorde ({}) : {} depuis",
            count(points, "point", "points"),
            count(events, "événement", "événements")
        )
    };
    if since == Some(0) {
        return Ok(told("unchanged", points, format!("{}.", agrees(0))));
    }
    let first = before.is_none();
    let mut witness = match before {
        Some(witness) => witness,
        None => Witness { ledger: ledger.name().map_err(failed)?, points: Vec::new() },
    };
    witness.points.push(ledger.point(&last));
    write(output, path, &witness, first)?;
    Ok(match since {
        None => told(
            "written",
            1,
            format!(
                "Témoin écrit dans {name} (événement {}). À garder hors du dossier du projet.",
                last.0
            ),
        ),
        Some(since) => {
            told("extended", points + 1, format!("{} ; ils y sont ajoutés.", agrees(since)))
        }
    })
}

/// What a person reads when the ledger is not the one that was seen.
fn wrong(compared: WitnessComparison, witness: &Witness) -> Option<(&'static str, String)> {
    let dated = |seq: i64| {
        let point = witness.points.iter().find(|point| point.seq == seq);
        point.map_or("", |point| point.moment.as_str())
    };
    match compared {
        WitnessComparison::Same { .. } => None,
        WitnessComparison::Other => Some((
            "witness-other",
            format!(
                "le témoin est celui d'un autre journal ({}) : ce n'est pas le bon témoin, ou le journal a été refait",
                witness.ledger
            ),
        )),
        WitnessComparison::Older { seq } => Some((
            "witness-older",
            format!(
                "le témoin a vu l'événement {seq} (le {}), que ce journal n'a pas : une copie plus ancienne a été remise",
                dated(seq)
            ),
        )),
        WitnessComparison::Rewritten { seq } => Some((
            "witness-rewritten",
            format!(
                "l'événement {seq} n'est pas celui que le témoin a vu le {} : le journal a été réécrit, ou continué à partir d'une copie plus ancienne",
                dated(seq)
            ),
        )),
    }
}

fn write(output: &Output, path: &Path, witness: &Witness, first: bool) -> Result<(), Exit> {
    files::replace_durably(path, witness.to_string().as_bytes()).map_err(|error| {
        let compared = if first { "" } else { "le témoin concorde, mais " };
        let why = files::reason(&error);
        output.fail(
            &format!("{compared}{} ne peut pas être écrit : {why}", printable_text::of_path(path)),
            "choisir un fichier où vous pouvez écrire",
        );
        Exit::Environment
    })
}
