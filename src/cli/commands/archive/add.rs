//! `missive archive add`: files that came back are taken in, and what was found in them is shown.

use crate::app::returns::after_return::ensure_balanced;
use crate::app::returns::context::{TakeInContext, TakeInError};
use crate::app::returns::named_letter::catalogue;
use crate::app::returns::returned_file::ReturnedFile;
use crate::app::returns::take_in::{TakeInOutcome, take_in};
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::archive::intake::item::{Gravity, IntakeProblem, Limits};
use crate::archive::return_verdict::ReturnVerdict;
use crate::archive::store::Archive;
use crate::archive::wording::trust_store;
use crate::cli::args::Common;
use crate::cli::commands::archive::command;
use crate::cli::context;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::files;
use crate::plan::account::Account;
use crate::plan::letter_state::LetterState;
use crate::project::folder::Project;
use crate::records::table_reader::Located;
use crate::records::values::Line;
use pdf_signature::{Signature, TrustStore};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Files whose verdict is shown even when there is nothing to do about them.
const SHOWN: usize = 20;

/// The authorities whose certificates are in a folder of the project, with those that stamp times.
pub fn authorities(
    output: &Output,
    project: &Project,
    folder: Option<&Located<Line>>,
    stamping: Option<&Located<Line>>,
) -> TrustStore {
    let read = |folder: Option<&Located<Line>>| {
        folder.map_or_else(TrustStore::default, |own| certificates(output, project, &own.value))
    };
    read(folder).with_timestamping(read(stamping))
}

fn certificates(output: &Output, project: &Project, folder: &str) -> TrustStore {
    let place = project.path(folder);
    let mut texts = Vec::new();
    match files::walk(&place) {
        Ok(found) if found.is_empty() => {
            output
                .warn(&format!("aucun certificat dans {folder} : aucune autorité n'est reconnue"));
        }
        Ok(found) => {
            for (name, path) in found {
                match files::read(&path) {
                    Ok(bytes) => texts.push((format!("{folder}/{name}"), bytes)),
                    Err(error) => output.warn(&format!(
                        "{folder}/{name} ne peut pas être lu : {}",
                        files::reason(&error)
                    )),
                }
            }
        }
        Err(error) => {
            output.warn(&format!("{folder} ne peut pas être lu : {}", files::reason(&error)));
        }
    }
    let (authorities, problems) = TrustStore::read(&texts);
    problems.iter().for_each(|problem| output.warn(&trust_store::problem(problem)));
    authorities
}

/// Takes files in.
pub fn run(
    output: &Output,
    common: &Common,
    project: &Project,
    paths: &[PathBuf],
    jobs: Option<u16>,
    take_over: bool,
) -> Result<Exit, CommandError> {
    require_paths(paths)?;
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    context::require_sound_settings(output, &workspace)?;
    let campaign = context::campaign_to_read(common, &workspace)?;
    let letters = workspace.loaded.records.settings.as_ref().map(|own| &own.letters);
    let authorities = authorities(
        output,
        project,
        letters.and_then(|own| own.authorities.as_ref()),
        letters.and_then(|own| own.stamp_authorities.as_ref()),
    );
    let (ledger, _) = context::open_ledger(output, common, project, take_over)?;
    let archive = Archive::new(project.root());
    archive.sweep().map_err(TakeInError::Archive)?;
    let catalogue = catalogue(&ledger)?;
    let stop = Arc::new(AtomicBool::new(false));
    listen(&stop);
    let context = TakeInContext {
        ledger: &ledger,
        archive: &archive,
        catalogue: &catalogue,
        authorities: &authorities,
        now: context::clock(common).now(),
        limits: Limits::default(),
        stop: &stop,
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let bar = output.files(0);
    let outcome = take_in(&context, paths, jobs.map_or(cores, usize::from), || bar.inc(1));
    bar.finish_and_clear();
    let TakeInOutcome { files, problems, result } = outcome;
    let campaigns: BTreeSet<&str> = files
        .iter()
        .flat_map(|file| file.letters.iter().map(|letter| letter.revision.campaign.as_str()))
        .chain([campaign.as_str()])
        .collect();
    let mut states = HashMap::new();
    let mut is_balanced = true;
    for campaign in &campaigns {
        let history = ledger.history(campaign)?;
        let account = Account::of(&history, []);
        is_balanced &= account.is_balanced(&history);
        states.extend(account.letters);
    }
    let mut exit = say(output, campaign.as_str(), &files, &problems, &states);
    result?;
    for campaign in &campaigns {
        command::after_return(output, common, project, &ledger, campaign)?;
    }
    if stop.load(Ordering::Relaxed) {
        output.warn(
            "interrompu : ce qui est archivé le reste ; relancer la même commande pour le reste",
        );
        exit = Exit::Partial;
    }
    if is_balanced {
        return Ok(exit);
    }
    ensure_balanced(&ledger, campaign.as_str())?;
    Ok(Exit::Done)
}

/// Refuses a path that does not exist.
pub fn require_paths(paths: &[PathBuf]) -> Result<(), CommandError> {
    match paths.iter().find(|path| !path.exists()) {
        None => Ok(()),
        Some(missing) => Err(CommandError::usage(
            format!("{} n'existe pas", printable_text::of_path(missing)),
            "donner le chemin d'un fichier ou d'un dossier",
        )),
    }
}

/// Ctrl-C ends with what is being looked at; once more, at once.
fn listen(stop: &Arc<AtomicBool>) {
    let stop = Arc::clone(stop);
    // Without a handler the process simply ends: archive and ledger are right at any moment.
    let _ = ctrlc::set_handler(move || {
        if !stop.swap(true, Ordering::Relaxed) {
            crate::cli::ui::output::print_err("arrêt après les fichiers en cours\n");
        }
    });
}

fn signature_json(own: &Signature) -> Value {
    json!({
        "signer": own.signer, "time": own.stamped.or(own.claimed).map(|time| time.to_string()),
        "stamped": own.stamped.is_some(), "stamp_unproven": own.stamp_unproven.map(|time| time.to_string()),
        "integrity": own.integrity, "trust": own.trust,
        "authority": own.authority, "fingerprint": own.fingerprint,
        "boxes": own.places.iter().map(|place| &place.label).collect::<Vec<_>>(),
    })
}

fn outcome_json(own: &ReturnedFile, states: &HashMap<String, LetterState>) -> Value {
    let letters: Vec<Value> = own
        .letters
        .iter()
        .map(|letter| {
            let state = states.get(&letter.revision.reference).map(|state| state.as_str());
            json!({
                "reference": letter.revision.reference, "revision": letter.revision.number,
                "pages": letter.pages, "state": state, "return": letter.judged.state.as_str(),
                "verdict": letter.judged.verdict.as_str(), "hint": letter.judged.hint,
            })
        })
        .collect();
    let checks: Vec<Value> = own
        .checks
        .iter()
        .map(|check| json!(check))
        .chain(own.letters.iter().flat_map(|letter| {
            letter.judged.checks.iter().map(|check| {
                let mut body = json!(check);
                body["reference"] = letter.revision.reference.clone().into();
                body
            })
        }))
        .collect();
    json!({
        "path": own.label, "verdict": own.verdict.as_str(), "letters": letters,
        "method": own.method.map(|method| method.as_str()), "hints": own.hints,
        "signatures": own.signatures.iter().map(signature_json).collect::<Vec<_>>(),
        "checks": checks, "stored": own.stored,
    })
}

/// What is said at a terminal of every file, whether it is as it should be or not: by whom it is
/// signed, and where.
const ALWAYS: [&str; 2] = ["trust", "place"];

/// What is to be said of a file.
fn attention(own: &ReturnedFile) -> Vec<&str> {
    let mut told: Vec<&str> = Vec::new();
    let failed = own.checks.iter().filter(|check| !check.ok);
    told.extend(failed.map(|check| check.detail.as_str()));
    for letter in &own.letters {
        let those = letter.judged.checks.iter();
        let those = those.filter(|check| !check.ok || ALWAYS.contains(&check.check.as_str()));
        told.extend(those.map(|check| check.detail.as_str()));
    }
    told.extend(
        own.checks.iter().filter(|check| check.check == "hint").map(|own| own.detail.as_str()),
    );
    told
}

fn say(
    output: &Output,
    campaign: &str,
    outcomes: &[ReturnedFile],
    troubles: &[IntakeProblem],
    states: &HashMap<String, LetterState>,
) -> Exit {
    let person = outcomes.iter().filter(|own| own.needs_a_person()).count();
    let lost = troubles.iter().filter(|own| own.gravity == Gravity::Lost).count();
    let mut verdicts: BTreeMap<ReturnVerdict, usize> = BTreeMap::new();
    for own in outcomes {
        *verdicts.entry(own.verdict).or_default() += 1;
    }
    output.document(
        "archive-add",
        Some(campaign),
        json!({
            "files": outcomes.iter().map(|own| outcome_json(own, states)).collect::<Vec<_>>(),
            "troubles": troubles.iter().map(|own| json!({
                "path": own.label, "message": own.message, "lost": own.gravity == Gravity::Lost,
            })).collect::<Vec<_>>(),
            "unfinished": troubles.iter().filter_map(|own| own.unfinished.as_ref()).map(|own| json!({
                "path": own.label, "looked_at": own.looked, "left": own.left, "limit": own.end.as_str(),
            })).collect::<Vec<_>>(),
            "need_a_person": person + lost,
        }),
    );
    let parts: Vec<String> = verdicts
        .iter()
        .map(|(verdict, number)| {
            let (one, many) = verdict.french();
            let waiting =
                outcomes.iter().filter(|own| own.verdict == *verdict && own.is_to_review()).count();
            let told = count(*number, one, many);
            match (verdict, waiting) {
                (ReturnVerdict::Signed, 1..) => format!("{told} (dont {waiting} à relire)"),
                _ => told,
            }
        })
        .collect();
    let detail = if parts.is_empty() { String::new() } else { format!(" : {}", parts.join(", ")) };
    output.say(&format!("Regardé : {}{detail}.", count(outcomes.len(), "fichier", "fichiers")));
    for own in outcomes {
        let person = own.needs_a_person();
        if !person && outcomes.len() > SHOWN {
            continue;
        }
        let names: Vec<String> = own
            .letters
            .iter()
            .map(|letter| format!("{} r{}", letter.revision.reference, letter.revision.number))
            .collect();
        let names =
            if names.is_empty() { String::new() } else { format!(" → {}", names.join(", ")) };
        // Intact is not enough where a person has to say what the signatures are worth.
        let word = match own.verdict {
            ReturnVerdict::Signed if own.is_to_review() => "signé, à relire",
            other => other.french().0,
        };
        output.say(&format!("  {} : {word}{names}", own.label));
        for line in attention(own) {
            output.say(&format!("      {line}"));
        }
    }
    for own in troubles {
        output.say(&format!("  {} : {}", own.label, own.message));
    }
    next(output, outcomes);
    match person + lost {
        0 => Exit::Done,
        _ => Exit::Partial,
    }
}

/// What to do next.
fn next(output: &Output, outcomes: &[ReturnedFile]) {
    let unsent: BTreeSet<&str> = outcomes
        .iter()
        .flat_map(|own| &own.letters)
        .filter(|letter| !letter.revision.has_left())
        .map(|letter| letter.revision.reference.as_str())
        .collect();
    if let Some(first) = unsent.first() {
        output.say(&format!(
            "{} : missive ne {} savait pas envoyée. Le dire : missive resolve {first} --handed-over --why \"…\"{}",
            count(unsent.len(), "lettre revenue", "lettres revenues"),
            if unsent.len() > 1 { "les" } else { "la" },
            if unsent.len() > 1 { " (ou --deposited --handed-over pour toute la boîte d'envoi)" } else { "" }
        ));
    }
    output.say(match outcomes.iter().any(ReturnedFile::is_to_review) {
        true => "Ensuite : missive archive review",
        false => "Ensuite : missive archive list",
    });
}
