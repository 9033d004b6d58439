//! One mailing against what the ledger knows: each letter is evaluated, and the message that has to
//! go is decided on. Answers the questions of [`decide_message`], and renders the cover if it asks
//! for one.

use crate::app::letters::cover_document::{self, CoverDocument};
use crate::app::letters::evaluate::{EvaluatedLetter, LetterEvaluator, inputs_hash};
use crate::diagnostic::Problem;
use crate::files::sha256;
use crate::ledger::object_store;
use crate::letter::content::record_views::HeadView;
use crate::letter::mailing::{LetterInMessage, Mailing, Occasion};
use crate::plan::decision::decide_message::{
    self, CoverHashes, DueMessage, MailingState, MessageContext, MessageDecision, MessagePort,
    decide_message, is_resent,
};
use crate::plan::decision::envelope_parts::EnvelopeParts;
use crate::plan::decision::letter_decision::CurrentRevision;
use crate::plan::history::letter::LetterEntry;
use crate::plan::history::{Addressee, RenderInputs};
use crate::plan::returned::is_for_information;
use crate::stages::Stage;
use jiff::civil::Date;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::iter::repeat_n;

/// A mailing that was held against the ledger.
pub struct PlannedMailing<'r> {
    /// Its letters, in the order of the mailing.
    pub letters: Vec<Result<EvaluatedLetter, Vec<Problem>>>,
    /// The message that has to go, if any letter has to, and its cover could be made.
    pub message: Option<Result<PlannedMessage<'r>, Vec<Problem>>>,
    /// Open messages that are no longer right, by their numbers in the ledger.
    pub retired: BTreeSet<i64>,
}

/// A message that has to go.
#[derive(Debug)]
pub struct PlannedMessage<'r> {
    /// The letters that go, as a mailing of its own.
    pub mailing: Mailing<'r>,
    /// The heads it is addressed to.
    pub addressees: Vec<Addressee>,
    /// The documents that go, in the order of the mailing: a letter stands there once for each of its own.
    pub documents: Vec<PlannedDocument>,
    /// What was decided about it.
    pub decision: MessageDecision<RenderedCover>,
}

/// A document in a message that has to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedDocument {
    /// Whether it was sent before.
    pub again: bool,
    /// Its number in the ledger, where it goes with the current revision of its letter; that one has none.
    pub along: Option<i64>,
}

/// A cover that was rendered.
#[derive(Debug)]
pub struct RenderedCover {
    /// The cover as PDF and HTML.
    pub document: CoverDocument,
    /// What was read to render it.
    pub inputs: RenderInputs,
    /// What is kept of it.
    pub hashes: CoverHashes,
}

impl AsRef<CoverHashes> for RenderedCover {
    fn as_ref(&self) -> &CoverHashes {
        &self.hashes
    }
}

impl<'r> LetterEvaluator<'r> {
    /// Holds a mailing against the ledger.
    pub fn plan_mailing(&self, mailing: &Mailing<'r>) -> PlannedMailing<'r> {
        let called = &self.resolved.desired.letters;
        let letters: Vec<Result<EvaluatedLetter, Vec<Problem>>> =
            mailing.letters.iter().map(|at| self.evaluate(&called[*at])).collect();
        let decided = mailing.letters.iter().zip(&letters);
        let pending: Vec<(usize, &EvaluatedLetter)> = decided
            .filter_map(|(at, decision)| Some((*at, decision.as_ref().ok()?)))
            .filter(|(_, decision)| decision.pending)
            .collect();
        let message = (!pending.is_empty()).then(|| self.plan_message(mailing, &pending));
        let state = MailingState {
            is_whole: letters.iter().all(Result::is_ok),
            came_back: letters.iter().flatten().any(|decision| decision.came_back),
            message: match &message {
                Some(Ok(message)) => Some(DueMessage {
                    uai: message.mailing.uai.as_str(),
                    same: message.decision.same,
                }),
                Some(Err(_)) | None => None,
            },
        };
        let references: Vec<String> =
            mailing.letters.iter().map(|at| called[*at].reference.to_string()).collect();
        let references = references.iter().map(String::as_str);
        let retired = decide_message::retired(self.history, references, state);
        let needs_resolution = state.needs_resolution();
        PlannedMailing { letters, message: message.filter(|_| !needs_resolution), retired }
    }

    /// What the current revision of a letter is in the message that brings it.
    pub(in crate::app) fn letter_in_message(&self, decision: &EvaluatedLetter) -> LetterInMessage {
        let letter = self.history.letters.get(&decision.planned.reference);
        let informs = |letter: &LetterEntry| match &decision.current {
            CurrentRevision::Kept(revision) => is_for_information(letter, revision),
            CurrentRevision::Made(_) | CurrentRevision::Undecided => false,
        };
        LetterInMessage {
            issue: decision.issue.clone(),
            readdressed: is_resent(decision),
            for_information: is_resent(decision) && letter.is_some_and(informs),
            amendment_number: letter.and_then(|letter| letter.amendment_number(&decision.issue)),
        }
    }

    /// What all documents of a letter are in the message that brings them, the current one last.
    pub(in crate::app) fn documents_in_message(
        &self,
        decision: &EvaluatedLetter,
    ) -> Vec<LetterInMessage> {
        let letter = self.history.letters.get(&decision.planned.reference);
        let along = decision.along.iter().map(|document| LetterInMessage {
            issue: document.issue.clone(),
            readdressed: true,
            for_information: letter.is_some_and(|letter| is_for_information(letter, document)),
            amendment_number: letter.and_then(|letter| letter.amendment_number(&document.issue)),
        });
        along.chain([self.letter_in_message(decision)]).collect()
    }

    fn plan_message(
        &self,
        whole: &Mailing<'r>,
        pending: &[(usize, &EvaluatedLetter)],
    ) -> Result<PlannedMessage<'r>, Vec<Problem>> {
        let called = &self.resolved.desired.letters;
        let schools = || pending.iter().map(|(at, _)| called[*at].establishment);
        let uai = schools().map(|school| &school.uai.value).min().unwrap_or(whole.uai);
        let addressees = schools().map(|school| Addressee {
            uai: school.uai.value.to_string(),
            head: serde_json::to_value(school.head.as_ref().map(HeadView::new)).unwrap_or_default(),
        });
        let addressees = addressees.collect();
        let letters = pending.iter().flat_map(|(at, one)| repeat_n(*at, one.along.len() + 1));
        let mailing = Mailing { uai, address: whole.address, letters: letters.collect() };
        let going: Vec<LetterInMessage> =
            pending.iter().flat_map(|(_, decision)| self.documents_in_message(decision)).collect();
        let context = MessageContext {
            history: self.history,
            today: self.today,
            date: self.resolved.desired.dates.date,
            signs_first: self.resolved.signs_first(),
            current_inputs: self.current_inputs(),
        };
        let decisions: Vec<&EvaluatedLetter> =
            pending.iter().map(|(_, decision)| *decision).collect();
        let answers = MessageAnswers {
            evaluator: self,
            mailing: &mailing,
            going: &going,
            content: OnceCell::new(),
        };
        let decision = decide_message(&context, uai.as_str(), &decisions, &answers)?;
        let along = pending.iter().flat_map(|(_, decision)| {
            decision.along.iter().map(|document| Some(document.id)).chain([None])
        });
        let documents = going
            .iter()
            .zip(along)
            .map(|(going, along)| PlannedDocument { again: going.readdressed, along })
            .collect();
        Ok(PlannedMessage { mailing, addressees, documents, decision })
    }
}

/// Answers the questions of a decision about one message.
struct MessageAnswers<'e, 'r> {
    evaluator: &'e LetterEvaluator<'r>,
    mailing: &'e Mailing<'r>,
    going: &'e [LetterInMessage],
    /// The content of the cover, once it was resolved: a decision asks about one date only.
    content: OnceCell<String>,
}

impl MessageAnswers<'_, '_> {
    fn content(&self, date: Date) -> Result<&str, Vec<Problem>> {
        if let Some(content) = self.content.get() {
            return Ok(content);
        }
        let occasion = Occasion { date, letters: self.going };
        let content = cover_document::content(self.evaluator.resolved, self.mailing, &occasion)?;
        Ok(self.content.get_or_init(|| content))
    }
}

impl MessagePort for MessageAnswers<'_, '_> {
    type Cover = RenderedCover;
    type Error = Vec<Problem>;

    fn cover_content(&self, date: Date) -> Result<String, Vec<Problem>> {
        Ok(sha256(self.content(date)?.as_bytes()))
    }

    fn cover(&self, number: u32, date: Date) -> Result<RenderedCover, Vec<Problem>> {
        let resolved = self.evaluator.resolved;
        let content = self.content(date)?;
        let document = cover_document::render(resolved, self.mailing, (number, date), content)?;
        let hashes =
            || (object_store::hash(&document.pdf), object_store::hash(document.html.as_bytes()));
        let (pdf, html) = resolved.engine.stages().time(Stage::Hash, hashes);
        let inputs = self.evaluator.inputs(&document.read);
        let subject = document.subject.clone();
        let hashes = CoverHashes { pdf, html, subject, inputs: inputs_hash(&inputs) };
        Ok(RenderedCover { document, inputs, hashes })
    }

    fn fingerprint(
        &self,
        (number, date): (u32, Date),
        letters: &[&str],
        cover: &CoverHashes,
        is_held: bool,
    ) -> String {
        let (resolved, mailing) = (self.evaluator.resolved, self.mailing);
        let mail = &resolved.settings.mail;
        let mut whole = String::from("missive message 1\n");
        let mut add = |part: &str| {
            whole.push_str(&format!("{} {part}\n", part.len()));
        };
        add(&resolved.desired.mailing_name(mailing));
        add(&format!("{number} {date}"));
        add(mail.from.name.as_deref().unwrap_or_default());
        add(mail.from.address.as_str());
        add(mail.reply_to.as_str());
        add(mailing.address.map_or("", |to| to.as_str()));
        resolved.desired.copies(mailing).iter().for_each(|copy| add(copy.as_str()));
        add(&cover.subject);
        add(cover.html.as_str());
        if mail.attach_cover {
            add(cover.pdf.as_str());
        }
        for (name, hash) in resolved.attachment_names(mailing, self.going).iter().zip(letters) {
            add(name);
            add(hash);
        }
        for document in resolved.enclosed_with(self.going) {
            add(&document.name);
            add(&document.hash);
        }
        if is_held {
            add("held");
        }
        let hash = |parts: &[&str]| sha256(parts.join("\n").as_bytes());
        let (copies, from) = (resolved.desired.copies(mailing), mail.from.address.as_str());
        let copies: Vec<&str> = copies.iter().map(|copy| copy.as_str()).collect();
        let name = mail.from.name.as_deref().unwrap_or_default();
        let enclosures = resolved.enclosures.iter();
        let parts = EnvelopeParts {
            sender: hash(&[name, from, mail.reply_to.as_str()]),
            copies: hash(&copies),
            is_held,
            enclosures: enclosures.map(|file| hash(&[&file.name, &file.hash])).collect(),
        };
        parts.fingerprint(&sha256(whole.as_bytes()))
    }
}
