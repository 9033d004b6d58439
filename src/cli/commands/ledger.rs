//! `missive ledger`: verify, restore, back up, and accept an older one.

use crate::app::letters::replay::{self, Replayed};
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::cli::args::{Common, LedgerAction};
use crate::cli::commands::witness;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::files;
use crate::ledger::Ledger;
use crate::project::folder::Project;
use crate::render::engine::Engine;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Runs one of the ledger's commands.
pub fn run(output: &Output, common: &Common, action: &LedgerAction) -> Exit {
    match act(output, common, action) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn act(output: &Output, common: &Common, action: &LedgerAction) -> Result<Exit, Exit> {
    let project = context::project(output, common)?;
    let Some((ledger, opened)) = context::peek(output, &project, common)? else {
        output.fail(
            "il n'y a pas encore de journal des envois",
            "produire d'abord les lettres : missive generate",
        );
        return Err(Exit::Usage);
    };
    match action {
        LedgerAction::Verify { replay, witness } => {
            let witness = witness.as_deref();
            verify(output, common, &project, &ledger, (*replay, witness))
        }
        LedgerAction::Restore { folder, only } => restore(output, common, &ledger, folder, only),
        LedgerAction::Backup { file } => backup(output, &ledger, file),
        LedgerAction::Accept { why } => {
            drop(ledger);
            if !opened.older {
                output.say(
                    "Rien à accepter : ce journal est bien le dernier que cet ordinateur a connu.",
                );
                output.document("ledger", None, json!({ "accepted": false }));
                return Ok(Exit::Done);
            }
            let (ledger, _) = context::open_at(output, &project, common, false)?;
            ledger.accept_older(why).map_err(|error| context::failed(output, &error))?;
            output.document("ledger", None, json!({ "accepted": true }));
            output.say("Noté : ce journal est désormais la référence. Ensuite : missive plan");
            Ok(Exit::Done)
        }
    }
}

fn verify(
    output: &Output,
    common: &Common,
    project: &Project,
    ledger: &Ledger,
    (replay, witness): (bool, Option<&Path>),
) -> Result<Exit, Exit> {
    let before = witness.map(|path| witness::read(output, project, path)).transpose()?;
    let mut report = ledger.verify().map_err(|error| context::failed(output, &error))?;
    let witnessed = match witness.zip(before) {
        Some((path, before)) => Some(witness::hold(output, ledger, &mut report, path, before)?),
        None => None,
    };
    let replayed = match replay && report.findings.is_empty() {
        true => Some(replay_all(output, common, project, ledger)?),
        false => None,
    };
    let wrong: Vec<&(String, u32, Replayed)> =
        replayed.iter().flatten().filter(|(_, _, outcome)| *outcome != Replayed::Same).collect();
    output.document(
        "ledger",
        common.campaign.as_deref(),
        json!({
            "events": report.events, "rows": report.rows, "objects": report.objects,
            "leftovers": report.leftovers,
            "findings": report.findings.iter().map(|finding| json!({
                "code": finding.code, "message": finding.message,
            })).collect::<Vec<_>>(),
            "notes": report.notes.iter().map(|note| json!({
                "code": note.code, "message": note.message,
            })).collect::<Vec<_>>(),
            "witness": witnessed.as_ref().map(|own| &own.document),
            "replay": replayed.as_ref().map(|all| json!({
                "revisions": all.len(), "same": all.len() - wrong.len(),
                "differences": wrong.iter().map(|own| difference(own)).collect::<Vec<_>>(),
            })),
        }),
    );
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
    if let Some(own) = &witnessed {
        output.say(&own.sentence);
    }
    if let Some(all) = &replayed {
        output.say(&format!(
            "{} sur {} donnent les mêmes octets.",
            count(all.len() - wrong.len(), "lettre refaite", "lettres refaites"),
            all.len()
        ));
        for own in &wrong {
            output.say(&format!("  {}", told(own)));
        }
    }
    if report.findings.is_empty() && wrong.is_empty() {
        output.say("Tout est en ordre.");
        return Ok(Exit::Done);
    }
    output.say("Ensuite : remettre une sauvegarde de data/ledger, ou demander de l'aide sans rien y changer.");
    Ok(Exit::Partial)
}

fn difference((reference, revision, outcome): &(String, u32, Replayed)) -> Value {
    let (state, why) = match outcome {
        Replayed::Same => ("same", Vec::new()),
        Replayed::Differs(inputs) => ("differs", inputs.clone()),
        Replayed::Impossible(why) => ("impossible", vec![why.clone()]),
    };
    json!({ "reference": reference, "revision": revision, "outcome": state, "why": why })
}

fn told((reference, revision, outcome): &(String, u32, Replayed)) -> String {
    match outcome {
        Replayed::Same => format!("{reference} r{revision} : mêmes octets"),
        Replayed::Differs(inputs) if inputs.is_empty() => {
            format!("{reference} r{revision} : d'autres octets, sans cause connue")
        }
        Replayed::Differs(inputs) => {
            format!("{reference} r{revision} : d'autres octets ({})", inputs.join(" ; "))
        }
        Replayed::Impossible(why) => {
            format!("{reference} r{revision} : ne peut pas être refaite ({why})")
        }
    }
}

fn replay_all(
    output: &Output,
    common: &Common,
    project: &Project,
    ledger: &Ledger,
) -> Result<Vec<(String, u32, Replayed)>, Exit> {
    let failed = |error| context::failed(output, &error);
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    let mut engines: HashMap<String, Result<Engine, String>> = HashMap::new();
    let mut all = Vec::new();
    let rows = ledger.handed_over(common.campaign.as_deref()).map_err(failed)?;
    let bar = output.bar(rows.len());
    for (row, reference, revision) in rows {
        let stored = ledger.stored(row).map_err(failed)?;
        let day = replay::day(&stored);
        let key = format!("{day} {:?}", stored.inputs);
        let engine = engines.entry(key).or_insert_with(|| {
            replay::engine(&ledger.store, &stored.inputs, &workspace.loaded.templates, day)
        });
        let outcome = match engine {
            Ok(engine) => replay::replay(&stored, engine),
            Err(why) => Replayed::Impossible(why.clone()),
        };
        bar.inc(1);
        all.push((reference, revision, outcome));
    }
    bar.finish_and_clear();
    Ok(all)
}

fn restore(
    output: &Output,
    common: &Common,
    ledger: &Ledger,
    folder: &Path,
    only: &[String],
) -> Result<Exit, Exit> {
    let failed = |error| context::failed(output, &error);
    let mut rows = ledger.handed_over(common.campaign.as_deref()).map_err(failed)?;
    if !only.is_empty() {
        let mut wanted: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for name in only {
            let references = ledger.letters_named(name).map_err(failed)?;
            if references.is_empty() {
                output.fail(
                    &format!("--only ne désigne aucune lettre : « {name} »"),
                    "donner un UAI, l'identifiant d'un référent ou une référence",
                );
                return Err(Exit::Usage);
            }
            wanted.insert(name, references);
        }
        rows.retain(|(_, reference, _)| wanted.values().any(|list| list.contains(reference)));
    }
    let refused = |path: &Path, error: &std::io::Error| {
        output.fail(
            &format!(
                "{} ne peut pas être écrit : {}",
                printable_text::of_path(path),
                files::reason(error)
            ),
            "choisir un dossier où vous pouvez écrire",
        );
        Exit::Environment
    };
    std::fs::create_dir_all(folder).map_err(|error| refused(folder, &error))?;
    let mut names = Vec::new();
    let mut lost = Vec::new();
    for (row, reference, revision) in rows {
        let stored = ledger.stored(row).map_err(failed)?;
        let name = format!("{reference}.r{revision}.pdf");
        match ledger.store.get(&stored.issued) {
            Ok(bytes) => {
                let path = folder.join(&name);
                files::write_whole(&path, &bytes, false).map_err(|error| refused(&path, &error))?;
                names.push(name);
            }
            Err(_) => lost.push(name),
        }
    }
    output.document(
        "ledger",
        common.campaign.as_deref(),
        json!({ "restored": names, "lost": lost, "folder": printable_text::path_value(folder) }),
    );
    output.say(&format!(
        "Écrit : {} dans {}, telles qu'elles ont été transmises.",
        count(names.len(), "lettre", "lettres"),
        printable_text::of_path(folder)
    ));
    Ok(context::tell_lost(output, &lost))
}

fn backup(output: &Output, ledger: &Ledger, file: &Path) -> Result<Exit, Exit> {
    if file.exists() {
        output.fail(
            &format!("{} existe déjà", printable_text::of_path(file)),
            "donner un nom nouveau, par exemple avec la date",
        );
        return Err(Exit::Usage);
    }
    ledger.backup(file).map_err(|error| {
        let message = format!("{} ne peut pas être écrit : {error}", printable_text::of_path(file));
        output.fail(&message, "choisir un dossier où vous pouvez écrire");
        Exit::Environment
    })?;
    output.document("ledger", None, json!({ "backup": printable_text::path_value(file) }));
    output.say(&format!(
        "Copié dans {}. Copier aussi data/ledger/objects/ : ses fichiers ne changent jamais, il n'y a qu'à ajouter les nouveaux.",
        printable_text::of_path(file)
    ));
    Ok(Exit::Done)
}
