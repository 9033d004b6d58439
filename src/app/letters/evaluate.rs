//! One letter against what the ledger knows of it: answers what [`decide`] asks, and renders where it
//! asks for a document. Writes nothing, decides nothing.

use crate::app::letters::letter_document::{self, ComparedContents, LetterDocument};
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::diagnostic::Problem;
use crate::files::sha256;
use crate::ledger::Ledger;
use crate::ledger::object_store;
use crate::letter::content::record_views::HeadView;
use crate::letter::former_head;
use crate::letter::issue::Issue;
use crate::letter::mission_letter::Letter;
use crate::plan::Orders;
use crate::plan::decision::context::{CalledLetter, DecisionContext};
use crate::plan::decision::decide::decide;
use crate::plan::decision::letter_decision::LetterDecision;
use crate::plan::decision::port::{
    DecisionPort, LetterText, PrintedHead, RenderedHashes, SchoolField,
};
use crate::plan::decision::readdress::Recipient;
use crate::plan::history::{CampaignHistory, ObjectHash, RenderInputs, StoredRevision};
use crate::records::people::{Establishment, Head};
use crate::records::word_lists::MaterialityPolicy;
use crate::render::engine::{Engine, Pdf};
use crate::render::letter_form;
use crate::rules::snapshot::RuleView;
use crate::stages::Stage;
use jiff::civil::Date;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What the letters of a campaign are compared with.
pub struct LetterEvaluator<'a> {
    /// The campaign, resolved and checked.
    pub resolved: &'a ResolvedCampaign<'a>,
    /// What the ledger knows.
    pub history: &'a CampaignHistory,
    /// Where former contents are read from.
    pub ledger: Option<&'a Ledger>,
    /// What a person ordered.
    pub orders: &'a Orders,
    /// The day it is.
    pub today: Date,
    /// The rules in force.
    rules: Vec<RuleView>,
    current_inputs: BTreeSet<&'a str>,
    late: BTreeSet<String>,
}

/// The decision about one letter, with the letter that was rendered for it.
pub type EvaluatedLetter = LetterDecision<RenderedLetter>;

/// A letter that was rendered.
#[derive(Debug)]
pub struct RenderedLetter {
    /// The PDF with what was read from it.
    pub pdf: Pdf,
    /// The PDF with its form fields; none where it has no form.
    pub form: Option<Vec<u8>>,
    /// The content's JSON, without QR codes.
    pub json: String,
    /// What is compared and kept of it.
    pub hashes: RenderedHashes,
}

impl RenderedLetter {
    /// The PDF that is sent, as long as the authority does not sign it first.
    pub fn bytes(&self) -> &[u8] {
        self.form.as_deref().unwrap_or(&self.pdf.bytes)
    }
}

impl AsRef<RenderedHashes> for RenderedLetter {
    fn as_ref(&self) -> &RenderedHashes {
        &self.hashes
    }
}

impl<'a> LetterEvaluator<'a> {
    /// Prepares to evaluate the letters of a campaign.
    pub fn new(
        resolved: &'a ResolvedCampaign<'a>,
        history: &'a CampaignHistory,
        ledger: Option<&'a Ledger>,
        orders: &'a Orders,
        today: Date,
    ) -> Self {
        let rules = resolved.desired.ruleset().snapshot(|span| resolved.sources.place(span));
        let (templates, version) = (resolved.engine.template_hashes(), Engine::version());
        let is_current = |inputs: &RenderInputs| {
            inputs.engine == version
                && inputs.fonts == resolved.engine.fonts()
                && inputs.templates.iter().all(|(path, hash)| {
                    templates.get(path).map(String::as_str) == Some(hash.as_str())
                })
        };
        let inputs = history.inputs.iter();
        let current_inputs = inputs
            .filter(|(_, inputs)| is_current(inputs))
            .map(|(hash, _)| hash.as_str())
            .collect();
        let late = BTreeSet::new();
        Self { resolved, history, ledger, orders, today, rules, current_inputs, late }
    }

    /// The same for a rehearsal, which makes these letters as late ones.
    pub fn rehearsing(self, late: &BTreeSet<String>) -> Self {
        Self { late: late.clone(), ..self }
    }

    /// Hashes of the inputs in the ledger that are what would be read now.
    pub(in crate::app) fn current_inputs(&self) -> &BTreeSet<&'a str> {
        &self.current_inputs
    }

    /// What is read now when these template files are.
    pub fn inputs(&self, read: &[String]) -> RenderInputs {
        let hashes = self.resolved.engine.template_hashes();
        let of = |path: &String| Some((path.clone(), ObjectHash::from(hashes.get(path)?.clone())));
        RenderInputs {
            templates: read.iter().filter_map(of).collect(),
            fonts: self.resolved.engine.fonts().to_owned(),
            engine: Engine::version(),
            platform: Engine::platform(),
        }
    }

    /// Decides what is done with a letter.
    ///
    /// # Errors
    /// The letter cannot be made, or the ledger does not give a former revision.
    pub fn evaluate(&self, letter: &Letter<'a>) -> Result<EvaluatedLetter, Vec<Problem>> {
        let settings = &self.resolved.settings.letters;
        let context = DecisionContext {
            history: self.history,
            campaign: self.resolved.desired.campaign,
            first_issue: self.resolved.desired.first_issue(),
            orders: self.orders,
            today: self.today,
            is_strict: settings.materiality == MaterialityPolicy::Strict,
            is_returned: self.resolved.awaits_returns(),
            current_inputs: &self.current_inputs,
        };
        let school = letter.establishment;
        let email = school.email.as_ref().filter(|_| !letter.is_blocked());
        let reference = letter.reference.to_string();
        let rehearsal = self.resolved.desired.rehearsal;
        let called = CalledLetter {
            rehearsed_on: rehearsal.filter(|_| self.late.contains(&reference)),
            reference,
            last_day: self.resolved.desired.last_day(letter),
            recipient: Recipient {
                uai: school.uai.as_str(),
                head: school.head.as_ref().map(HeadView::new),
                email: email.map(|email| email.as_str()),
            },
        };
        decide(
            &context,
            &called,
            &LetterAnswers { evaluator: self, letter, documents: RefCell::default() },
        )
    }

    /// The content of a letter, as the records and rules of today give it.
    ///
    /// # Errors
    /// A rule quotes what the records do not have.
    pub fn document(
        &self,
        letter: &Letter<'_>,
        issue: &Issue,
    ) -> Result<LetterDocument, Vec<Problem>> {
        let compared = self.compared_with(letter, issue)?;
        let resolve = || LetterDocument::resolve(self.resolved, letter, issue, compared.as_ref());
        self.resolved.engine.stages().time(Stage::Content, resolve)
    }

    /// What the content of an issue is compared with, where it says what differs from a former revision.
    fn compared_with(
        &self,
        letter: &Letter<'_>,
        issue: &Issue,
    ) -> Result<Option<ComparedContents>, Vec<Problem>> {
        let Some(number) = issue.compared_with() else { return Ok(None) };
        let ledger = self.ledger.ok_or_else(|| lost("journal absent"))?;
        let reference = letter.reference.to_string();
        let content = |number: u32| {
            let content = ledger.content_of(&reference, number);
            content.map_err(|error| lost(&error.to_string()))
        };
        let former = content(number)?;
        let former = former.ok_or_else(|| lost(&format!("il n'a pas la révision {number}")))?;
        Ok(Some(ComparedContents { former, stored: content(issue.revision)? }))
    }

    /// The rules of a revision: those in force, or those of the day a late letter was first made.
    pub fn rules_of(&self, issue: &Issue) -> Vec<RuleView> {
        match self.resolved.desired.ruleset_of(issue) {
            Cow::Borrowed(_) => self.rules.clone(),
            Cow::Owned(rules) => rules.snapshot(|span| self.resolved.sources.place(span)),
        }
    }

    /// `file:line` of each field of a letter.
    pub fn places(&self, letter: &Letter<'_>, issue: &Issue) -> BTreeMap<String, String> {
        let origins = letter_document::origins(self.resolved, letter, issue);
        origins.into_iter().map(|(path, span)| (path, self.resolved.sources.place(span))).collect()
    }

    fn render(
        &self,
        letter: &Letter<'_>,
        issue: &Issue,
        document: LetterDocument,
    ) -> Result<RenderedLetter, Vec<Problem>> {
        let pdf = letter_document::pdf(self.resolved, letter, issue, &document)?;
        let stages = self.resolved.engine.stages();
        let form = stages.time(Stage::Form, || letter_form::with_form(&pdf, &document.json));
        let form = form.map_err(|problem| vec![problem.at(letter.place())])?;
        let hashes = || {
            let form = form.as_deref().map(object_store::hash);
            (object_store::hash(&pdf.bytes), form, text_hash(&pdf.blocks))
        };
        let (bytes, form_hash, text) = stages.time(Stage::Hash, hashes);
        let inputs = self.inputs(&pdf.read);
        let hashes = RenderedHashes {
            content: document.hash,
            pdf: bytes,
            form: form_hash,
            text,
            inputs_hash: inputs_hash(&inputs),
            inputs,
        };
        Ok(RenderedLetter { pdf, form, json: document.json, hashes })
    }
}

/// Answers the questions of a decision about one letter. A content that was resolved is kept, as
/// the letter may be rendered from it.
struct LetterAnswers<'e, 'a> {
    evaluator: &'e LetterEvaluator<'a>,
    letter: &'e Letter<'a>,
    documents: RefCell<Vec<KnownDocument>>,
}

struct KnownDocument {
    issue: Issue,
    is_head_of_today: bool,
    document: LetterDocument,
}

impl LetterAnswers<'_, '_> {
    /// Does something with the letter addressed to a head.
    fn addressed<T>(&self, head: &PrintedHead, work: impl FnOnce(&Letter<'_>) -> T) -> T {
        match head {
            PrintedHead::OfToday => work(self.letter),
            PrintedHead::WhenSent(head) => {
                let school =
                    Establishment { head: (**head).clone(), ..self.letter.establishment.clone() };
                work(&Letter { establishment: &school, ..self.letter.clone() })
            }
        }
    }

    fn document(&self, issue: &Issue, head: &PrintedHead) -> Result<LetterDocument, Vec<Problem>> {
        let is_head_of_today = head.is_of_today();
        let is_known = |known: &&KnownDocument| {
            known.issue == *issue && known.is_head_of_today == is_head_of_today
        };
        if let Some(known) = self.documents.borrow().iter().find(is_known) {
            return Ok(known.document.clone());
        }
        let document = self.addressed(head, |letter| self.evaluator.document(letter, issue))?;
        let known =
            KnownDocument { issue: issue.clone(), is_head_of_today, document: document.clone() };
        self.documents.borrow_mut().push(known);
        Ok(document)
    }
}

impl DecisionPort for LetterAnswers<'_, '_> {
    type Rendered = RenderedLetter;
    type Error = Vec<Problem>;

    fn content(&self, issue: &Issue, head: &PrintedHead) -> Result<LetterText, Vec<Problem>> {
        let document = self.document(issue, head)?;
        Ok(LetterText { json: document.json, hash: document.hash })
    }

    fn rendered(&self, issue: &Issue, head: &PrintedHead) -> Result<RenderedLetter, Vec<Problem>> {
        let document = self.document(issue, head)?;
        self.addressed(head, |letter| self.evaluator.render(letter, issue, document))
    }

    fn stored(&self, revision: i64) -> Result<StoredRevision, Vec<Problem>> {
        let ledger = self.evaluator.ledger.ok_or_else(|| lost("journal absent"))?;
        ledger.stored(revision).map_err(|error| lost(&error.to_string()))
    }

    fn origins(&self, issue: &Issue) -> BTreeMap<String, String> {
        self.evaluator.places(self.letter, issue)
    }

    fn rules(&self, issue: &Issue) -> Vec<RuleView> {
        self.evaluator.rules_of(issue)
    }

    fn place(&self, field: SchoolField) -> String {
        let school = self.letter.establishment;
        let span = match field {
            SchoolField::Head => school.head.as_ref().map(|head| head.place),
            SchoolField::Email => school.email.as_ref().map(|email| email.span),
        };
        self.evaluator.resolved.sources.place(span.unwrap_or(school.place))
    }

    fn read_head(&self, head: &Value) -> Option<Option<Head>> {
        former_head::head(head, self.letter.establishment.place)
    }
}

/// A former revision cannot be read.
fn lost(why: &str) -> Vec<Problem> {
    let what = format!("le journal des envois ne donne pas la lettre d'avant : {why}");
    vec![Problem::error("E-LEDGER", what).help("lancer « missive ledger verify »")]
}

/// The hash under which the ledger keeps inputs: SHA-256 of their JSON.
pub fn inputs_hash(inputs: &RenderInputs) -> String {
    sha256(serde_json::to_string(inputs).unwrap_or_default().as_bytes())
}

/// A hash over the text of a document, however its lines are broken.
pub fn text_hash(blocks: &[String]) -> String {
    let mut whole = String::new();
    for block in blocks {
        whole.extend(block.chars().filter(|c| !c.is_whitespace()));
        whole.push('\n');
    }
    sha256(whole.as_bytes())
}
