//! Makes the files of a campaign: letters and covers, on all workers at once, with a row in the
//! ledger for each.
//!
//! The unit of work is one message with its letters and its cover, so that what lies in `out/` is
//! the same whether made alone or with all others. Workers hold letters against the ledger, render
//! what is new, and put it in the store; one thread writes the rows, some messages a transaction.
//! A document that cannot be made costs only its own message; a disk that refuses stops the run.

use crate::app::letters::evaluate::{
    CurrentRevision, LetterDecision, LetterEvaluator, inputs_hash,
};
use crate::app::letters::plan_campaign::is_voided;
use crate::app::letters::plan_message::{Covered, Piece, PlannedMessage};
use crate::app::output_folders::{Fate, Folders, Refused};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::deposit::{DepositOutcome, DepositedMessage};
use crate::diagnostic::{Problem, Span};
use crate::ledger::LedgerError;
use crate::ledger::write::change::Change;
use crate::ledger::write::message::NewMessage;
use crate::ledger::write::revision::NewRevision;
use crate::letter::{Letter, Mailing};
use crate::plan::history::{MessageState, RenderInputs};
use crate::plan::{Action, PlannedLetter};
use crate::project::outbox::Outbox;
use crate::project::send_log::SendLog;
use crate::render::pool;
use crate::stages::Stage;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

/// Pages of a letter that is well set; longer ones are told.
const USUAL_PAGES: usize = 2;
/// Messages whose rows are written in one transaction: what a cut makes be done again.
const BATCH: usize = 48;

/// What to make.
#[derive(Clone, Debug)]
pub struct Order {
    /// Messages to make; all when absent.
    pub only: Option<BTreeSet<usize>>,
    /// Whether messages are deposited in the outbox.
    pub deposit: bool,
    /// At most so many messages are deposited.
    pub limit: Option<usize>,
    /// Workers.
    pub jobs: usize,
    /// Write files even when they hold the same bytes.
    pub force: bool,
    /// Files of letters that are no longer called for are removed.
    pub sweep: bool,
    /// The day written in `send.log`.
    pub day: Date,
}

impl Order {
    /// One that makes nothing.
    pub fn quiet(day: Date) -> Self {
        Self { only: None, deposit: false, limit: None, jobs: 1, force: false, sweep: false, day }
    }
}

/// What became of the documents of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// New or other bytes than before.
    pub written: usize,
    /// Same bytes as before.
    pub unchanged: usize,
    /// Brought back from the ledger.
    pub restored: usize,
    /// Made, but kept from being sent.
    pub blocked: usize,
    /// Could not be made.
    pub failed: usize,
}

impl Counts {
    fn count(&mut self, fate: Fate) {
        match fate {
            Fate::Written => self.written += 1,
            Fate::Unchanged => self.unchanged += 1,
            Fate::Restored => self.restored += 1,
        }
    }

    fn add(&mut self, other: Self) {
        self.written += other.written;
        self.unchanged += other.unchanged;
        self.restored += other.restored;
        self.blocked += other.blocked;
        self.failed += other.failed;
    }

    /// Those that are there.
    pub fn made(&self) -> usize {
        self.written + self.unchanged + self.restored
    }
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Letters.
    pub letters: Counts,
    /// Covers (PDF and HTML together).
    pub covers: Counts,
    /// Messages in the outbox after the run.
    pub deposited: Vec<DepositedMessage>,
    /// Messages left for a later run by `limit`.
    pub remaining: usize,
    /// Messages that had to be kept back because one of their documents failed.
    pub kept_back: usize,
    /// Messages of letters that are blocked.
    pub blocked_messages: usize,
    /// Letters that wait for the authority's signature.
    pub held: usize,
    /// Letters that the authority had signed and that changed since.
    pub voided: Vec<String>,
    /// Deposited messages that no longer said what they should, and were removed.
    pub withdrawn: Vec<String>,
    /// Files removed because nothing calls for them any more.
    pub swept: Vec<String>,
    /// Files made or confirmed, relative to the project.
    pub files: Vec<String>,
    /// Files that someone had edited, and that are as they were again.
    pub edited: Vec<String>,
    /// References of letters of more than two pages.
    pub long: Vec<String>,
    /// What was done with letters that were not left as they were.
    pub planned: Vec<PlannedLetter>,
    /// Documents compiled.
    pub compiled: usize,
    /// What went wrong, each with the references it concerns.
    pub failures: Vec<(Problem, Vec<String>)>,
    /// The disk, the ledger or the machine refused: the run stopped there.
    pub stopped: Option<String>,
}

impl Outcome {
    /// Takes in what was deposited.
    pub(super) fn add_deposits(&mut self, deposits: DepositOutcome) {
        self.remaining = deposits.remaining;
        self.kept_back += deposits.kept_back;
        self.failures.extend(deposits.failures);
        self.edited.extend(deposits.edited);
        self.files.extend(deposits.files);
        if let Some(why) = deposits.stopped {
            self.stopped.get_or_insert(why);
        }
        // A message that was taken out and put back with other bytes is not gone.
        let there: BTreeSet<&str> =
            deposits.deposited.iter().map(|message| message.file.as_str()).collect();
        self.withdrawn.retain(|file| !there.contains(file.as_str()));
        self.deposited = deposits.deposited;
    }
}

/// A revision to be kept, with what its row needs.
struct Entry {
    reference: String,
    uai: String,
    referent: Option<String>,
    considered: LetterDecision,
    new: Option<(NewRevision, RenderInputs)>,
}

/// A message with what its row needs.
struct Post<'r> {
    dispatch: PlannedMessage<'r>,
    name: String,
    inputs: Option<RenderInputs>,
}

/// What one piece of work did.
#[derive(Default)]
struct Work<'r> {
    letters: Counts,
    covers: Counts,
    files: Vec<String>,
    edited: Vec<String>,
    kept_back: bool,
    blocked_message: bool,
    held: usize,
    voided: Vec<String>,
    long: Vec<String>,
    failures: Vec<(Problem, String)>,
    entries: Vec<Entry>,
    post: Option<Post<'r>>,
    retire: BTreeSet<i64>,
    refused: Option<String>,
}

/// Alike failures together: the place, the code and the sentence make the key.
type Failures = BTreeMap<(Option<Span>, String), (Problem, Vec<String>)>;

/// Makes the files, and the rows when there is a ledger. `progress` is told after each message how
/// many letters it held.
pub fn produce(
    evaluator: &LetterEvaluator<'_>,
    order: &Order,
    mut progress: impl FnMut(usize) + Send,
) -> Outcome {
    let resolved = evaluator.resolved;
    let mut outcome = Outcome::default();
    let folders = Folders::new(resolved, evaluator.ledger);
    if let Err(refused) = folders.prepare() {
        outcome.stopped = Some(refused.sentence());
        return outcome;
    }
    let before = resolved.engine.compiled();
    let chosen: Vec<usize> = match &order.only {
        Some(only) => only.iter().copied().collect(),
        None => (0..resolved.desired.mailings.len()).collect(),
    };
    let stop = AtomicBool::new(false);
    let work = |at: usize| {
        let done = make(evaluator, order, &resolved.desired.mailings[chosen[at]], &folders);
        if done.refused.is_some() {
            stop.store(true, Ordering::Relaxed);
        }
        done
    };
    let mut keeper = RowWriter { evaluator, order, folders: &folders, batch: Vec::new() };
    let mut failures = Failures::new();
    let started = pool::run(chosen.len(), order.jobs, &stop, work, |at, done| {
        let mailing = &resolved.desired.mailings[chosen[at]];
        progress(mailing.letters.len());
        let done = done.unwrap_or_else(|| broken(resolved, mailing));
        add(&mut outcome, &mut failures, &done);
        keeper.batch.push(done);
        if keeper.batch.len() >= BATCH {
            keeper.commit(&mut outcome);
        }
        if outcome.stopped.is_some() {
            stop.store(true, Ordering::Relaxed);
        }
    });
    keeper.commit(&mut outcome);
    if !started {
        outcome.stopped = Some("aucun fil d'exécution ne peut être démarré".to_owned());
    }
    outcome.failures = failures.into_values().collect();
    for (_, references) in &mut outcome.failures {
        references.sort();
    }
    outcome.withdrawn.sort();
    outcome.long.sort();
    outcome.edited.sort();
    outcome.planned.sort_by(|a, b| a.reference.cmp(&b.reference));
    outcome.compiled = resolved.engine.compiled() - before;
    outcome
}

/// Makes the rows of a campaign without any file: for a ledger that only serves to compare.
pub fn rows_only(evaluator: &LetterEvaluator<'_>, jobs: usize) -> Result<(), LedgerError> {
    let mailings = &evaluator.resolved.desired.mailings;
    let stop = AtomicBool::new(false);
    let mut entries: Vec<Entry> = Vec::new();
    pool::run(
        mailings.len(),
        jobs,
        &stop,
        |at| evaluator.piece(&mailings[at]),
        |at, piece| {
            let letters = piece.map(|piece| piece.letters).unwrap_or_default();
            for (own, considered) in mailings[at].letters.iter().zip(letters) {
                let letter = &evaluator.resolved.desired.letters[*own];
                // A letter that cannot be made is told when it is.
                let Ok(considered) = considered else { continue };
                entries.push(entry(evaluator, letter, considered));
            }
        },
    );
    let campaign = evaluator.resolved.desired.campaign.id.as_str();
    evaluator.ledger.map_or(Ok(()), |ledger| {
        ledger.write(|change| {
            for entry in &entries {
                let Some((new, inputs)) = &entry.new else { continue };
                change.letter(&entry.reference, campaign, &entry.uai, entry.referent.as_deref())?;
                change.inputs(&new.inputs, inputs)?;
                change.revision(new, &[])?;
            }
            Ok(())
        })
    })
}

/// A letter with what its row needs.
fn entry(
    evaluator: &LetterEvaluator<'_>,
    letter: &Letter<'_>,
    considered: LetterDecision,
) -> Entry {
    let new = match &considered.standing {
        CurrentRevision::Made(made) if evaluator.ledger.is_some() => {
            Some((new_revision(evaluator, letter, &considered, made), made.inputs.clone()))
        }
        _ => None,
    };
    Entry {
        reference: letter.reference.to_string(),
        uai: letter.establishment.uai.value.to_string(),
        referent: letter.referent.map(|(referent, _)| referent.id.value.to_string()),
        considered,
        new,
    }
}

/// The piece of a message whose work panicked: a bug, told as such, the others go on.
fn broken<'r>(resolved: &ResolvedCampaign<'_>, mailing: &Mailing<'_>) -> Work<'r> {
    let name = resolved.desired.mailing_name(mailing);
    let problem = Problem::error("E-BUG", "une erreur interne de missive a empêché ce message")
        .help(
            "signaler ce cas avec le fichier de données concerné ; les autres lettres sont faites",
        );
    Work {
        letters: Counts { failed: mailing.letters.len(), ..Counts::default() },
        kept_back: true,
        failures: vec![(problem, name)],
        ..Work::default()
    }
}

fn add(outcome: &mut Outcome, failures: &mut Failures, done: &Work<'_>) {
    outcome.letters.add(done.letters);
    outcome.covers.add(done.covers);
    outcome.files.extend(done.files.iter().cloned());
    outcome.edited.extend(done.edited.iter().cloned());
    outcome.long.extend(done.long.iter().cloned());
    outcome.kept_back += usize::from(done.kept_back);
    outcome.blocked_messages += usize::from(done.blocked_message);
    outcome.held += done.held;
    outcome.voided.extend(done.voided.iter().cloned());
    for entry in &done.entries {
        let planned = &entry.considered.planned;
        if planned.action != Action::Keep || planned.note.is_some() {
            outcome.planned.push(planned.clone());
        }
    }
    for (problem, reference) in &done.failures {
        let key = (problem.span, format!("{}{}", problem.code, problem.message));
        let slot = failures.entry(key).or_insert_with(|| (problem.clone(), Vec::new()));
        slot.1.push(reference.clone());
    }
    if outcome.stopped.is_none() {
        outcome.stopped.clone_from(&done.refused);
    }
}

fn make<'r>(
    evaluator: &LetterEvaluator<'r>,
    order: &Order,
    mailing: &Mailing<'r>,
    folders: &Folders<'_>,
) -> Work<'r> {
    let mut done = Work::default();
    let piece = evaluator.piece(mailing);
    let result = fill(evaluator, order, mailing, piece, folders, &mut done);
    done.refused = result.err().map(|refused| refused.sentence());
    done
}

fn fill<'r>(
    evaluator: &LetterEvaluator<'r>,
    order: &Order,
    mailing: &Mailing<'r>,
    piece: Piece<'r>,
    folders: &Folders<'_>,
    done: &mut Work<'r>,
) -> Result<(), Refused> {
    let resolved = evaluator.resolved;
    let mut whole = true;
    for (at, considered) in mailing.letters.iter().zip(piece.letters) {
        let letter = &resolved.desired.letters[*at];
        done.letters.blocked += usize::from(letter.is_blocked());
        match considered {
            Ok(considered) => place_letter(evaluator, order, letter, considered, folders, done)?,
            Err(problems) => {
                whole = false;
                done.letters.failed += 1;
                let name = letter.reference.to_string();
                done.failures.extend(problems.into_iter().map(|p| (p, name.clone())));
                // The former file says what is no longer true.
                folders.remove(&folders.letters, &letter.file_name())?;
            }
        }
    }
    done.retire = piece.retire;
    done.blocked_message = mailing.address.is_none();
    let mut own = None;
    match piece.dispatch {
        None => {}
        Some(Ok(dispatch)) => {
            own = Some(dispatch.mailing.uai.to_string());
            if dispatch.held {
                done.blocked_message = true;
                let unblocked = |at: &&usize| !resolved.desired.letters[**at].is_blocked();
                done.held = dispatch.mailing.letters.iter().filter(unblocked).count();
                done.letters.blocked += done.held;
            }
            place_cover(order, &dispatch, folders, done, resolved)?;
            if whole {
                done.post = Some(post(evaluator, dispatch));
            }
        }
        Some(Err(problems)) => {
            whole = false;
            done.covers.failed += 1;
            let name = resolved.desired.mailing_name(mailing);
            done.failures.extend(problems.into_iter().map(|p| (p, name.clone())));
            for file in cover_files(mailing.uai.as_str()) {
                folders.remove(&folders.covers, &file)?;
            }
        }
    }
    done.kept_back = !whole && mailing.address.is_some() && resolved.desired.rehearsal.is_none();
    former_covers(evaluator, order, mailing, own.as_deref(), folders, done)
}

/// The covers of what left before, each under the school that named its message.
fn former_covers(
    evaluator: &LetterEvaluator<'_>,
    order: &Order,
    mailing: &Mailing<'_>,
    own: Option<&str>,
    folders: &Folders<'_>,
    done: &mut Work<'_>,
) -> Result<(), Refused> {
    let references = mailing
        .letters
        .iter()
        .map(|at| evaluator.resolved.desired.letters[*at].reference.to_string());
    let sent: BTreeSet<i64> =
        references.filter_map(|name| evaluator.past.last_sent(&name)).map(|sent| sent.id).collect();
    for message in sent.iter().filter_map(|id| evaluator.past.messages.get(id)) {
        if Some(message.uai.as_str()) == own || !evaluator.past.is_last(message) {
            continue;
        }
        let hashes = [&message.cover_pdf, &message.cover_html];
        let mut fate = Fate::Unchanged;
        for (file, hash) in cover_files(&message.uai).iter().zip(hashes) {
            let (placed, edited) = folders.restore(&folders.covers, file, hash, order.force)?;
            fate = fate.max(placed);
            note_file(done, evaluator.resolved, "covers", file, edited);
        }
        done.covers.count(fate);
    }
    Ok(())
}

fn cover_files(uai: &str) -> [String; 2] {
    [format!("{uai}.pdf"), format!("{uai}.html")]
}

fn note_file(
    done: &mut Work<'_>,
    resolved: &ResolvedCampaign<'_>,
    kind: &str,
    file: &str,
    edited: bool,
) {
    let path = format!("{}/{kind}/{file}", resolved.output);
    if edited {
        done.edited.push(path.clone());
    }
    done.files.push(path);
}

fn place_letter(
    evaluator: &LetterEvaluator<'_>,
    order: &Order,
    letter: &Letter<'_>,
    considered: LetterDecision,
    folders: &Folders<'_>,
    done: &mut Work<'_>,
) -> Result<(), Refused> {
    let resolved = evaluator.resolved;
    let file = letter.file_name();
    let fate = match &considered.standing {
        CurrentRevision::Kept(revision) => {
            Some(folders.restore(&folders.letters, &file, &revision.issued, order.force)?)
        }
        // What was handed over stays in its place until a person has decided.
        CurrentRevision::Undecided => {
            let name = letter.reference.to_string();
            let issued = evaluator.past.letters.get(&name).and_then(|past| past.issued.as_ref());
            issued
                .map(|own| folders.restore(&folders.letters, &file, &own.issued, order.force))
                .transpose()?
        }
        CurrentRevision::Made(made) => {
            let former = evaluator.past.letters.contains_key(&letter.reference.to_string());
            if made.pdf.pages > USUAL_PAGES {
                done.long.push(letter.reference.to_string());
            }
            let bytes = &made.pdf.bytes;
            Some(resolved.engine.stages().time(Stage::Write, || {
                let placed = folders.write(&folders.letters, &file, bytes, order.force, former)?;
                folders.keep(bytes).map(|()| placed)
            })?)
        }
    };
    if let Some((fate, edited)) = fate {
        done.letters.count(fate);
        note_file(done, resolved, "letters", &file, edited);
    }
    let name = letter.reference.to_string();
    if is_voided(evaluator.past, &name, &considered.drops) {
        done.voided.push(name);
    }
    done.entries.push(entry(evaluator, letter, considered));
    Ok(())
}

fn new_revision(
    evaluator: &LetterEvaluator<'_>,
    letter: &Letter<'_>,
    considered: &LetterDecision,
    made: &crate::app::letters::evaluate::Made,
) -> NewRevision {
    // Maps of texts and lists of numbers: writing them as JSON cannot fail.
    let json = |value: serde_json::Result<String>| value.unwrap_or_default();
    NewRevision {
        reference: letter.reference.to_string(),
        issue: considered.issue.clone(),
        content: made.json.clone(),
        content_hash: made.content.clone(),
        origins: json(serde_json::to_string(&evaluator.places(letter))),
        ruleset: evaluator.ruleset.clone(),
        inputs: inputs_hash(&made.inputs),
        rendered: made.rendered.clone(),
        pages: made.pdf.pages,
        text: json(serde_json::to_string(&made.pdf.blocks)),
        text_hash: made.text.clone(),
        boxes: json(serde_json::to_string(&made.pdf.places)),
    }
}

fn place_cover(
    order: &Order,
    dispatch: &PlannedMessage<'_>,
    folders: &Folders<'_>,
    done: &mut Work<'_>,
    resolved: &ResolvedCampaign<'_>,
) -> Result<(), Refused> {
    let files = cover_files(dispatch.mailing.uai.as_str());
    let mut fate = Fate::Unchanged;
    match &dispatch.covered {
        Covered::Kept(pdf, html, ..) => {
            for (file, hash) in files.iter().zip([pdf, html]) {
                let (placed, edited) = folders.restore(&folders.covers, file, hash, order.force)?;
                fate = fate.max(placed);
                note_file(done, resolved, "covers", file, edited);
            }
        }
        Covered::Made(cover, ..) => {
            for (file, bytes) in files.iter().zip([&cover.pdf[..], cover.html.as_bytes()]) {
                let (placed, edited) = resolved.engine.stages().time(Stage::Write, || {
                    let placed = folders.write(&folders.covers, file, bytes, order.force, false)?;
                    folders.keep(bytes).map(|()| placed)
                })?;
                fate = fate.max(placed);
                note_file(done, resolved, "covers", file, edited);
            }
        }
    }
    done.covers.count(fate);
    done.covers.blocked += usize::from(dispatch.mailing.address.is_none() || dispatch.held);
    Ok(())
}

fn post<'r>(evaluator: &LetterEvaluator<'r>, dispatch: PlannedMessage<'r>) -> Post<'r> {
    let inputs = match &dispatch.covered {
        Covered::Made(cover, ..) => Some(evaluator.inputs(&cover.read)),
        Covered::Kept(..) => None,
    };
    Post { name: evaluator.resolved.desired.mailing_name(&dispatch.mailing), dispatch, inputs }
}

/// Writes the rows of what was made.
struct RowWriter<'a, 'r> {
    evaluator: &'a LetterEvaluator<'r>,
    order: &'a Order,
    folders: &'a Folders<'a>,
    batch: Vec<Work<'r>>,
}

impl RowWriter<'_, '_> {
    /// One transaction for the whole batch; then the outbox loses what is no longer right.
    fn commit(&mut self, outcome: &mut Outcome) {
        let batch = std::mem::take(&mut self.batch);
        let Some(ledger) = self.evaluator.ledger else { return };
        let batch: Vec<&Work<'_>> = batch.iter().filter(|done| done.refused.is_none()).collect();
        let mut gone = Vec::new();
        let kept = keep_templates(self.evaluator, &batch).map_err(LedgerError::from);
        let written = kept.and_then(|()| {
            self.evaluator.resolved.engine.stages().time(Stage::Ledger, || {
                ledger.write(|change| {
                    for done in &batch {
                        self.keep(change, done, &mut gone)?;
                    }
                    Ok(())
                })
            })
        });
        if let Err(error) = written {
            outcome.stopped.get_or_insert(error.to_string());
            return;
        }
        let log = SendLog::new(&self.folders.out, self.order.day);
        for file in gone {
            let removed = self
                .folders
                .remove(self.folders.outbox.folder(), &file)
                .and_then(|()| log.withdrawn(&file).map_err(|e| Refused::new(log.path(), e)));
            if let Err(refused) = removed {
                outcome.stopped.get_or_insert(refused.sentence());
            }
            outcome.withdrawn.push(file);
        }
    }

    fn keep(
        &self,
        change: &mut Change<'_>,
        done: &Work<'_>,
        gone: &mut Vec<String>,
    ) -> Result<(), LedgerError> {
        let past = self.evaluator.past;
        for id in &done.retire {
            retire(change, past, *id, gone)?;
        }
        let campaign = self.evaluator.resolved.desired.campaign.id.as_str();
        let mut rows: BTreeMap<&str, i64> = BTreeMap::new();
        for entry in &done.entries {
            let reference = entry.reference.as_str();
            if past.letters.get(reference).is_none_or(|letter| letter.withdrawn) {
                change.letter(reference, campaign, &entry.uai, entry.referent.as_deref())?;
            }
            match (&entry.new, &entry.considered.standing) {
                (Some((new, inputs)), _) => {
                    change.inputs(&new.inputs, inputs)?;
                    let id = change.revision(new, &entry.considered.drops)?;
                    rows.insert(reference, id);
                }
                (None, standing) => {
                    change.drop_revisions(reference, &entry.considered.drops)?;
                    if let CurrentRevision::Kept(revision) = standing {
                        rows.insert(reference, revision.id);
                    }
                }
            }
            for judged in &entry.considered.judged {
                if !entry.considered.drops.contains(&judged.revision) {
                    change.inputs(&judged.seen.inputs, &judged.inputs)?;
                    let why = judged.why.as_deref();
                    change.record_judgement(reference, judged.revision, &judged.seen, why)?;
                }
            }
        }
        match &done.post {
            Some(post) => self.keep_message(change, post, &rows),
            None => Ok(()),
        }
    }

    fn keep_message(
        &self,
        change: &mut Change<'_>,
        post: &Post<'_>,
        rows: &BTreeMap<&str, i64>,
    ) -> Result<(), LedgerError> {
        let dispatch = &post.dispatch;
        let (cover_pdf, cover_html, subject, inputs) = dispatch.covered.names();
        if let Some(own) = &post.inputs {
            change.inputs(inputs, own)?;
        }
        if let Some(same) = dispatch.same {
            return match dispatch.refreshed {
                true => change.refresh_cover(same, &dispatch.cover, inputs),
                false => Ok(()),
            };
        }
        let desired = &self.evaluator.resolved.desired;
        let mut letters = Vec::new();
        for (at, again) in dispatch.mailing.letters.iter().zip(&dispatch.again) {
            let reference = desired.letters[*at].reference.to_string();
            let row = rows.get(reference.as_str()).copied();
            let row = row.ok_or_else(|| LedgerError::Corrupt(format!("{reference} sans ligne")))?;
            letters.push((reference, row, *again));
        }
        letters.sort();
        change.message(&NewMessage {
            campaign: desired.campaign.id.value.to_string(),
            uai: dispatch.mailing.uai.to_string(),
            number: dispatch.number,
            name: post.name.clone(),
            address: dispatch.mailing.address.map(|to| to.as_str().to_owned()),
            date: dispatch.date,
            addressees: dispatch.addressees.clone(),
            cover: dispatch.cover.clone(),
            inputs: inputs.to_owned(),
            fingerprint: dispatch.fingerprint.clone(),
            cover_pdf: cover_pdf.to_owned(),
            cover_html: cover_html.to_owned(),
            subject: subject.to_owned(),
            letters,
            reminder: false,
            held: dispatch.held,
        })?;
        Ok(())
    }
}

/// Takes an open message back; the file of one that was deposited is named in `gone`.
pub(super) fn retire(
    change: &mut Change<'_>,
    past: &crate::plan::history::CampaignHistory,
    id: i64,
    gone: &mut Vec<String>,
) -> Result<(), LedgerError> {
    if let Some(message) = past.messages.get(&id)
        && message.state == MessageState::Deposited
    {
        gone.push(Outbox::file_name(&message.uai, message.number));
    }
    change.retire(id)
}

/// The template files behind new inputs go to the store before any row names them.
fn keep_templates(evaluator: &LetterEvaluator<'_>, batch: &[&Work<'_>]) -> std::io::Result<()> {
    let Some(ledger) = evaluator.ledger else { return Ok(()) };
    let entries = || batch.iter().flat_map(|done| &done.entries);
    let letters = entries().filter_map(|entry| entry.new.as_ref()).map(|(_, inputs)| inputs);
    let judged = entries().flat_map(|entry| &entry.considered.judged).map(|own| &own.inputs);
    let covers = batch.iter().filter_map(|done| done.post.as_ref()?.inputs.as_ref());
    let all = letters.chain(judged).chain(covers);
    let wanted: BTreeSet<(&String, &String)> = all.flat_map(|inputs| &inputs.templates).collect();
    for (path, name) in wanted {
        if ledger.store.has(name) {
            continue;
        }
        if let Some(file) = evaluator.resolved.templates.iter().find(|file| file.path == *path) {
            ledger.store.put(&file.bytes)?;
        }
    }
    Ok(())
}
