//! Files that came back: looked at by all workers, filed in the order they were found.
//!
//! A file is in the archive before the manifest names it, and both are on the disk before the ledger
//! says so. A command that is cut leaves files that nothing refers to yet; the next one takes them
//! up. One bad file is a verdict and stops nothing; a source that would take all day is told of and left
//! ([`crate::archive::intake::budget`]).

use crate::archive::check::Check;
use crate::archive::examiner::{FileContents, FileExaminer, MatchedPage};
use crate::archive::file_kind::FileKind;
use crate::archive::identify::{Catalogue, IdentifiedBy, LetterPages};
use crate::archive::intake::item::{IntakeProblem, Item, Limits};
use crate::archive::intake::mail_thread::CarrierMail;
use crate::archive::intake::walk::{WalkOutcome, walk as walk_source};
use crate::archive::judge_file::judge_file;
use crate::archive::judge_letter::{LetterEvidence, LetterVerdict, are_pictures};
use crate::archive::people::LetterPeople;
use crate::archive::return_verdict::ReturnVerdict;
use crate::archive::signature_places::label_places;
use crate::archive::store::{Archive, ArchivedFile, path_of};
use crate::archive::stored_signature::StoredSignature;
use crate::files;
use crate::ledger::read::returns::{Received, Returned};
use crate::ledger::{Ledger, LedgerError};
use crate::letter::page_code;
use crate::plan::history::SentRevision;
use jiff::Timestamp;
use page_area::PageArea;
use pdf_signature::{Integrity, Signature, TrustStore};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Files filed in one transaction.
const BATCH: usize = 16;
/// Files that are in memory at once, for each worker.
const AHEAD: usize = 3;

/// What files are held against.
pub struct Desk<'a> {
    /// The ledger, open for writing.
    pub ledger: &'a Ledger,
    /// Where files are kept.
    pub archive: &'a Archive,
    /// Every revision.
    pub catalogue: &'a Catalogue,
    /// The authorities that the office chose, if it did.
    pub authorities: &'a TrustStore,
    /// The moment.
    pub now: Timestamp,
    /// What is taken at most.
    pub limits: Limits,
    /// Set when a person breaks off: what was taken in is filed, nothing more is.
    pub stop: &'a AtomicBool,
}

/// One letter in a file.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its revision.
    pub known: SentRevision,
    /// Pages of the file.
    pub pages: Vec<u32>,
    /// Each of them with the page of the letter, and by how much it has to be turned, in degrees.
    pub sheets: Vec<(u32, u32, u16)>,
    /// What it is.
    pub judged: LetterVerdict,
}

/// What became of one file.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Where it was found.
    pub label: String,
    /// What it is.
    pub verdict: ReturnVerdict,
    /// How its letters were recognised.
    pub method: Option<IdentifiedBy>,
    /// Its letters.
    pub letters: Vec<Letter>,
    /// Its signatures, those of the issuing authority that it was sent with aside.
    pub signatures: Vec<Signature>,
    /// What was looked at.
    pub checks: Vec<Check>,
    /// Where it is kept.
    pub stored: Option<String>,
    /// Letters that its name or its mail suggests, for a person.
    pub hints: BTreeSet<String>,
}

/// Why filing came to an end before all was filed.
#[derive(Debug)]
pub enum Stopped {
    /// The archive cannot be written.
    Disk(io::Error),
    /// The ledger cannot be written.
    Ledger(LedgerError),
}

/// What was found in the files, in order, and what could not be taken at all.
pub type Filed = (Vec<IntakeProblem>, Result<(), Stopped>);

/// A file on its way to be filed; nothing was looked at where its source has used up its budget.
struct Examined {
    item: Item,
    looked: Option<(String, Outcome)>,
}

/// Takes files and folders; `told` learns of each in the order it was found.
pub fn add(
    desk: &Desk<'_>,
    paths: &[PathBuf],
    jobs: usize,
    mut told: impl FnMut(&Outcome),
) -> Filed {
    let jobs = jobs.max(1);
    let (items, queue) = sync_channel::<(usize, Item)>(jobs);
    let queue = Mutex::new(queue);
    let (results, examined) = channel::<(usize, Examined)>();
    // So many files are in memory at once: one is let in when another was filed.
    let (filed, room) = sync_channel::<()>(jobs * AHEAD);
    let mut troubles = Vec::new();
    let ended = std::thread::scope(|scope| {
        for _ in 0..jobs {
            let results = results.clone();
            let queue = &queue;
            scope.spawn(move || work(desk, queue, &results));
        }
        drop(results);
        let walker = scope.spawn(move || walk(paths, &items, &filed, desk));
        let ended = file_all(desk, &examined, &room, &mut told);
        // Whoever waits for room, for results or for a worker learns that there is nobody any more.
        drop((examined, room));
        while queue.lock().is_ok_and(|queue| queue.recv().is_ok()) {}
        // Asked now that everything was looked at.
        let walked = walker.join().unwrap_or_default();
        troubles = walked.into_iter().flat_map(WalkOutcome::problems).collect();
        ended
    });
    (troubles, ended)
}

fn walk(
    paths: &[PathBuf],
    items: &SyncSender<(usize, Item)>,
    filed: &SyncSender<()>,
    desk: &Desk<'_>,
) -> Vec<WalkOutcome> {
    let mut number = 0;
    let mut all = Vec::new();
    for path in paths {
        let walked = walk_source(path, &desk.limits, &mut |item| {
            let gone = desk.stop.load(Ordering::Relaxed)
                || filed.send(()).is_err()
                || items.send((number, item)).is_err();
            number += 1;
            if gone { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        all.push(walked);
    }
    all
}

fn work(
    desk: &Desk<'_>,
    queue: &Mutex<Receiver<(usize, Item)>>,
    results: &std::sync::mpsc::Sender<(usize, Examined)>,
) {
    loop {
        let next = match queue.lock() {
            Ok(queue) => queue.recv(),
            Err(_) => return,
        };
        let Ok((number, item)) = next else { return };
        let looked = item.source.may_look().then(|| {
            let started = Instant::now();
            // A bug costs one file its verdict, and no other file anything.
            let looked = catch_unwind(AssertUnwindSafe(|| examine(desk, &item)));
            item.source.looked(started.elapsed());
            looked.unwrap_or_else(|_| {
                let mut own = outcome(&item, ReturnVerdict::Unreadable);
                let detail = "une erreur interne de missive l'a empêché";
                own.checks.push(Check::new("readable", false, detail));
                (files::sha256(&item.bytes), own)
            })
        });
        if results.send((number, Examined { item, looked })).is_err() {
            return;
        }
    }
}

/// Files what was looked at, in the order it was found.
fn file_all(
    desk: &Desk<'_>,
    examined: &Receiver<(usize, Examined)>,
    room: &Receiver<()>,
    told: &mut impl FnMut(&Outcome),
) -> Result<(), Stopped> {
    let mut waiting: BTreeMap<usize, Examined> = BTreeMap::new();
    let mut next = 0;
    let mut filing = Filing::new(desk)?;
    for (number, own) in examined {
        waiting.insert(number, own);
        while let Some(own) = waiting.remove(&next) {
            next += 1;
            filing.take(own)?;
            let _ = room.recv();
            if filing.batch.len() >= BATCH {
                filing.write(told)?;
            }
        }
    }
    filing.write(told)
}

/// Files on their way into the ledger.
struct Filing<'a> {
    desk: &'a Desk<'a>,
    /// Objects of this run and what they are, for duplicates.
    fresh: HashMap<String, String>,
    /// Certificates seen at each school: fingerprint to signer.
    pins: BTreeMap<String, BTreeMap<String, String>>,
    batch: Vec<Outcome>,
    stored: Vec<ArchivedFile>,
    received: Vec<Received>,
    returned: Vec<Returned>,
    pinned: Vec<(String, String, String, String)>,
}

impl<'a> Filing<'a> {
    fn new(desk: &'a Desk<'a>) -> Result<Self, Stopped> {
        Ok(Self {
            desk,
            fresh: HashMap::new(),
            pins: desk.ledger.pins().map_err(Stopped::Ledger)?,
            batch: Vec::new(),
            stored: Vec::new(),
            received: Vec::new(),
            returned: Vec::new(),
            pinned: Vec::new(),
        })
    }

    fn take(&mut self, examined: Examined) -> Result<(), Stopped> {
        let Examined { item, looked } = examined;
        // Not kept either: added anew it would be taken for something that was looked at.
        let Some((object, mut outcome)) = looked else { return Ok(()) };
        // What was said of a file by a ledger that is not what it was counts for nothing.
        self.desk.ledger.ensure_sound().map_err(Stopped::Ledger)?;
        if let Some(first) = self.fresh.get(&object) {
            outcome = duplicate(&item, &object, &format!("les mêmes octets que {first}"));
        }
        if outcome.verdict == ReturnVerdict::Duplicate {
            let fresh = self.fresh.contains_key(&object);
            if !fresh && self.desk.archive.repair(&item.bytes, item.kind).map_err(Stopped::Disk)? {
                let detail = "sa copie archivée manquait ou était abîmée : elle est remise";
                outcome.checks.push(Check::new("repaired", true, detail));
            }
            self.batch.push(outcome);
            return Ok(());
        }
        self.pin(&object, &mut outcome);
        let mail = match &item.mail {
            // A mail by itself is its own file.
            Some(mail) if item.kind != FileKind::Mail => Some(self.carrier(mail)?),
            _ => None,
        };
        let stored = self.desk.archive.put(&item.bytes, item.kind).map_err(Stopped::Disk)?;
        outcome.stored = Some(stored.path.clone());
        for letter in &outcome.letters {
            self.returned.push(Returned {
                id: 0,
                object: Some(object.clone()),
                reference: letter.known.reference.clone(),
                revision: letter.known.id,
                pages: letter.pages.clone(),
                verdict: letter.judged.verdict.as_str().to_owned(),
                hint: letter.judged.hint,
                day: String::new(),
                state: letter.judged.state,
                review: None,
            });
        }
        self.received.push(Received {
            object: object.clone(),
            sha512: stored.sha512.clone(),
            size: item.bytes.len() as u64,
            kind: item.kind.as_str().to_owned(),
            label: item.label.clone(),
            mail,
            verdict: outcome.verdict.as_str().to_owned(),
            method: outcome.method.map(|own| own.as_str().to_owned()),
            findings: findings(&outcome),
            day: String::new(),
        });
        self.stored.push(stored);
        self.fresh.insert(object, item.label);
        self.batch.push(outcome);
        Ok(())
    }

    /// Keeps the mail that brought a file, once; gives its name.
    fn carrier(&mut self, mail: &Arc<CarrierMail>) -> Result<String, Stopped> {
        let object = files::sha256(&mail.raw);
        let known = self.desk.ledger.received_as(&object).map_err(Stopped::Ledger)?;
        if known.is_some() || self.fresh.contains_key(&object) {
            return Ok(object);
        }
        let stored = self.desk.archive.put(&mail.raw, FileKind::Mail).map_err(Stopped::Disk)?;
        let label = format!("message de {} du {} : {}", mail.from, mail.date, mail.subject);
        self.received.push(Received {
            object: object.clone(),
            sha512: stored.sha512.clone(),
            size: mail.raw.len() as u64,
            kind: FileKind::Mail.as_str().to_owned(),
            label: label.clone(),
            mail: None,
            verdict: CARRIER.to_owned(),
            method: None,
            findings: json!({
                "from": mail.from, "date": mail.date, "subject": mail.subject,
                "message_id": mail.message_id, "in_reply_to": mail.in_reply_to,
            }),
            day: String::new(),
        });
        self.stored.push(stored);
        self.fresh.insert(object.clone(), label);
        Ok(object)
    }

    /// Holds the certificates against those seen at the school before.
    fn pin(&mut self, object: &str, outcome: &mut Outcome) {
        let Some(school) = outcome.letters.first().map(|own| own.known.uai.clone()) else { return };
        let seen = self.pins.entry(school.clone()).or_default();
        for own in &outcome.signatures {
            if own.fingerprint.is_empty() {
                continue;
            }
            let name = &own.signer;
            let (ok, detail) = match seen.get(&own.fingerprint) {
                Some(_) => (true, format!("{name} : certificat déjà vu dans cet établissement")),
                None if seen.values().any(|other| other == name) => (
                    false,
                    format!(
                        "{name} : un autre certificat que celui vu jusqu'ici sous ce nom dans cet établissement"
                    ),
                ),
                None => (
                    true,
                    format!("{name} : premier certificat vu sous ce nom dans cet établissement"),
                ),
            };
            outcome.checks.push(Check { check: "pin".to_owned(), ok, detail });
            if seen.insert(own.fingerprint.clone(), name.clone()).is_none() {
                let row =
                    (school.clone(), own.fingerprint.clone(), name.clone(), object.to_owned());
                self.pinned.push(row);
            }
        }
    }

    /// Writes down what was taken, and tells it.
    fn write(&mut self, told: &mut impl FnMut(&Outcome)) -> Result<(), Stopped> {
        self.desk.archive.note(&std::mem::take(&mut self.stored)).map_err(Stopped::Disk)?;
        let received = std::mem::take(&mut self.received);
        let returned = std::mem::take(&mut self.returned);
        let pinned = std::mem::take(&mut self.pinned);
        if !received.is_empty() {
            let written = self.desk.ledger.write(|change| {
                received.iter().try_for_each(|own| change.received(own))?;
                for own in &returned {
                    change.returned(own)?;
                }
                pinned.iter().try_for_each(|(school, print, name, object)| {
                    change.pin(school, print, name, object)
                })
            });
            written.map_err(Stopped::Ledger)?;
        }
        self.batch.drain(..).for_each(|outcome| told(&outcome));
        Ok(())
    }
}

/// The verdict of a mail that brought files, which is no return itself.
pub const CARRIER: &str = "carrier";

/// What is kept of a file beside its letters.
fn findings(outcome: &Outcome) -> Value {
    json!({
        "signatures": outcome.signatures.iter().map(StoredSignature::of).collect::<Vec<_>>(), "checks": outcome.checks, "hints": outcome.hints,
        "letters": outcome.letters.iter().map(|own| json!({
            "reference": own.known.reference, "revision": own.known.number, "pages": own.pages,
            "sheets": own.sheets, "verdict": own.judged.verdict.as_str(), "checks": own.judged.checks,
        })).collect::<Vec<_>>(),
    })
}

fn outcome(item: &Item, verdict: ReturnVerdict) -> Outcome {
    Outcome {
        label: item.label.clone(),
        verdict,
        method: None,
        letters: Vec::new(),
        signatures: Vec::new(),
        checks: Vec::new(),
        stored: None,
        hints: BTreeSet::new(),
    }
}

fn duplicate(item: &Item, object: &str, detail: &str) -> Outcome {
    let mut own = outcome(item, ReturnVerdict::Duplicate);
    own.checks.push(Check::new("duplicate", true, detail));
    own.stored = Some(path_of(object, item.kind));
    own
}

/// Looks at one file.
fn examine(desk: &Desk<'_>, item: &Item) -> (String, Outcome) {
    let object = files::sha256(&item.bytes);
    let known = desk.ledger.received_as(&object).ok().flatten();
    let outcome = match known {
        Some(own) => duplicate(item, &object, &format!("archivé le {} : {}", own.day, own.label)),
        None => {
            let mut own = look(desk, item);
            own.hints = match own.letters.is_empty() {
                true => hints(desk, item),
                false => BTreeSet::new(),
            };
            if !own.hints.is_empty() {
                let names: Vec<&str> = own.hints.iter().map(String::as_str).collect();
                let detail = format!(
                    "le nom du fichier ou le message évoque {} : à une personne de le dire",
                    names.join(", ")
                );
                own.checks.push(Check::new("hint", true, detail));
                own.method = Some(IdentifiedBy::Name);
            }
            own
        }
    };
    (object, outcome)
}

/// What its name and its mail suggest.
fn hints(desk: &Desk<'_>, item: &Item) -> BTreeSet<String> {
    let mut found = desk.catalogue.hints(&item.name);
    if let Some(mail) = &item.mail {
        let thread = mail.in_reply_to.iter().chain(&mail.references);
        for id in thread {
            found.extend(desk.ledger.letters_of(id).unwrap_or_default());
        }
        if found.is_empty() {
            found = desk.catalogue.hints(&mail.subject);
        }
    }
    found
}

fn look(desk: &Desk<'_>, item: &Item) -> Outcome {
    let unreadable = |why: String| {
        let mut own = outcome(item, ReturnVerdict::Unreadable);
        own.checks.push(Check::new("readable", false, why));
        own
    };
    if desk.ledger.is_cover(&files::sha256(&item.bytes)).unwrap_or(false) {
        let mut own = outcome(item, ReturnVerdict::UnsignedCopy);
        own.checks.push(Check::new(
            "cover",
            true,
            "courrier d'accompagnement, tel qu'il a été envoyé",
        ));
        return own;
    }
    let mut examiner = match FileExaminer::start(item.kind) {
        Some(Ok(examiner)) => examiner,
        Some(Err(why)) => return unreadable(why.to_string()),
        None => return unreadable(item.kind.why_a_person().to_owned()),
    };
    let contents = match examiner.contents(&item.bytes, desk.authorities, desk.now) {
        Ok(contents) => contents,
        Err(why) => return unreadable(why.to_string()),
    };
    let prefix =
        (item.kind == FileKind::Pdf).then(|| desk.catalogue.starts_with(&item.bytes)).flatten();
    if let Some(why) = &contents.unread_pages {
        let mut own = unreadable(why.clone());
        own.signatures = contents.signatures.map(|own| own.signatures).unwrap_or_default();
        return own;
    }
    let identified = match prefix {
        Some(at) => desk.catalogue.by_prefix(at),
        None => desk.catalogue.by_pages(&contents.pages),
    };
    let mut own = outcome(item, ReturnVerdict::Unknown);
    own.method = identified.method;
    let single = identified.letters.len() == 1 && identified.contradictory.is_empty();
    let mut evidence = Vec::new();
    for found in &identified.letters {
        match letter(desk, &mut examiner, item, &contents, found, single) {
            Ok(letter) => evidence.push(letter),
            Err(why) => return Outcome { method: own.method, ..unreadable(why) },
        }
    }
    let judged = judge_file(&contents, &identified, &evidence);
    own.verdict = judged.verdict;
    own.checks = judged.checks;
    own.signatures = match evidence.last() {
        Some(last) => last.signatures.clone(),
        None => {
            let all = contents.signatures.as_ref();
            all.map(|own| own.signatures.clone()).unwrap_or_default()
        }
    };
    let letters = evidence.into_iter().zip(judged.letters);
    own.letters = letters.map(|(evidence, judged)| filed(&contents, evidence, judged)).collect();
    own
}

/// A letter as it is filed.
fn filed(contents: &FileContents, evidence: LetterEvidence, judged: LetterVerdict) -> Letter {
    let turn = |page: u32, of: u32| {
        let payload = payload(&evidence.known, of);
        let page = contents.pages.iter().find(|own| own.number == page);
        let codes = page.map_or(&[][..], |own| own.codes.as_slice());
        codes.iter().find(|code| code.payload == payload).map_or(0, |code| code.turn)
    };
    let sheets = evidence.pages.iter().map(|(page, of)| (*page, *of, turn(*page, *of))).collect();
    let mut pages: Vec<u32> = evidence.pages.iter().map(|(page, _)| *page).collect();
    pages.dedup();
    Letter { known: evidence.known, pages, sheets, judged }
}

/// Whether a signature was there when the letter was sent; one that is broken tells nothing of when.
fn is_older(own: &Signature, sent: u64) -> bool {
    own.integrity == Integrity::Ok && own.covers > 0 && own.covers <= sent
}

/// What the code of a page of a letter says.
fn payload(known: &SentRevision, page: u32) -> String {
    page_code::payload(&known.reference, known.number, page as usize)
}

/// Finds out about one letter of a file.
fn letter(
    desk: &Desk<'_>,
    examiner: &mut FileExaminer,
    item: &Item,
    contents: &FileContents,
    found: &LetterPages,
    single: bool,
) -> Result<LetterEvidence, String> {
    let missing = || "la lettre envoyée manque au journal : missive ledger verify".to_owned();
    let known = desk.catalogue.get(found.at).ok_or_else(missing)?;
    let sent = desk.ledger.store.get(&known.issued).map_err(|_| missing())?;
    let boxes = desk.ledger.boxes(known.id).map_err(|error| error.to_string())?;
    let areas: Vec<PageArea> = serde_json::from_str(&boxes).map_err(|error| error.to_string())?;
    let required: BTreeSet<String> = areas
        .iter()
        .map(|area| area.label.clone())
        .filter(|label| label.starts_with("sign-") && label != "sign-issuer")
        .collect();
    let all = contents.signatures.iter().flat_map(|own| &own.signatures);
    // What was there when it was sent is the authority's.
    let before = sent.len() as u64;
    let prefix = item.bytes.starts_with(&sent);
    let mut signatures: Vec<Signature> =
        all.filter(|own| !(prefix && is_older(own, before))).cloned().collect();
    label_places(&mut signatures, &areas, &found.pages);
    let content = desk.ledger.content(&known.reference, Some(known.id));
    let content = content.map_err(|error| error.to_string())?.unwrap_or_default();
    let on = |page: u32| contents.pages.iter().find(|own| own.number == page);
    let picture = are_pictures(&contents.pages, &found.pages);
    let as_document = item.kind == FileKind::Pdf && single && (prefix || !picture);
    let compared = match as_document {
        true => Some(examiner.compare(&sent, &item.bytes, &areas).map_err(|why| why.to_string())?),
        false => None,
    };
    let ink = match as_document {
        true => Vec::new(),
        false => {
            let pairs = found.pages.iter().filter_map(|(received, sent)| {
                let payload = payload(known, *sent);
                let seen = on(*received)?.codes.iter().any(|code| code.payload == payload);
                seen.then_some(MatchedPage { sent: *sent, received: *received, payload })
            });
            // A hint that cannot be had is none; it decides nothing.
            examiner.ink(&sent, &item.bytes, pairs.collect(), &areas).unwrap_or_default()
        }
    };
    Ok(LetterEvidence {
        known: known.clone(),
        is_superseded: desk.catalogue.is_superseded(known),
        required,
        people: LetterPeople::of(&content),
        authorities_are_chosen: desk.authorities.is_chosen(),
        pages: found.pages.clone(),
        signatures,
        compared,
        ink,
    })
}
