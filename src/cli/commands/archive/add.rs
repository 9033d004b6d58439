//! `missive archive add` and `archive list`: what was found in the files, and what still misses.

use crate::app::returns::take_in::{self, CARRIER, Outcome, Stopped};
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::archive::file_kind::FileKind;
use crate::archive::identify::Catalogue;
use crate::archive::intake::item::{Gravity, IntakeProblem, Limits};
use crate::archive::return_verdict::ReturnVerdict;
use crate::archive::store::{Archive, path_of};
use crate::archive::wording::trust_store;
use crate::cli::args::Common;
use crate::cli::commands::archive::command;
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::clock::Clock;
use crate::files;
use crate::ledger::Ledger;
use crate::ledger::read::returns::{Received, Returned};
use crate::plan::account::Account;
use crate::plan::history::{CampaignHistory, ReturnState};
use crate::plan::letter_state::LetterState;
use crate::project::folder::Project;
use crate::records::table_reader::Located;
use crate::records::values::SingleLine;
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
    folder: Option<&Located<SingleLine>>,
    stamping: Option<&Located<SingleLine>>,
) -> TrustStore {
    let read = |folder: Option<&Located<SingleLine>>| {
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

/// The catalogue of what a return may be of.
pub fn catalogue(output: &Output, ledger: &Ledger) -> Result<Catalogue, Exit> {
    let known = ledger.sent_revisions().map_err(|error| context::failed(output, &error))?;
    Ok(Catalogue::new(known, |object| ledger.store.size(object)))
}

/// Takes files in.
pub fn add(
    output: &Output,
    common: &Common,
    project: &Project,
    paths: &[PathBuf],
    jobs: Option<u16>,
    take_over: bool,
) -> Result<Exit, Exit> {
    if let Some(missing) = paths.iter().find(|path| !path.exists()) {
        output.fail(
            &format!("{} n'existe pas", printable_text::of_path(missing)),
            "donner le chemin d'un fichier ou d'un dossier",
        );
        return Err(Exit::Usage);
    }
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    context::sound_settings(output, &workspace)?;
    let campaign = context::campaign(output, common, &workspace)?;
    let letters = workspace.loaded.records.settings.as_ref().map(|own| &own.letters);
    let authorities = authorities(
        output,
        project,
        letters.and_then(|own| own.authorities.as_ref()),
        letters.and_then(|own| own.stamp_authorities.as_ref()),
    );
    let (ledger, _) = context::open_at(output, project, common, take_over)?;
    let archive_files = Archive::new(project.root());
    let refused = |error: &std::io::Error| {
        output.fail(
            &format!("data/archive ne peut pas être écrit : {}", files::reason(error)),
            "faire de la place ou vérifier vos droits, puis relancer : ce qui est archivé le reste",
        );
        Exit::Environment
    };
    archive_files.sweep().map_err(|error| refused(&error))?;
    let catalogue = catalogue(output, &ledger)?;
    let stop = Arc::new(AtomicBool::new(false));
    listen(&stop);
    let desk = take_in::Desk {
        ledger: &ledger,
        archive: &archive_files,
        catalogue: &catalogue,
        authorities: &authorities,
        now: Clock::new(common.today.as_ref()).now(),
        limits: Limits::default(),
        stop: &stop,
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = jobs.map_or(cores, usize::from);
    let bar = output.files(0);
    let mut outcomes = Vec::new();
    let (troubles, ended) = take_in::add(&desk, paths, jobs, |outcome| {
        bar.inc(1);
        outcomes.push(outcome.clone());
    });
    bar.finish_and_clear();
    let campaigns: BTreeSet<&str> = outcomes
        .iter()
        .flat_map(|own| own.letters.iter().map(|letter| letter.known.campaign.as_str()))
        .chain([campaign.as_str()])
        .collect();
    let mut states = HashMap::new();
    let mut balanced = true;
    let seen: Vec<String> = campaigns.iter().map(|own| (*own).to_owned()).collect();
    for campaign in campaigns {
        let past = ledger.history(campaign).map_err(|error| context::failed(output, &error))?;
        let account = Account::of(&past, []);
        balanced &= account.is_balanced(&past);
        states.extend(account.letters);
    }
    let exit = match ended {
        Ok(()) => told(output, campaign.as_str(), &outcomes, &troubles, &states),
        Err(Stopped::Disk(error)) => {
            told(output, campaign.as_str(), &outcomes, &troubles, &states);
            return Err(refused(&error));
        }
        Err(Stopped::Ledger(error)) => {
            told(output, campaign.as_str(), &outcomes, &troubles, &states);
            return Err(context::failed(output, &error));
        }
    };
    for campaign in &seen {
        command::withdraw_reminders(output, common, project, &ledger, campaign)?;
    }
    let exit = match stop.load(Ordering::Relaxed) {
        true => {
            output.warn("interrompu : ce qui est archivé le reste ; relancer la même commande pour le reste");
            Exit::Partial
        }
        false => exit,
    };
    match balanced {
        true => Ok(exit),
        false => command::balance(output, &ledger, campaign.as_str()),
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

fn outcome_json(own: &Outcome, states: &HashMap<String, LetterState>) -> Value {
    let letters: Vec<Value> = own
        .letters
        .iter()
        .map(|letter| {
            let state = states.get(&letter.known.reference).map(|state| state.as_str());
            json!({
                "reference": letter.known.reference, "revision": letter.known.number,
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
                body["reference"] = letter.known.reference.clone().into();
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
fn attention(own: &Outcome) -> Vec<&str> {
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

/// Whether a file, or a letter in it, waits for a person's eye.
fn waits(own: &Outcome) -> bool {
    let letters = own.letters.iter().any(|own| own.judged.state == ReturnState::ToReview);
    own.verdict.needs_a_person() || letters
}

/// Whether a person has to do something about a file.
fn needs_a_person(own: &Outcome) -> bool {
    let unsent = own
        .letters
        .iter()
        .any(|letter| letter.judged.checks.iter().any(|check| check.check == "sent" && !check.ok));
    waits(own) || unsent
}

fn told(
    output: &Output,
    campaign: &str,
    outcomes: &[Outcome],
    troubles: &[IntakeProblem],
    states: &HashMap<String, LetterState>,
) -> Exit {
    let person = outcomes.iter().filter(|own| needs_a_person(own)).count();
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
                outcomes.iter().filter(|own| own.verdict == *verdict && waits(own)).count();
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
        let person = needs_a_person(own);
        if !person && outcomes.len() > SHOWN {
            continue;
        }
        let names: Vec<String> = own
            .letters
            .iter()
            .map(|letter| format!("{} r{}", letter.known.reference, letter.known.number))
            .collect();
        let names =
            if names.is_empty() { String::new() } else { format!(" → {}", names.join(", ")) };
        // Intact is not enough where a person has to say what the signatures are worth.
        let word = match own.verdict {
            ReturnVerdict::Signed if waits(own) => "signé, à relire",
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
fn next(output: &Output, outcomes: &[Outcome]) {
    let unsent: BTreeSet<&str> = outcomes
        .iter()
        .flat_map(|own| &own.letters)
        .filter(|letter| !letter.known.has_left())
        .map(|letter| letter.known.reference.as_str())
        .collect();
    if let Some(first) = unsent.first() {
        output.say(&format!(
            "{} : missive ne {} savait pas envoyée. Le dire : missive resolve {first} --handed-over --why \"…\"{}",
            count(unsent.len(), "lettre revenue", "lettres revenues"),
            if unsent.len() > 1 { "les" } else { "la" },
            if unsent.len() > 1 { " (ou --deposited --handed-over pour toute la boîte d'envoi)" } else { "" }
        ));
    }
    output.say(match outcomes.iter().any(waits) {
        true => "Ensuite : missive archive review",
        false => "Ensuite : missive archive list",
    });
}

/// Everything that `archive list` shows of one school.
struct School<'a> {
    uai: &'a str,
    name: Option<String>,
    letters: Vec<&'a str>,
}

/// Tells, school by school, what was sent, what came back and what misses.
pub fn list(
    output: &Output,
    common: &Common,
    project: &Project,
    only: &[String],
    missing: bool,
) -> Result<Exit, Exit> {
    let failed = |error| context::failed(output, &error);
    let Some((ledger, _)) = context::peek(output, project, common)? else { return Ok(Exit::Done) };
    let (workspace, _) = Workspace::open(project.clone(), &[]);
    let campaign = context::campaign(output, common, &workspace)?;
    let past = ledger.history(campaign.as_str()).map_err(failed)?;
    let account = Account::of(&past, []);
    let wanted = chosen(output, &ledger, only)?;
    let received: HashMap<String, Received> = ledger
        .all_received()
        .map_err(failed)?
        .into_iter()
        .map(|own| (own.object.clone(), own))
        .collect();
    let mut returned: HashMap<String, Vec<Returned>> = HashMap::new();
    let mut filed: BTreeSet<String> = BTreeSet::new();
    for own in ledger.all_returned().map_err(failed)? {
        filed.extend(own.object.clone());
        returned.entry(own.reference.clone()).or_default().push(own);
    }
    let mut schools: BTreeMap<&str, School<'_>> = BTreeMap::new();
    for (reference, letter) in &past.letters {
        let state = account.letters.get(reference).copied().unwrap_or(LetterState::Draft);
        let awaited = matches!(
            state,
            LetterState::HandedOver
                | LetterState::Bounced
                | LetterState::PartlySigned
                | LetterState::ToReview
        );
        if (missing && !awaited) || wanted.as_ref().is_some_and(|own| !own.contains(reference)) {
            continue;
        }
        let name = workspace
            .loaded
            .records
            .establishments
            .iter()
            .find(|own| own.uai.value.as_str() == letter.uai);
        let school = schools.entry(&letter.uai).or_insert_with(|| School {
            uai: &letter.uai,
            name: name.map(|own| own.name.value.to_string()),
            letters: Vec::new(),
        });
        school.letters.push(reference);
    }
    let unfiled: Vec<&Received> = {
        let mut own: Vec<&Received> = received
            .values()
            .filter(|own| own.verdict != CARRIER && !filed.contains(&own.object))
            .collect();
        own.sort_by(|a, b| a.label.cmp(&b.label));
        own
    };
    let known = ledger.sent_revisions().map_err(failed)?;
    let numbers: HashMap<i64, u32> = known.iter().map(|own| (own.id, own.number)).collect();
    let none = Vec::new();
    let of = |reference: &str| returned.get(reference).unwrap_or(&none);
    output.document(
        "archive-list",
        Some(campaign.as_str()),
        json!({
            "schools": schools.values().map(|school| json!({
                "uai": school.uai, "name": school.name,
                "letters": school.letters.iter().map(|reference| json!({
                    "reference": reference,
                    "state": account.letters.get(*reference).map(|state| state.as_str()),
                    "sent_on": sent_on(&past, reference),
                    "returns": of(reference).iter().map(|own| return_json(own, &received)).collect::<Vec<_>>(),
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "unfiled": unfiled.iter().map(|own| json!({
                "path": own.label, "verdict": own.verdict, "hints": own.findings["hints"],
                "stored": path_of(&own.object, FileKind::from_word(&own.kind)), "day": own.day,
            })).collect::<Vec<_>>(),
        }),
    );
    for school in schools.values() {
        output.say(&match &school.name {
            Some(name) => format!("{} — {name}", school.uai),
            None => school.uai.to_owned(),
        });
        for reference in &school.letters {
            let state = account.letters.get(*reference).map_or("", |state| state.french().0);
            let sent = sent_on(&past, reference)
                .map_or(String::new(), |day| format!(", dernier envoi le {day}"));
            output.say(&format!("  {reference} : {state}{sent}"));
            for own in of(reference) {
                output.say(&format!(
                    "      {}",
                    return_line(own, numbers.get(&own.revision).copied().unwrap_or(1), &received)
                ));
            }
        }
    }
    if !unfiled.is_empty() && wanted.is_none() {
        output.say("Sans lettre connue :");
        for own in &unfiled {
            let verdict = own.verdict.as_str();
            let french = match verdict {
                "unreadable" => ReturnVerdict::Unreadable.french().0,
                _ => ReturnVerdict::Unknown.french().0,
            };
            output.say(&format!("  {} : {french}, archivé le {}", own.label, own.day));
        }
    }
    output.say(&match schools.len() {
        0 if missing => "Rien ne manque.".to_owned(),
        0 => "Rien n'est encore parti ni revenu.".to_owned(),
        number => count(number, "établissement.", "établissements."),
    });
    Ok(Exit::Done)
}

/// The letters that a few words name; all of them without words.
pub fn chosen(
    output: &Output,
    ledger: &Ledger,
    only: &[String],
) -> Result<Option<BTreeSet<String>>, Exit> {
    if only.is_empty() {
        return Ok(None);
    }
    let mut found = BTreeSet::new();
    for word in only {
        let own = ledger.letters_named(word).map_err(|error| context::failed(output, &error))?;
        if own.is_empty() {
            output.fail(
                &format!("--only ne désigne aucune lettre : « {word} »"),
                "donner un UAI, l'identifiant d'un référent ou une référence",
            );
            return Err(Exit::Usage);
        }
        found.extend(own);
    }
    Ok(Some(found))
}

fn sent_on(past: &CampaignHistory, reference: &str) -> Option<String> {
    past.last_sent(reference).and_then(|message| message.left_on).map(|day| day.to_string())
}

fn return_json(own: &Returned, received: &HashMap<String, Received>) -> Value {
    let file = own.object.as_ref().and_then(|object| received.get(object));
    json!({
        "verdict": own.verdict, "state": own.state.as_str(), "pages": own.pages, "day": own.day,
        "path": file.map(|file| &file.label),
        "stored": file.map(|file| path_of(&file.object, FileKind::from_word(&file.kind))),
        "review": own.review,
    })
}

fn return_line(own: &Returned, number: u32, received: &HashMap<String, Received>) -> String {
    let file = own.object.as_ref().and_then(|object| received.get(object));
    let by = own.review.as_ref().and_then(|own| own["by"].as_str());
    let by = by.map_or(String::new(), |by| format!(" (vu par {by})"));
    let day = &own.day;
    let state = match (own.state, own.verdict.as_str()) {
        (ReturnState::ToReview, "altered") => "modifié : appeler l'établissement",
        (ReturnState::NotSigned, "unsigned-copy") => "copie sans signature",
        (state, _) => state.french(),
    };
    match file {
        Some(file) => format!("révision {number}, {} : {state}{by}, archivé le {day}", file.label),
        None => format!("révision {number}, original sur papier : {state}{by}, noté le {day}"),
    }
}
