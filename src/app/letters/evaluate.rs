//! One letter against what the ledger knows of it: is it what it was, and if not, what is to be
//! done and why.
//!
//! A letter whose content and templates are those of its last revision is not compiled. Any other
//! is rendered in memory, and what comes out says how much the change matters. Writes nothing.

use crate::app::letters::render_documents;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::diagnostic::Problem;
use crate::ledger::Ledger;
use crate::ledger::object_store::hash;
use crate::letter::content::HeadView;
use crate::letter::former_head;
use crate::letter::issue::{Deed, Issue};
use crate::letter::mission_letter::Letter;
use crate::plan::history::{
    CampaignHistory, JudgedChange, LetterEntry, MessageEntry, RenderInputs, RevisionEntry,
    StoredRevision,
};
use crate::plan::reasons::{self, Cause, Reason, Side};
use crate::plan::{self, Action, Materiality, Orders, PlannedLetter};
use crate::records::word_lists::{MaterialityPolicy, Signer};
use crate::render::engine::{Engine, Pdf};
use crate::rules::snapshot::RuleView;
use crate::stages::Stage;
use jiff::civil::Date;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What letters are held against.
pub struct LetterEvaluator<'a> {
    /// The campaign, resolved.
    pub resolved: &'a ResolvedCampaign<'a>,
    /// What the ledger knows.
    pub past: &'a CampaignHistory,
    /// Where former contents are read from.
    pub ledger: Option<&'a Ledger>,
    /// What a person ordered.
    pub orders: &'a Orders,
    /// The day it is.
    pub today: Date,
    /// The rules in force.
    pub rules: Vec<RuleView>,
    /// The same as JSON.
    pub ruleset: String,
    current: BTreeSet<&'a str>,
}

/// A letter that was rendered.
#[derive(Debug)]
pub struct Made {
    /// The PDF with what was read from it.
    pub pdf: Pdf,
    /// The content's JSON, without QR codes.
    pub json: String,
    /// Its hash.
    pub content: String,
    /// Hash of the PDF.
    pub rendered: String,
    /// Hash of the text.
    pub text: String,
    /// What was read to render it.
    pub inputs: RenderInputs,
}

/// The revision that stands when all is done.
#[derive(Debug)]
pub enum CurrentRevision {
    /// One that the ledger has.
    Kept(Box<RevisionEntry>),
    /// A new one.
    Made(Box<Made>),
    /// None: a person has to decide first.
    Undecided,
}

/// A letter that was held against the ledger.
#[derive(Debug)]
pub struct LetterDecision {
    /// What is done, and why.
    pub planned: PlannedLetter,
    /// What makes the revision that stands.
    pub issue: Issue,
    /// The revision that stands.
    pub standing: CurrentRevision,
    /// Whether it has to go, for the first time or again.
    pub pending: bool,
    /// Judgements to be remembered.
    pub judged: Vec<Judgement>,
    /// Drafts to be taken back.
    pub drops: Vec<i64>,
    /// Whether it came back although nobody said that it left: its message stays as it is.
    pub came_back: bool,
}

/// How much a later content or template matters to a revision.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The revision in the ledger.
    pub revision: i64,
    /// What was compared with it.
    pub seen: JudgedChange,
    /// What was read to render that.
    pub inputs: RenderInputs,
    /// A person's reason, when a person said so.
    pub why: Option<String>,
}

/// The hash under which inputs are kept.
pub fn inputs_hash(inputs: &RenderInputs) -> String {
    hash(serde_json::to_string(inputs).unwrap_or_default().as_bytes())
}

impl<'a> LetterEvaluator<'a> {
    /// Prepares to consider the letters of a job.
    pub fn new(
        resolved: &'a ResolvedCampaign<'a>,
        past: &'a CampaignHistory,
        ledger: Option<&'a Ledger>,
        orders: &'a Orders,
        today: Date,
    ) -> Self {
        let rules = resolved.desired.ruleset().snapshot(|span| resolved.sources.place(span));
        let ruleset = serde_json::to_string(&rules).unwrap_or_default();
        let (templates, version) = (resolved.engine.template_hashes(), Engine::version());
        let is_current = |inputs: &RenderInputs| {
            inputs.engine == version
                && inputs.fonts == resolved.engine.fonts()
                && inputs.templates.iter().all(|(path, own)| templates.get(path) == Some(own))
        };
        let current = past
            .inputs
            .iter()
            .filter(|(_, inputs)| is_current(inputs))
            .map(|(name, _)| name.as_str())
            .collect();
        Self { resolved, past, ledger, orders, today, rules, ruleset, current }
    }

    /// Whether what was read under this name is what would be read now.
    pub fn is_current(&self, inputs: &str) -> bool {
        self.current.contains(inputs)
    }

    /// What is read now when these template files are.
    pub fn inputs(&self, read: &[String]) -> RenderInputs {
        let hashes = self.resolved.engine.template_hashes();
        let of = |path: &String| Some((path.clone(), hashes.get(path)?.clone()));
        RenderInputs {
            templates: read.iter().filter_map(of).collect(),
            fonts: self.resolved.engine.fonts().to_owned(),
            engine: Engine::version(),
            platform: Engine::platform(),
        }
    }

    /// Holds a letter against the ledger.
    pub fn consider(&self, letter: &Letter<'a>) -> Result<LetterDecision, Vec<Problem>> {
        let reference = letter.reference.to_string();
        let known = self.past.letters.get(&reference);
        if let Some(message) = self.past.ambiguous(&reference)
            && let Some(latest) = known.and_then(LetterEntry::latest)
        {
            let mut kept = self.kept(letter, latest, Materiality::None);
            kept.planned.note = Some(format!(
                "en attente : on ne sait pas si le message {} est parti",
                message.message_id.as_deref().unwrap_or("de cette lettre")
            ));
            return Ok(kept);
        }
        let (issued, draft) = match known {
            Some(known) => (known.issued.as_ref(), known.draft.as_ref()),
            None => (None, None),
        };
        match (issued, draft) {
            (Some(issued), draft) => self.later(letter, issued, draft),
            (None, Some(draft)) => self.unsent(letter, draft),
            (None, None) => {
                let issue = self.resolved.desired.first_issue();
                let made = self.make(letter, &issue)?;
                let mut planned = self.planned(letter, Action::Create, &issue);
                planned.materiality = Materiality::Substantive;
                Ok(made_anew(planned, issue, made, Vec::new()))
            }
        }
    }

    /// A letter of which nothing was handed over yet.
    fn unsent(
        &self,
        letter: &Letter<'a>,
        draft: &RevisionEntry,
    ) -> Result<LetterDecision, Vec<Problem>> {
        let issue = self.resolved.desired.first_issue();
        let came_back = self.came_back(letter, draft);
        let (json, content) = self.content(letter, &issue)?;
        if self.is_same(draft, &content) || self.seen(draft, &content).is_some() {
            let mut kept = self.kept(letter, draft, Materiality::None);
            (kept.pending, kept.came_back) = (true, came_back);
            return Ok(kept);
        }
        let made = self.make_from(letter, &issue, json, content)?;
        let materiality = Materiality::of(made.rendered == draft.rendered, made.text == draft.text);
        if materiality != Materiality::None && came_back {
            // It cannot be mended any more: somebody sent it, and has to say so.
            let mut kept = self.kept(letter, draft, materiality);
            kept.planned.action = Action::Update;
            kept.planned.reasons = self.reasons(letter, draft, &made)?;
            kept.planned.note = Some(CAME_BACK.to_owned());
            (kept.pending, kept.came_back) = (true, true);
            return Ok(kept);
        }
        if materiality == Materiality::None {
            let mut kept = self.kept(letter, draft, Materiality::None);
            (kept.pending, kept.came_back) = (true, came_back);
            kept.judged.push(judgement(draft.id, &made, materiality, None));
            return Ok(kept);
        }
        let mut planned = self.planned(letter, Action::Update, &issue);
        planned.reasons = self.reasons(letter, draft, &made)?;
        planned.materiality = match &self.orders.judged {
            Some((judged, _)) => *judged,
            None => materiality,
        };
        Ok(made_anew(planned, issue, made, vec![draft.id]))
    }

    /// Whether something came back of a draft: then somebody sent it, whatever was said.
    fn came_back(&self, letter: &Letter<'_>, draft: &RevisionEntry) -> bool {
        let known = self.past.letters.get(&letter.reference.to_string());
        known.is_some_and(|known| known.returns.iter().any(|own| own.revision == draft.id))
    }

    /// A letter that was handed over.
    fn later(
        &self,
        letter: &Letter<'a>,
        issued: &RevisionEntry,
        draft: Option<&RevisionEntry>,
    ) -> Result<LetterDecision, Vec<Problem>> {
        let drops: Vec<i64> = draft.iter().map(|draft| draft.id).collect();
        let (json, content) = self.content(letter, &issued.issue)?;
        let settled = match self.is_same(issued, &content) {
            true => Some(Materiality::None),
            false => self.seen(issued, &content).map(|seen| seen.materiality),
        };
        let settled = settled.filter(|_| self.orders.judged.is_none());
        if let Some(Materiality::None | Materiality::Cosmetic) = settled {
            let mut kept = self.kept(letter, issued, Materiality::None);
            kept.drops = drops;
            self.readdress(letter, &mut kept);
            return Ok(kept);
        }
        let stored = self.stored(issued)?;
        let mut judged = Vec::new();
        let reasons = if settled.is_some() {
            // The reasons are those that were found when the change was judged.
            let seen = issued.seen.as_ref().and_then(|seen| self.past.inputs.get(&seen.inputs));
            self.field_reasons(letter, &stored, &json, seen.unwrap_or(&stored.inputs))
        } else {
            // The head of what was handed over stays when only the head is another person now.
            let before = self.former(letter, &stored);
            let shown =
                before.as_ref().map(|school| Letter { establishment: school, ..letter.clone() });
            let (json, made) = match &shown {
                Some(shown) => {
                    let (json, content) = self.content(shown, &issued.issue)?;
                    (json.clone(), self.make_from(shown, &issued.issue, json, content)?)
                }
                None => {
                    (json.clone(), self.make_from(letter, &issued.issue, json, content.clone())?)
                }
            };
            let seen = Materiality::of(made.rendered == issued.rendered, made.text == issued.text);
            let reasons = self.field_reasons(letter, &stored, &json, &made.inputs);
            let strict = self.resolved.settings.letters.materiality == MaterialityPolicy::Strict;
            let (worth, counted) =
                plan::decide::is_worth_a_revision(seen, &reasons, strict, self.orders);
            let why = self.orders.judged.as_ref().map(|(_, why)| why.clone());
            let kept_as =
                if worth { Materiality::Substantive } else { counted.min(Materiality::Cosmetic) };
            let mut seen = judgement(issued.id, &made, kept_as, why);
            seen.seen.content = content;
            judged.push(seen);
            if !worth {
                let mut kept = self.kept(letter, issued, counted.min(Materiality::Cosmetic));
                if kept.planned.materiality != Materiality::None {
                    kept.planned.reasons = reasons;
                }
                (kept.judged, kept.drops) = (judged, drops);
                self.readdress(letter, &mut kept);
                return Ok(kept);
            }
            match shown {
                // A new revision is addressed to the new head.
                Some(_) => {
                    let (json, _) = self.content(letter, &issued.issue)?;
                    self.field_reasons(letter, &stored, &json, &made.inputs)
                }
                None => reasons,
            }
        };
        self.reissue(letter, issued, draft, reasons, judged)
    }

    /// The revision that follows one that was handed over.
    fn reissue(
        &self,
        letter: &Letter<'a>,
        issued: &RevisionEntry,
        draft: Option<&RevisionEntry>,
        reasons: Vec<Reason>,
        judged: Vec<Judgement>,
    ) -> Result<LetterDecision, Vec<Problem>> {
        let desired = &self.resolved.desired;
        let issue = plan::act::next_issue(
            &issued.issue,
            &reasons,
            desired.campaign,
            draft.map(|draft| &draft.issue),
            self.orders,
            self.today,
        );
        let deed = issue.supersedes.as_ref().map(|former| former.act);
        let action = if deed == Some(Deed::End) { Action::End } else { Action::Reissue };
        let mut planned = self.planned(letter, action, &issue);
        planned.act = deed;
        planned.materiality = Materiality::Substantive;
        planned.reasons = reasons;
        let (json, content) = self.content(letter, &issue)?;
        let mut considered = LetterDecision {
            planned,
            issue,
            standing: CurrentRevision::Undecided,
            pending: true,
            judged,
            drops: Vec::new(),
            came_back: false,
        };
        if let Some(draft) = draft {
            if self.is_same(draft, &content) || self.seen(draft, &content).is_some() {
                considered.standing = CurrentRevision::Kept(Box::new(draft.clone()));
                considered.planned.made = true;
                return Ok(considered);
            }
            considered.drops.push(draft.id);
        }
        if let Some(note) = self.reply_date_gone_by(action, &considered.issue) {
            considered.planned.note = Some(note);
            considered.pending = false;
            return Ok(considered);
        }
        let made = self.make_from(letter, &considered.issue, json, content)?;
        if let Some(draft) = draft.filter(|draft| draft.rendered == made.rendered) {
            considered.judged.push(judgement(draft.id, &made, Materiality::None, None));
            considered.drops.clear();
            considered.standing = CurrentRevision::Kept(Box::new(draft.clone()));
        } else {
            considered.standing = CurrentRevision::Made(Box::new(made));
        }
        Ok(considered)
    }

    /// What to say when a new revision would ask for an answer by a day that is past.
    fn reply_date_gone_by(&self, action: Action, issue: &Issue) -> Option<String> {
        let signers = &self.resolved.settings.letters.signatures;
        let returned = signers.iter().any(|signer| signer.value != Signer::Issuer);
        let due = self.resolved.desired.reply_by(issue);
        let past = due < issue.date.max(self.today);
        (returned && past && action == Action::Reissue).then(|| {
            format!("la date de retour ({due}) est passée : en donner une avec --reply-by")
        })
    }

    /// Whether a letter that stays as it is has to go once more: to another head or address.
    fn readdress(&self, letter: &Letter<'a>, kept: &mut LetterDecision) {
        let reference = letter.reference.to_string();
        let Some(last) = self.past.last_sent(&reference) else { return };
        let school = letter.establishment;
        let mut reasons = Vec::new();
        if let Some((before, after)) = new_head(letter, last) {
            let span = school.head.as_ref().map_or(school.place, |head| head.place);
            let name = |head: &Value| head.get("family_name").cloned().unwrap_or(Value::Null);
            reasons.push(self.record_reason(
                "establishment.head.family_name",
                (name(&before), name(&after)),
                span,
            ));
        }
        if let (Some(email), false) = (&school.email, letter.is_blocked())
            && last.address.as_deref().is_none_or(|own| !own.eq_ignore_ascii_case(email.as_str()))
        {
            let before = last.address.as_deref().map_or(Value::Null, Value::from);
            let values = (before, email.as_str().into());
            reasons.push(self.record_reason("establishment.email", values, email.span));
        }
        if !reasons.is_empty() {
            kept.planned.action = Action::Readdress;
            kept.planned.reasons = reasons;
            kept.pending = true;
        }
    }

    fn record_reason(
        &self,
        field: &str,
        (before, after): (Value, Value),
        span: crate::diagnostic::Span,
    ) -> Reason {
        Reason {
            field: field.to_owned(),
            before,
            after,
            cause: Cause::Record,
            source: Some(self.resolved.sources.place(span)),
            rule: None,
            id: None,
            slot: None,
            cosmetic: false,
        }
    }

    /// The school with the head it had when a revision was handed over, if another came since.
    fn former(
        &self,
        letter: &Letter<'a>,
        stored: &StoredRevision,
    ) -> Option<crate::records::people::Establishment> {
        let last = self.past.last_sent(&letter.reference.to_string())?;
        let head = stored.content.get("establishment")?.get("head")?;
        let since = letter.establishment.head.as_ref()?.since.as_ref()?.value.0;
        let left = last.left_on?;
        let current = serde_json::to_value(letter.establishment.head.as_ref().map(HeadView::new));
        (current.ok()? != *head && since > left)
            .then(|| former_head::establishment(letter, head))?
    }

    fn stored(&self, revision: &RevisionEntry) -> Result<StoredRevision, Vec<Problem>> {
        let ledger = self.ledger.ok_or_else(|| vec![lost("journal absent")])?;
        ledger.stored(revision.id).map_err(|error| vec![lost(&error.to_string())])
    }

    fn is_same(&self, revision: &RevisionEntry, content: &str) -> bool {
        revision.content == content && self.is_current(&revision.inputs)
    }

    fn seen<'s>(&self, revision: &'s RevisionEntry, content: &str) -> Option<&'s JudgedChange> {
        let seen = revision.seen.as_ref()?;
        (seen.content == content && self.is_current(&seen.inputs)).then_some(seen)
    }

    /// The JSON of a letter's content without QR codes, and its hash.
    pub fn content(
        &self,
        letter: &Letter<'_>,
        issue: &Issue,
    ) -> Result<(String, String), Vec<Problem>> {
        self.resolved.engine.stages().time(Stage::Content, || {
            let json = render_documents::words_json(self.resolved, letter, issue)?;
            let content = hash(json.as_bytes());
            Ok((json, content))
        })
    }

    fn make(&self, letter: &Letter<'_>, issue: &Issue) -> Result<Made, Vec<Problem>> {
        let (json, content) = self.content(letter, issue)?;
        self.make_from(letter, issue, json, content)
    }

    fn make_from(
        &self,
        letter: &Letter<'_>,
        issue: &Issue,
        json: String,
        content: String,
    ) -> Result<Made, Vec<Problem>> {
        let pdf = render_documents::letter_pdf(self.resolved, letter, issue, &json)?;
        let hashes = || (hash(&pdf.bytes), text_hash(&pdf.blocks));
        let (rendered, text) = self.resolved.engine.stages().time(Stage::Hash, hashes);
        Ok(Made { rendered, text, inputs: self.inputs(&pdf.read), pdf, json, content })
    }

    /// `file:line` of each field of a letter.
    pub fn places(&self, letter: &Letter<'_>) -> BTreeMap<String, String> {
        let origins = render_documents::origins(self.resolved, letter);
        origins.into_iter().map(|(path, span)| (path, self.resolved.sources.place(span))).collect()
    }

    fn reasons(
        &self,
        letter: &Letter<'a>,
        before: &RevisionEntry,
        made: &Made,
    ) -> Result<Vec<Reason>, Vec<Problem>> {
        let stored = self.stored(before)?;
        Ok(self.field_reasons(letter, &stored, &made.json, &made.inputs))
    }

    fn field_reasons(
        &self,
        letter: &Letter<'_>,
        stored: &StoredRevision,
        json: &str,
        inputs: &RenderInputs,
    ) -> Vec<Reason> {
        let content: Value = serde_json::from_str(json).unwrap_or(Value::Null);
        let places = self.places(letter);
        let old = Side { content: &stored.content, places: &stored.origins, rules: &stored.rules };
        let new = Side { content: &content, places: &places, rules: &self.rules };
        let mut reasons = reasons::of_contents(old, new);
        reasons.extend(reasons::of_inputs(&stored.inputs, inputs));
        reasons
    }

    fn planned(&self, letter: &Letter<'_>, action: Action, issue: &Issue) -> PlannedLetter {
        PlannedLetter {
            reference: letter.reference.to_string(),
            uai: letter.establishment.uai.value.to_string(),
            action,
            act: None,
            materiality: Materiality::None,
            revision: issue.revision,
            reasons: Vec::new(),
            made: false,
            note: None,
        }
    }

    fn kept(
        &self,
        letter: &Letter<'_>,
        revision: &RevisionEntry,
        materiality: Materiality,
    ) -> LetterDecision {
        let mut planned = self.planned(letter, Action::Keep, &revision.issue);
        planned.materiality = materiality;
        planned.made = true;
        LetterDecision {
            planned,
            issue: revision.issue.clone(),
            standing: CurrentRevision::Kept(Box::new(revision.clone())),
            pending: false,
            judged: Vec::new(),
            drops: Vec::new(),
            came_back: false,
        }
    }
}

/// Another person at the head of a school since a message left, as before and after.
fn new_head(letter: &Letter<'_>, last: &MessageEntry) -> Option<(Value, Value)> {
    let head = letter.establishment.head.as_ref()?;
    let since = head.since.as_ref()?.value.0;
    let uai = letter.establishment.uai.as_str();
    let before = &last.addressees.iter().find(|own| own.uai == uai)?.head;
    let after = serde_json::to_value(HeadView::new(head)).ok()?;
    let person =
        |head: &Value| ["civility", "given_name", "family_name"].map(|key| head.get(key).cloned());
    (person(before) != person(&after) && last.left_on.is_some_and(|left| since > left))
        .then(|| (before.clone(), after))
}

/// What is said of a letter that came back although nobody said that it left.
const CAME_BACK: &str =
    "son retour est archivé : quelqu'un l'a envoyée, elle ne peut plus être corrigée sans le dire";

fn judgement(
    revision: i64,
    made: &Made,
    materiality: Materiality,
    why: Option<String>,
) -> Judgement {
    let inputs = made.inputs.clone();
    let seen = JudgedChange {
        content: made.content.clone(),
        inputs: inputs_hash(&inputs),
        materiality,
        declared: why.is_some(),
    };
    Judgement { revision, seen, inputs, why }
}

fn made_anew(planned: PlannedLetter, issue: Issue, made: Made, drops: Vec<i64>) -> LetterDecision {
    let standing = CurrentRevision::Made(Box::new(made));
    LetterDecision {
        planned,
        issue,
        standing,
        pending: true,
        judged: Vec::new(),
        drops,
        came_back: false,
    }
}

/// A hash over the text of a document, however its lines are broken.
pub fn text_hash(blocks: &[String]) -> String {
    let mut whole = String::new();
    for block in blocks {
        whole.extend(block.chars().filter(|c| !c.is_whitespace()));
        whole.push('\n');
    }
    hash(whole.as_bytes())
}

fn lost(why: &str) -> Problem {
    Problem::error(
        "E-LEDGER",
        format!("le journal des envois ne donne pas la lettre d'avant : {why}"),
    )
    .help("lancer « missive ledger verify »")
}
